import type { Activity } from "@reef/sdk";
import { countOperations, type OperationCount } from "../../activity/count-operations.ts";

/** How far back the home page looks. */
export const HOURS = 24;
const HOUR_MS = 3_600_000;

/** What was done in one hour of the clock on the wall. */
export interface HourCount {
  /** Its beginning, in milliseconds. */
  start: number;
  count: number;
}

/** Somebody, and what they did. */
export interface Deeds {
  /** An agent's or a person's id. */
  id: string;
  actor: Activity["actor"];
  total: number;
  /** The most frequent first. */
  kinds: OperationCount[];
  lastAt: string;
}

/** The beginning of the first hour that is looked at: of the hour at `now` and the 23 before it. */
export function beginOfDay(now: number): number {
  const hour = new Date(now);
  hour.setMinutes(0, 0, 0);
  return hour.getTime() - (HOURS - 1) * HOUR_MS;
}

/** How much was done in each of the hours from {@link beginOfDay} to `now`, the oldest first. */
export function countHours(activities: Iterable<Pick<Activity, "at">>, now: number): HourCount[] {
  const begin = beginOfDay(now);
  const hours = Array.from({ length: HOURS }, (_, index) => ({ start: begin + index * HOUR_MS, count: 0 }));
  for (const { at } of activities) {
    const hour = hours[Math.floor((Date.parse(at) - begin) / HOUR_MS)];
    if (hour !== undefined) hour.count += 1;
  }
  return hours;
}

/** What each one did, agents before people, whoever was there last first. `activities` are given newest first. */
export function groupByActor(activities: readonly Activity[]): Deeds[] {
  const groups = Map.groupBy(activities, ({ actor }) => ("personId" in actor ? actor.personId : actor.agentId));
  const deeds = Array.from(groups, ([id, own]): Deeds | undefined => {
    const [latest] = own;
    if (latest === undefined) return undefined;
    // The newest record has the name and the fingerprint that the agent has now.
    return { id, actor: latest.actor, total: own.length, kinds: countOperations(own), lastAt: latest.at };
  });
  return deeds
    .filter((each) => each !== undefined)
    .sort((one, other) => Number("personId" in one.actor) - Number("personId" in other.actor));
}

/**
 * The known activities with those of a page of newer ones before them, as far back as `begin`, `most` at most. Says
 * whether the page reaches back to what was known, so that nothing is missing between them.
 */
export function joinActivities(
  newer: readonly Activity[],
  known: readonly Activity[],
  { begin, most }: { begin: number; most: number },
): { activities: Activity[]; isJoined: boolean } {
  const newestKnown = known[0]?.position ?? 0;
  const fresh = newer.filter(({ position }) => position > newestKnown);
  const activities = [...fresh, ...known].filter(({ at }) => Date.parse(at) >= begin).slice(0, most);
  return { activities, isJoined: fresh.length < newer.length };
}

/** The hours as a table that spreadsheets read (RFC 4180). */
export const hoursAsCsv = (hours: readonly HourCount[]): string =>
  ["hour,count", ...hours.map(({ start, count }) => `${new Date(start).toISOString()},${count}`), ""].join("\r\n");
