import { invalid } from "./fault.ts";

/** What a form may hold: texts, lists and records of them. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };

const MOST_FIELDS = 1_000;
const DEEPEST = 6;

/**
 * Reads `a[b][0][c]=d`, as Stripe's clients write it. Records whose names are 0, 1, 2 … become lists.
 *
 * @throws StripeFault
 */
export function parseForm(text: string): Record<string, FormValue> {
  const root: Record<string, FormValue> = Object.create(null);
  let fields = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    fields += 1;
    const path = name.split(/[[\]]+/).filter((part) => part !== "" && part !== "__proto__");
    if (fields > MOST_FIELDS || path.length === 0 || path.length > DEEPEST) throw invalid("Invalid form.");
    put(root, path, name.endsWith("[]"), value);
  }
  return toLists(root) as Record<string, FormValue>;
}

function put(root: Record<string, FormValue>, path: string[], appends: boolean, value: string): void {
  let record = root;
  const names = appends ? path : path.slice(0, -1);
  for (const name of names) {
    const next = record[name] ?? Object.create(null);
    if (typeof next === "string" || Array.isArray(next)) throw invalid("Invalid form.");
    record[name] = next;
    record = next;
  }
  const last = appends ? String(Object.keys(record).length) : (path.at(-1) ?? "");
  record[last] = value;
}

function toLists(value: FormValue): FormValue {
  if (typeof value !== "object" || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, toLists(inner)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
