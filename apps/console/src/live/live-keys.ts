import type { QueryKey } from "@tanstack/react-query";

/** What an operation changes beside its own module: the record of who did what. */
const ALWAYS = "signing";

/** Whether a query shows something that these operations (`memory.createEntry`) may have changed. */
export function isTouched(queryKey: QueryKey, operations: ReadonlySet<string>): boolean {
  const [module] = queryKey;
  if (typeof module !== "string") return false;
  if (module === ALWAYS) return operations.size > 0;
  for (const operation of operations) {
    if (operation.split(".", 1)[0] === module) return true;
  }
  return false;
}
