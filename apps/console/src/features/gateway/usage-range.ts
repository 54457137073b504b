import type { UsageGrouping } from "./models-address.ts";
import { bandOfGroup } from "./usage-bands.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far back months can be chosen. */
const MONTHS = 12;

/** A span of time, and how long each part of it is. Times are ISO-8601. */
export interface UsageRange {
  from: string;
  /** Undefined for one that ends now. */
  to?: string;
  bucket: "hour" | "day";
}

const monthName = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** The months that can be chosen, the present one first, as they stand in the address and as one says them. */
export function recentMonths(now: number): { value: string; label: string }[] {
  const date = new Date(now);
  return Array.from({ length: MONTHS }, (_, index) => {
    const month = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - index));
    return { value: month.toISOString().slice(0, 7), label: monthName.format(month) };
  });
}

/**
 * What a range of the address means at `now`: whole hours or whole days of UTC, as the reef counts them, so that it stays the
 * same until the next one begins.
 */
export function rangeAt(range: string, now: number): UsageRange {
  if (range === "24h") {
    return { from: iso(Math.floor(now / HOUR_MS) * HOUR_MS - 23 * HOUR_MS), bucket: "hour" };
  }
  const [year = 0, month = 0] = range.split("-").map(Number);
  if (/^\d{4}-\d{2}$/.test(range)) {
    const to = Date.UTC(year, month);
    return { from: iso(Date.UTC(year, month - 1)), ...(to < now && { to: iso(to) }), bucket: "day" };
  }
  const days = range === "7d" ? 7 : 30;
  return { from: iso(Math.floor(now / DAY_MS) * DAY_MS - (days - 1) * DAY_MS), bucket: "day" };
}

const iso = (time: number): string => new Date(time).toISOString();

/** What narrows usage down, as the reef takes it. */
export function filterOf(by: UsageGrouping, of: string | undefined): Record<string, string> {
  if (of === undefined) return {};
  return { [by === "model" ? "model" : `${by}Id`]: of };
}

/** What was used in a part of the range. */
export interface UsagePart {
  /** Its beginning, in milliseconds. */
  start: number;
  calls: number;
  tokens: number;
  costMicros: number;
  /** The same of each band of the chart that has something here, by its place. */
  bands: UsageAmount[];
}

/** What a chart can show of a part. */
export type UsageAmount = Record<"tokens" | "costMicros", number>;

interface UsageItem {
  start: string;
  /** The group's place among all groups. */
  group: number | null;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
}

/** Every part of a range up to `now`, also those without a call; what several groups used in one is summed. */
export function partsOf({ from, to, bucket }: UsageRange, items: readonly UsageItem[], now: number): UsagePart[] {
  const length = bucket === "hour" ? HOUR_MS : DAY_MS;
  const begin = Date.parse(from);
  const end = to === undefined ? now : Date.parse(to);
  const parts = Array.from({ length: Math.max(1, Math.ceil((end - begin) / length)) }, (_, index) => ({
    start: begin + index * length,
    calls: 0,
    tokens: 0,
    costMicros: 0,
    bands: [] as UsageAmount[],
  }));
  for (const { start, group, calls, inputTokens, outputTokens, costMicros } of items) {
    const part = parts[Math.floor((Date.parse(start) - begin) / length)];
    if (part === undefined) continue;
    part.calls += calls;
    const tokens = inputTokens + outputTokens;
    part.tokens += tokens;
    part.costMicros += costMicros;
    const place = bandOfGroup(group);
    const before = part.bands[place] ?? { tokens: 0, costMicros: 0 };
    part.bands[place] = { tokens: before.tokens + tokens, costMicros: before.costMicros + costMicros };
  }
  return parts;
}
