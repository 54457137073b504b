import type { Plan, Subscription } from "@reef/sdk";
import { count, dollarsOf } from "../terminal/amount.ts";

/** An amount in a currency's minor unit: `$49.00`, `¥500`. */
export function moneyOf(cents: number, currency: string): string {
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency: currency.toUpperCase() });
  return format.format(cents / 10 ** digitsOf(currency));
}

/** How many digits a currency has behind the point. */
export const digitsOf = (currency: string): number =>
  new Intl.NumberFormat("en-US", { style: "currency", currency: currency.toUpperCase() }).resolvedOptions()
    .maximumFractionDigits ?? 2;

/** `$49.00 a month` */
export const priceOf = ({ priceCents, currency }: Pick<Plan, "priceCents" | "currency">): string =>
  priceCents === 0 ? "free" : `${moneyOf(priceCents, currency)} a month`;

/** `5,000,000 tokens and $20.00 of models` */
export function allowanceOf({ allowanceTokens, allowanceMicros }: Plan): string {
  const parts = [
    ...(allowanceTokens === null ? [] : [`${count(allowanceTokens)} tokens`]),
    ...(allowanceMicros === null ? [] : [`${dollarsOf(allowanceMicros)} of models`]),
  ];
  return parts.length === 0 ? "no limit" : parts.join(" and ");
}

/** What happens beyond the allowance: `calls stop`, `$1.50 a million tokens`. */
export const beyondOf = ({ overageCentsPerMillion, currency }: Plan): string =>
  overageCentsPerMillion === null ? "calls stop" : `${moneyOf(overageCentsPerMillion, currency)} a million tokens`;

/** How a subscription stands, in words. */
export function standingOf({ state, failedPayments, endsAtPeriodEnd }: Subscription): string {
  if (state === "past_due") return `payment failed (${failedPayments} of 3)`;
  return endsAtPeriodEnd && state !== "suspended" && state !== "cancelled" ? `${state}, ending` : state;
}

/** `2026-12-21`: the days of billing are those of UTC. */
export const dayOf = (time: string): string => time.slice(0, 10);
