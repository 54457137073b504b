const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** When something of the story happens, in milliseconds: it ends at the moment at which its telling began. */
export interface Calendar {
  /** The moment of the telling. */
  now: number;
  /** A time of day (`07:30`, UTC) on a day that is counted from today: -1 is yesterday. */
  at(day: number, time: string): number;
  /** So many hours and minutes (`03:10`) before now. */
  ago(duration: string): number;
  /** Such as `Thursday`. */
  weekday(day: number): string;
  /** Such as `12 June`. */
  date(day: number): string;
}

/** The calendar of a story that is told at `now`. */
export function createCalendar(now: number): Calendar {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  const format = (day: number, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(midnight + day * DAY_MS);
  return {
    now,
    at: (day, time) => midnight + day * DAY_MS + minutesOf(time) * MINUTE_MS,
    ago: (duration) => now - minutesOf(duration) * MINUTE_MS,
    weekday: (day) => format(day, { weekday: "long" }),
    date: (day) => format(day, { day: "numeric", month: "long" }),
  };
}

/** Minutes since midnight of `07:30`. */
function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** `07:30` of minutes since midnight. */
export function timeOf(minutes: number): string {
  const whole = Math.round(minutes);
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}
