import type { Activity } from "@reef/sdk";
import { describeOperation } from "./describe-operation.ts";

/** What somebody did more than once, as one says it of one and of many; `#` is the count. */
const counted: Readonly<Record<string, readonly [one: string, many: string]>> = {
  "memory.createEntry": ["remembered 1 thing", "remembered # things"],
  "memory.updateEntry": ["changed 1 entry", "changed # entries"],
  "memory.deleteEntry": ["deleted 1 entry", "deleted # entries"],
  "memory.createDiary": ["made 1 diary", "made # diaries"],
  "memory.createShare": ["shared 1 diary", "shared # times"],
  "memory.acceptInvitation": ["accepted 1 share", "accepted # shares"],
  "memory.ensureRelation": ["related 1 pair of entries", "related # pairs of entries"],
  "signing.createSigningRequest": ["was asked for 1 signature", "was asked for # signatures"],
  "signing.submitSignature": ["signed 1 message", "signed # messages"],
  "identity.issueVoucher": ["issued 1 voucher", "issued # vouchers"],
  "identity.disableAgent": ["disabled 1 agent", "disabled # agents"],
};

/** One kind of deed, and how often it was done. */
export interface OperationCount {
  operation: string;
  count: number;
}

/** How often each operation was done, the most frequent first. */
export function countOperations(activities: Iterable<Pick<Activity, "operation">>): OperationCount[] {
  const counts = new Map<string, number>();
  for (const { operation } of activities) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return Array.from(counts, ([operation, count]) => ({ operation, count })).sort(
    (one, other) => other.count - one.count || (one.operation < other.operation ? -1 : 1),
  );
}

/** Says how often something was done: "remembered 42 things". */
export function describeCount({ operation, count }: OperationCount): string {
  const [one, many] = counted[operation] ?? [describeOperation(operation), `${describeOperation(operation)}, # times`];
  return count === 1 ? one : many.replace("#", String(count));
}

/** Every operation whose count has words of its own. */
export const countedOperations: readonly string[] = Object.keys(counted);
