const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const sameYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const otherYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

/** A time in words as seen from `now`, both in milliseconds: relative within a week, a date beyond. */
export function relativeTime(at: number, now: number): string {
  const distance = at - now;
  const size = Math.abs(distance);
  if (size < MINUTE) return "just now";
  if (size < HOUR) return words.format(Math.trunc(distance / MINUTE), "minute");
  if (size < DAY) return words.format(Math.trunc(distance / HOUR), "hour");
  if (size < 7 * DAY) return words.format(Math.trunc(distance / DAY), "day");
  const isSameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (isSameYear ? sameYear : otherYear).format(at);
}
