const units = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** `3 days ago`, `in 2 hours`, `just now`. */
export function relativeTime(time: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000;
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size)
      return relative.format(seconds > 0 ? Math.round(seconds / size) : Math.trunc(seconds / size), unit);
  }
  return "just now";
}

/** `2026-11-18 10:02`, in this machine's time zone: Swedish writes dates as ISO 8601 does. */
export const exactTime = (time: string): string =>
  new Date(time).toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" });
