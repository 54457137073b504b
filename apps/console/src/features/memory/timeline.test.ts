import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Entry } from "@reef/sdk";
import { type ListSpan, layOut, readStretch } from "./timeline.ts";

const entryOf = (index: number, happenedAt: string, session: string | null = null): Entry =>
  ({ id: `ent_${String(index).padStart(6, "0")}`, happenedAt, session }) as Entry;

const minute = (index: number): string => new Date(Date.UTC(2026, 10, 1) + index * 60_000).toISOString();

/** A diary as the reef lists it: newest written first, a hundred a page. */
function listOf(entries: readonly Entry[]): ListSpan & { calls: number } {
  const written = entries.toSorted((one, other) => (one.id < other.id ? 1 : -1));
  const list = async ({ after = "", before = "~", cursor = "0" }: Parameters<ListSpan>[0]) => {
    list.calls += 1;
    const fitting = written.filter(({ happenedAt }) => happenedAt >= after && happenedAt < before);
    const from = Number(cursor);
    const items = fitting.slice(from, from + 100);
    return { items, nextCursor: from + 100 < fitting.length ? String(from + 100) : null, total: fitting.length };
  };
  list.calls = 0;
  return list;
}

async function readAll(list: ListSpan): Promise<Entry[]> {
  const items: Entry[] = [];
  let before: string | undefined;
  for (;;) {
    const stretch = await readStretch(list, before);
    items.push(...stretch.items);
    if (stretch.begin === null) return items;
    assert.ok(before === undefined || stretch.begin < before, "every stretch lies before the one that was read");
    before = stretch.begin;
  }
}

const inOrder = (entries: readonly Entry[]): Entry[] =>
  entries.toSorted((one, other) =>
    one.happenedAt === other.happenedAt ? (one.id < other.id ? 1 : -1) : one.happenedAt < other.happenedAt ? 1 : -1,
  );

describe("the timeline of a diary", () => {
  it("takes one question where a page holds all of it", async () => {
    const list = listOf([entryOf(1, minute(5)), entryOf(2, minute(1)), entryOf(3, minute(9))]);
    const { items, begin } = await readStretch(list, undefined);
    assert.deepEqual(
      items.map(({ id }) => id),
      ["ent_000003", "ent_000001", "ent_000002"],
    );
    assert.equal(begin, null);
    assert.equal(list.calls, 1);
  });

  const orders: Readonly<Record<string, (index: number) => number>> = {
    "as it was written": (index) => index,
    "the other way round": (index) => 2_000 - index,
    "in no order at all": (index) => (index * 7_919) % 2_003,
    "much of it at once": (index) => Math.floor(index / 400),
  };
  for (const [name, order] of Object.entries(orders)) {
    it(`has every entry once, by when it happened, where that was ${name}`, async () => {
      const entries = Array.from({ length: 1_500 }, (_, index) => entryOf(index, minute(order(index))));
      const list = listOf(entries);
      assert.deepEqual(await readAll(list), inOrder(entries));
      assert.ok(list.calls < 90, `${list.calls} questions`);
    });
  }

  it("puts days under each other, and the entries of a session together", () => {
    const rows = layOut(
      [
        entryOf(5, "2026-11-12T23:30:00.000Z", "watch"),
        entryOf(4, "2026-11-12T20:00:00.000Z"),
        entryOf(3, "2026-11-12T08:00:00.000Z", "watch"),
        entryOf(2, "2026-11-11T08:00:00.000Z", "alone"),
      ],
      "UTC",
    );
    assert.deepEqual(
      rows.map((row) =>
        row.kind === "entry"
          ? `${row.index} ${row.entry.id.at(-1)}${row.isInSession ? " in" : ""}`
          : `${row.kind} ${row.count}`,
      ),
      ["day 3", "session 2", "0 5 in", "1 3 in", "2 4", "day 1", "3 2"],
    );
  });

  it("has the days of the person's own time zone", () => {
    const entries = [entryOf(1, "2026-11-12T23:30:00.000Z")];
    const dayIn = (timeZone: string) => layOut(entries, timeZone).find(({ kind }) => kind === "day");
    assert.deepEqual(dayIn("Asia/Tokyo"), { kind: "day", day: "2026-11-13", count: 1 });
    assert.deepEqual(dayIn("America/New_York"), { kind: "day", day: "2026-11-12", count: 1 });
  });
});
