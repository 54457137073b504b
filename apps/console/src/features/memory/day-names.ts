const near = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const far = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });
const local = new Intl.DateTimeFormat("sv");

const DAY_MS = 86_400_000;

/** A day (`2026-11-12`) as one says it at `now`, in milliseconds: "Today, Thursday 12 November". */
export function nameOfDay(day: string, now: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  const today = local.format(now);
  const distance = Math.round((Date.parse(`${today}T00:00:00Z`) - date.getTime()) / DAY_MS);
  const name = (day.slice(0, 4) === today.slice(0, 4) ? near : far).format(date);
  if (distance === 0) return `Today, ${name}`;
  return distance === 1 ? `Yesterday, ${name}` : name;
}

/** The day so many days before today, in the time zone of the browser: `2026-11-12`. */
export function daysAgo(days: number, now: number = Date.now()): string {
  const date = new Date(now);
  date.setDate(date.getDate() - days);
  return local.format(date);
}
