import type { Amounts } from "../call.ts";
import { eachUnit, type Limits, NOTHING, UNITS, type Unit } from "./amounts.ts";

/** A period of a budget as the database has it, while nobody else can change it. */
export interface PeriodState {
  limits: Limits;
  /** What calls have used, as far as their records have arrived. */
  used: Amounts;
  /** What other processes hold: for all that is known, they spend it. */
  heldByOthers: Amounts;
  /** All that was granted to the process that asks, and what of it was charged already. Both only ever grow. */
  granted: Amounts;
  charged: Amounts;
}

/** What a process asks for. */
export interface Wish {
  /** All that it has spent or set aside since it was first granted something: that it keeps, whatever the limit is. */
  committed: Amounts;
  /** Calls that wait: what the first of them declares, and what all of them do. */
  waiting?: { first: Amounts; all: Amounts } | undefined;
  /** Whether it gives back what it does not use; else it keeps what it has, and gets more where there is some. */
  givesBack: boolean;
}

export interface Share {
  /** All that is granted to the process from now on. */
  granted: Amounts;
  /** The unit of which nothing is left for the calls that wait. */
  refused?: Unit;
}

/** One process gets this part of a limit at a time, and of what is left a quarter at most: the nearer the end, the less. */
const PART_OF_LIMIT = 20;
const PART_OF_REST = 4;

/**
 * How much of a budget a process holds from now on.
 *
 * A call is admitted as long as anything at all is left that is neither used nor held; and where it declares more than is
 * left, it gets that nonetheless, since else nobody could use up a budget. After it nothing is left, so of all the reef's
 * calls only one at a time can pass the limit, by what it declared.
 */
export function shareOut(state: PeriodState, { committed, waiting, givesBack }: Wish): Share {
  const all = waiting?.all ?? NOTHING;
  let refused: Unit | undefined;
  const granted = eachUnit((unit) => {
    const kept = givesBack ? committed[unit] : Math.max(committed[unit], state.granted[unit]);
    const limit = state.limits[unit];
    if (limit === null) return Math.max(kept, committed[unit] + all[unit]);
    const uncharged = committed[unit] - state.charged[unit];
    const left = limit - state.used[unit] - state.heldByOthers[unit] - uncharged;
    if (waiting !== undefined && left <= 0) refused ??= unit;
    if (givesBack && waiting === undefined) return kept;
    return Math.max(kept, committed[unit] + shareOf(left, limit, all[unit], waiting?.first[unit] ?? 0));
  });
  if (refused === undefined) return { granted };
  // What is left of one unit is of no use where nothing is left of the other; and after a limit was lowered, nothing is free.
  return { granted: committed, refused };
}

/** All that waits and a slice more; all that waits; whatever is left; or what the first one declares. */
function shareOf(left: number, limit: number, all: number, first: number): number {
  if (left <= 0) return 0;
  if (left < first) return first;
  if (left < all) return left;
  return all + Math.min(Math.ceil(limit / PART_OF_LIMIT), Math.floor((left - all) / PART_OF_REST));
}

/** Whether nine tenths of a limit are used; never where there is none. */
export const isNearlyUsed = (used: number, limit: number | null): boolean => limit !== null && used * 10 >= limit * 9;

/** The first unit of which nine tenths are used, all of it, or neither. */
export function fullnessOf(used: Amounts, limits: Limits): { nearlyUsed: Unit | undefined; usedUp: Unit | undefined } {
  return {
    nearlyUsed: UNITS.find((unit) => isNearlyUsed(used[unit], limits[unit])),
    usedUp: UNITS.find((unit) => used[unit] >= (limits[unit] ?? Number.POSITIVE_INFINITY)),
  };
}
