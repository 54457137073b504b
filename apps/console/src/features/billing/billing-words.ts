import type { Invoice, Plan, Subscription } from "@reef/sdk";
import { counted, formatDollars, formatShort } from "../../ui/amounts.ts";
import type { State } from "../../ui/status.tsx";

const DAY_MS = 86_400_000;

/** The days of billing are those of UTC. */
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const dayOfYear = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

const moneyFormat = (currency: string): Intl.NumberFormat =>
  new Intl.NumberFormat("en-US", { style: "currency", currency: currency.toUpperCase() });

/** How many digits a currency has behind the point: 2 for most, 0 for yen. */
export const digitsOf = (currency: string): number =>
  moneyFormat(currency).resolvedOptions().maximumFractionDigits ?? 2;

/** An amount in the currency's minor unit as one says it: "$49.00", "¥500". */
export const formatMoney = (cents: number, currency: string): string =>
  moneyFormat(currency).format(cents / 10 ** digitsOf(currency));

/** What somebody wrote as money ("49.50") in the currency's minor unit. */
export const centsOf = (text: string, currency: string): number => Math.round(Number(text) * 10 ** digitsOf(currency));

/** An amount as a number field takes it: "49.5". */
export const moneyText = (cents: number | null, currency: string): string =>
  cents === null ? "" : String(cents / 10 ** digitsOf(currency));

/** What a plan costs, with the time it is for: "$49.00 a month". */
export const priceOf = ({ priceCents, currency }: Pick<Plan, "priceCents" | "currency">): string =>
  priceCents === 0 ? "Free" : `${formatMoney(priceCents, currency)} a month`;

/** What a plan lets one use: "5M tokens and $20.00 of models a month". */
export function allowanceOf({
  allowanceTokens,
  allowanceMicros,
}: Pick<Plan, "allowanceTokens" | "allowanceMicros">): string {
  const parts = [
    ...(allowanceTokens === null ? [] : [`${formatShort(allowanceTokens)} tokens`]),
    ...(allowanceMicros === null ? [] : [`${formatDollars(allowanceMicros)} of models`]),
  ];
  return parts.length === 0 ? "No limit" : `${parts.join(" and ")} a month`;
}

/** What happens beyond the allowance. */
export function beyondOf(
  plan: Pick<Plan, "atLimit" | "overageCentsPerMillion" | "currency" | "allowanceTokens" | "allowanceMicros">,
): string {
  if (plan.allowanceTokens === null && plan.allowanceMicros === null) return "Nothing stops calls.";
  return plan.atLimit === "charge" && plan.overageCentsPerMillion !== null
    ? `Beyond the allowance, ${formatMoney(plan.overageCentsPerMillion, plan.currency)} for each million tokens.`
    : "Beyond the allowance, calls stop until the next month.";
}

/** A day: "21 Dec", with its year where that is another one than now. */
export function dayOf(time: string, now: number): string {
  const date = new Date(time);
  return (date.getUTCFullYear() === new Date(now).getUTCFullYear() ? day : dayOfYear).format(date);
}

/** A day with its year, for what is kept: "21 Dec 2026". */
export const fullDayOf = (time: string): string => dayOfYear.format(new Date(time));

/** A month of a subscription: "21 Nov – 21 Dec 2026". */
export const monthOf = (start: string, end: string): string => {
  const isSameYear = new Date(start).getUTCFullYear() === new Date(end).getUTCFullYear();
  return `${(isSameYear ? day : dayOfYear).format(new Date(start))} – ${dayOfYear.format(new Date(end))}`;
};

/** How long until then: "12 days", "1 day", "less than a day". */
export function timeLeft(end: string, now: number): string {
  const days = Math.floor((Date.parse(end) - now) / DAY_MS);
  return days < 1 ? "less than a day" : counted(days, "day", "days");
}

interface Look {
  state: State;
  word: string;
}

/** Whether models may be called with a subscription. */
export const serves = ({ state }: Pick<Subscription, "state">): boolean =>
  state === "trial" || state === "active" || state === "past_due";

/** How a subscription stands, by shape and word. */
export function lookOf({ state, endsAtPeriodEnd }: Pick<Subscription, "state" | "endsAtPeriodEnd">): Look {
  if (state === "trial") return { state: "online", word: endsAtPeriodEnd ? "Trial, ending" : "Trial" };
  if (state === "active")
    return endsAtPeriodEnd ? { state: "degraded", word: "Ending" } : { state: "online", word: "Active" };
  if (state === "past_due") return { state: "degraded", word: "Payment failed" };
  return state === "suspended" ? { state: "failed", word: "Suspended" } : { state: "offline", word: "Cancelled" };
}

/** How an invoice stands, by shape and word. */
export function invoiceLookOf({ state, failedPayments }: Pick<Invoice, "state" | "failedPayments">): Look {
  if (state === "paid") return { state: "done", word: "Paid" };
  if (state === "open")
    return failedPayments > 0 ? { state: "failed", word: "Payment failed" } : { state: "waiting", word: "To be paid" };
  return { state: "offline", word: state === "void" ? "Void" : "Given up" };
}
