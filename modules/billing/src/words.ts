import type { Invoice } from "./contract/invoices.ts";

/** Days are those of UTC, as the months of subscriptions are. */
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const shortDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const whole = new Intl.NumberFormat("en-US");

/** `21 November 2026` */
export const dayOf = (time: string): string => day.format(new Date(time));

/** `21 Nov – 21 Dec 2026`: the end is the moment at which the next month begins. */
export function periodOf(start: string, end: string): string {
  const [from, to] = [shortDay.format(new Date(start)), shortDay.format(new Date(end))];
  const [fromYear, toYear] = [from.slice(-4), to.slice(-4)];
  return `${fromYear === toYear ? from.slice(0, -5) : from} – ${to}`;
}

/** A number with its thousands apart: `12,400`. */
export const countOf = (count: number): string => whole.format(count);

/** What of a month an invoice charges beside the plan's price. */
export const beyondAllowanceOf = ({ overageTokens, planName }: { overageTokens: number; planName: string }): string =>
  `${countOf(overageTokens)} tokens beyond the allowance of ${planName}`;

/** An amount of a currency's minor unit: `$49.00`, `−€3.20`, `¥500`. */
export function moneyOf(cents: number, currency: string): string {
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency: currency.toUpperCase() });
  const { maximumFractionDigits = 2 } = format.resolvedOptions();
  const text = format.format(Math.abs(cents) / 10 ** maximumFractionDigits);
  return cents < 0 ? `\u2212${text}` : text;
}

/** How the invoice stands, in a few words. */
export function stateOf({ state, dueAt, paidAt }: Invoice): string {
  if (state === "paid") return paidAt === null ? "Paid" : `Paid on ${dayOf(paidAt)}`;
  if (state === "void") return "Void: nothing is owed";
  if (state === "uncollectible") return "Given up: not collected";
  return dueAt === null ? "Open" : `Due by ${dayOf(dueAt)}`;
}
