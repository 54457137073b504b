import type { UsageBand } from "./usage-bands.ts";
import type { UsagePart, UsageRange } from "./usage-range.ts";

/** What usage is shown in. */
type UsageUnit = "money" | "tokens";

/** What a chart shows, and the table behind it. */
export interface PartsProps {
  parts: readonly UsagePart[];
  bucket: UsageRange["bucket"];
  unit: UsageUnit;
  bands: readonly UsageBand[];
}

const hourName = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const hourOfDay = new Intl.DateTimeFormat("en-GB", { weekday: "long", hour: "2-digit", minute: "2-digit" });
/** The reef's days are those of UTC. */
const dayName = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** A part's whole name: "21 Nov", "Saturday 14:00". */
export const partName = (start: number, bucket: UsageRange["bucket"]): string =>
  (bucket === "hour" ? hourOfDay : dayName).format(start);

/** A part's name where there is little room: "21 Nov", "14:00". */
export const tickName = (start: number, bucket: UsageRange["bucket"]): string =>
  (bucket === "hour" ? hourName : dayName).format(start);
