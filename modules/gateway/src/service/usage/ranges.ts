import type { UsageBucket } from "../../contract/usage.ts";
import { gatewayErrors } from "../../errors.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long each bucket is at most, how many there may be, and how far back it goes unless told. */
const SPANS: Readonly<Record<UsageBucket, { longestMs: number; usualMs: number }>> = {
  hour: { longestMs: 168 * HOUR_MS, usualMs: DAY_MS },
  day: { longestMs: 100 * DAY_MS, usualMs: 30 * DAY_MS },
  month: { longestMs: 36 * 31 * DAY_MS, usualMs: 365 * DAY_MS },
};

/** A span of time; without `to`. */
export interface Range {
  from: Date;
  to: Date;
}

export interface GivenRange {
  from?: string | undefined;
  to?: string | undefined;
}

/** The whole hours that a range of sums touches. @throws gateway.bad_range */
export function hoursOf(given: GivenRange, bucket: UsageBucket, now: number): Range {
  const { longestMs, usualMs } = SPANS[bucket];
  const { from, to } = rangeOf(given, usualMs, now);
  const hours = {
    from: Math.floor(from / HOUR_MS) * HOUR_MS,
    to: Math.ceil(to / HOUR_MS) * HOUR_MS,
  };
  // A range of the longest length may touch one hour more.
  if (hours.to - hours.from > longestMs + HOUR_MS) throw gatewayErrors.bad_range();
  return { from: new Date(hours.from), to: new Date(hours.to) };
}

/** The range of single calls. @throws gateway.bad_range */
export function momentsOf(given: GivenRange, now: number): Range {
  const { from, to } = rangeOf(given, 31 * DAY_MS, now);
  if (to - from > SPANS.day.longestMs) throw gatewayErrors.bad_range();
  return { from: new Date(from), to: new Date(to) };
}

function rangeOf(given: GivenRange, usualMs: number, now: number): { from: number; to: number } {
  // A call that begins in this very millisecond is one of those until now.
  const to = given.to === undefined ? now + 1 : Date.parse(given.to);
  const from = given.from === undefined ? to - usualMs : Date.parse(given.from);
  if (from >= to) throw gatewayErrors.bad_range();
  return { from, to };
}

/** The whole hours within a range, and what of it lies before and behind them. */
export function splitByHours({ from, to }: Range): { hours: Range | undefined; edges: Range[] } {
  const first = new Date(Math.ceil(from.getTime() / HOUR_MS) * HOUR_MS);
  const last = new Date(Math.floor(to.getTime() / HOUR_MS) * HOUR_MS);
  if (first >= last) return { hours: undefined, edges: [{ from, to }] };
  const edges = [
    { from, to: first },
    { from: last, to },
  ];
  return { hours: { from: first, to: last }, edges: edges.filter((edge) => edge.from < edge.to) };
}
