import type { Amounts } from "../call.ts";

/** The units that a budget may limit. */
export const UNITS = ["tokens", "costNanos"] as const;
export type Unit = (typeof UNITS)[number];

/** What a budget allows in a period; null for a unit that it does not limit. */
export type Limits = Readonly<Record<Unit, number | null>>;

export const NOTHING: Readonly<Amounts> = Object.freeze({ tokens: 0, costNanos: 0 });

/** Computes each unit alike. */
export const eachUnit = (compute: (unit: Unit) => number): Amounts => ({
  tokens: compute("tokens"),
  costNanos: compute("costNanos"),
});

/** Adds to sums in place, or takes away with -1: it happens four times on each call's way. */
export function addTo(sums: Amounts, more: Amounts, sign: 1 | -1 = 1): void {
  sums.tokens += sign * more.tokens;
  sums.costNanos += sign * more.costNanos;
}

/** Whole and not negative, whatever an estimate came to: budgets count in integers, rounded up. */
export const wholeAmounts = (amounts: Amounts): Amounts =>
  eachUnit((unit) => (amounts[unit] > 0 ? Math.ceil(amounts[unit]) : 0));
