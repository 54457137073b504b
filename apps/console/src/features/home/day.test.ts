import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Activity } from "@reef/sdk";
import { beginOfDay, countHours, groupByActor, HOURS, hoursAsCsv, joinActivities } from "./day.ts";

const now = Date.UTC(2026, 10, 21, 10, 40);
const minutesAgo = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
const otter = { agentId: "agt_01", name: "otter", fingerprint: "21FE-31DF-A154-A261" } as const;
const ada = { personId: "usr_01", name: "Ada" } as const;
const done = (position: number, at: string, actor: Activity["actor"], operation: string): Activity => ({
  position,
  at,
  actor,
  operation,
  subject: {},
});

describe("the day on the home page", () => {
  it("counts by the hours of the clock, the hour of now last, and leaves out what is older", () => {
    const hours = countHours(
      [0, 39, 41, 23 * 60, 24 * 60].map((minutes) => ({ at: minutesAgo(minutes) })),
      now,
    );
    assert.equal(hours.length, HOURS);
    assert.deepEqual([hours.at(-1)?.count, hours.at(-2)?.count, hours[0]?.count], [2, 1, 1]);
    assert.equal(
      hours.reduce((sum, { count }) => sum + count, 0),
      4,
    );
    assert.equal(hours[0]?.start, beginOfDay(now));
  });

  it("groups by who did it: agents before people, by the name of the newest record, with the kinds counted", () => {
    const renamed = { ...otter, name: "sea otter" };
    const [agent, person] = groupByActor([
      done(4, minutesAgo(1), ada, "identity.issueVoucher"),
      done(3, minutesAgo(2), renamed, "memory.createEntry"),
      done(2, minutesAgo(3), otter, "memory.createEntry"),
      done(1, minutesAgo(4), otter, "memory.createDiary"),
    ]);
    assert.deepEqual([agent?.actor.name, agent?.total, agent?.lastAt], ["sea otter", 3, minutesAgo(2)]);
    assert.deepEqual(agent?.kinds, [
      { operation: "memory.createEntry", count: 2 },
      { operation: "memory.createDiary", count: 1 },
    ]);
    assert.equal(person?.actor.name, "Ada");
  });

  it("puts newer activities before the known ones without a gap or a double, and lets the old and the many go", () => {
    const at = (position: number) => done(position, minutesAgo(100 - position), otter, "memory.createEntry");
    const known = [at(7), at(6), at(5)];
    const bounds = { begin: 0, most: 5 };
    const joined = joinActivities([at(9), at(8), at(7)], known, bounds);
    assert.deepEqual([joined.activities.map(({ position }) => position), joined.isJoined], [[9, 8, 7, 6, 5], true]);
    assert.equal(joinActivities([at(12), at(11), at(10)], known, bounds).isJoined, false);
    assert.equal(joinActivities([at(9), at(8)], known, { begin: 0, most: 2 }).activities.length, 2);
    const begin = Date.parse(minutesAgo(94));
    assert.deepEqual(
      joinActivities([at(7)], known, { begin, most: 5 }).activities.map(({ position }) => position),
      [7, 6],
    );
  });

  it("gives the hours to spreadsheets", () => {
    assert.equal(
      hoursAsCsv([{ start: Date.UTC(2026, 10, 21, 9), count: 3 }]),
      "hour,count\r\n2026-11-21T09:00:00.000Z,3\r\n",
    );
  });
});
