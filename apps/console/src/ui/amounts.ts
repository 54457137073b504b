const cents = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
/** A call often costs a fraction of a cent: two digits of it are enough. */
const fractions = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 2,
  maximumFractionDigits: 6,
});
const whole = new Intl.NumberFormat("en-GB");
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

const MICROS = 1_000_000;

/** Micro-dollars as one says them: "$12.40", and "$0.0031" for what is less than a cent. */
export function formatDollars(micros: number): string {
  const dollars = micros / MICROS;
  return micros !== 0 && Math.abs(dollars) < 0.1 ? fractions.format(dollars) : cents.format(dollars);
}

/** A number with its thousands apart: "12,400". */
export const formatCount = (count: number): string => whole.format(count);

/** A number in three digits: "12.4K". */
export const formatShort = (count: number): string => (count < 1_000 ? whole.format(count) : short.format(count));

/** "1 call", "12,400 calls". */
export const counted = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** What somebody wrote as dollars ("12.50") in micro-dollars; null for nothing written. */
export const microsOf = (text: string): number | null =>
  text.trim() === "" ? null : Math.round(Number(text) * MICROS);

/** What somebody wrote as a whole number; null for nothing written. */
export const countOf = (text: string): number | null => (text.trim() === "" ? null : Math.round(Number(text)));

/** Micro-dollars as a number field takes them: "12.5"; empty for null. */
export const dollarsText = (micros: number | null): string => (micros === null ? "" : String(micros / MICROS));

/** How long something took: "840 ms", "3.2 s". */
export const formatMs = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** How much of a limit is used, from 0 on; 1 for all of it. */
export const shareOfLimit = (used: number, limit: number): number => (limit === 0 ? 1 : used / limit);
