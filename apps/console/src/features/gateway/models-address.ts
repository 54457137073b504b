/** What the page of models shows. */
const modelsTabs = ["keys", "providers", "aliases", "usage", "budgets", "privacy"] as const;
export type ModelsTab = (typeof modelsTabs)[number];

/** The states of a key that the list narrows to. */
const keyStates = ["active", "expired", "revoked"] as const;
export type KeyState = (typeof keyStates)[number];

/** What usage is summed by. */
export const usageGroupings = ["model", "agent", "workspace", "key", "provider"] as const;
export type UsageGrouping = (typeof usageGroupings)[number];

/** The whole of the page's address. */
export interface ModelsAddress {
  /** The first one unless told. */
  tab?: Exclude<ModelsTab, "keys">;
  /** Which keys are listed. */
  state?: KeyState;
  /** The dialog that makes one of what the tab shows is open. */
  add?: true;
  /** How far back usage goes: `24h`, `7d`, `30d`, or a month such as `2026-11`. */
  range?: string;
  by?: UsageGrouping;
  /** The calls of this one alone: a model's name, or the id of what usage is summed by. */
  of?: string;
  /** Tokens in place of money. */
  unit?: "tokens";
  /** The chart stands as a table. */
  view?: "table";
}

const RANGE = /^(24h|7d|30d|\d{4}-(0[1-9]|1[0-2]))$/;

/** Reads the address; what it cannot mean is left out. */
export function readModelsAddress(search: Record<string, unknown>): ModelsAddress {
  const { tab, state, add, range, by, of, unit, view } = search;
  const known = <Value extends string>(values: readonly Value[], value: unknown): Value | undefined =>
    values.find((each) => each === value);
  const knownTab = known(modelsTabs, tab);
  const knownState = known(keyStates, state);
  const knownBy = known(usageGroupings, by);
  return {
    ...(knownTab !== undefined && knownTab !== "keys" && { tab: knownTab }),
    ...(knownState && { state: knownState }),
    ...(add === true && { add }),
    ...(typeof range === "string" && RANGE.test(range) && { range }),
    ...(knownBy && { by: knownBy }),
    // A model may be called by a number.
    ...((typeof of === "string" || typeof of === "number") && of !== "" && { of: String(of).slice(0, 300) }),
    ...(unit === "tokens" && { unit }),
    ...(view === "table" && { view }),
  };
}
