import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  allListedBy,
  beginningOfSpan,
  countAllEntriesFilters,
  countFilters,
  countSearchFilters,
  listedBy,
  readDiaryAddress,
  readMemoryAddress,
  readSearchAddress,
  spanOf,
} from "./address.ts";

const DIARY = "dia_01m7ytdjgaecyran3e8pmytmya";

describe("the addresses of the memory pages", () => {
  it("keep every filter that they know", () => {
    const address = {
      tab: "timeline",
      shares: "revoked",
      type: "episodic",
      tag: "crane-2",
      session: "night shift",
      signed: "no",
      flagged: "yes",
      from: "2026-11-01",
      to: "2026-11-30",
      order: "oldest",
    };
    assert.deepEqual(readDiaryAddress(address), address);
    const memory = {
      tab: "entries",
      name: "tides",
      shares: "pending",
      transfers: "expired",
      type: "soul",
      tag: "x",
      signed: "yes",
      flagged: "no",
      author: "0123-4567-89AB-CDEF",
      written: "3-days",
    };
    assert.deepEqual(readMemoryAddress({ ...memory, author: memory.author.toLowerCase() }), memory);
    const search = { q: "citrus", diary: DIARY, type: "soul", tag: "x", latest: "yes", prefer: "new" };
    assert.deepEqual(readSearchAddress(search), search);
  });

  it("leave out what they do not understand, whoever wrote it", () => {
    const hostile = {
      tab: "entries",
      shares: "all",
      type: "<script>",
      tag: "   ",
      session: { $gt: "" },
      signed: true,
      flagged: ["yes"],
      from: "2026-02-30",
      to: "yesterday",
      order: "newest",
      q: null,
      diary: `${DIARY}/../../x`,
      latest: "no",
      prefer: "old",
    };
    assert.deepEqual(readDiaryAddress(hostile), {});
    assert.deepEqual(readSearchAddress(hostile), {});
    assert.deepEqual(readMemoryAddress({ name: "" }), {});
    const more = { tab: "timeline", author: "0123-4567-89AB-CDEF, x", written: "toString", transfers: "lost" };
    assert.deepEqual(readMemoryAddress({ ...hostile, ...more }), {});
  });

  it("take a number, which the router makes of digits, for the text that it was", () => {
    assert.deepEqual(readDiaryAddress({ tag: 2026, session: true }), { tag: "2026", session: "true" });
    assert.deepEqual(readMemoryAddress({ name: 7 }), { name: "7" });
  });

  it("are cut to what the reef takes", () => {
    assert.equal(readSearchAddress({ q: "a".repeat(900) }).q?.length, 500);
    assert.equal(readDiaryAddress({ tag: "a".repeat(90) }).tag?.length, 50);
  });

  it("count what narrows a list, and nothing else", () => {
    assert.equal(countFilters({ order: "oldest" }), 0);
    assert.equal(countFilters({ type: "soul", tag: "a", signed: "no", from: "2026-11-01" }), 4);
    assert.equal(countAllEntriesFilters({ author: "0123-4567-89AB-CDEF", written: "today" }), 2);
    assert.equal(countSearchFilters({ q: "x", prefer: "new" }), 0);
    assert.equal(countSearchFilters({ q: "x", latest: "yes", diary: DIARY }), 2);
  });

  it("ask the reef for whole days of the person's own calendar", () => {
    const { after = "", before = "" } = spanOf({ from: "2026-11-01", to: "2026-11-01" });
    assert.equal(new Date(after).getHours(), 0);
    assert.equal(new Date(after).getDate(), 1);
    assert.equal(new Date(before).getDate(), 2);
    assert.deepEqual(spanOf({}), {});
    const [today, threeDays] = [new Date(beginningOfSpan("today")), new Date(beginningOfSpan("3-days"))];
    assert.deepEqual([today.getDate(), today.getHours()], [new Date().getDate(), 0]);
    assert.equal(Math.round((today.getTime() - threeDays.getTime()) / 86_400_000), 2);
    assert.deepEqual(allListedBy({ flagged: "yes", author: "0123-4567-89AB-CDEF" }), {
      injectionRisk: true,
      author: "0123-4567-89AB-CDEF",
    });
    assert.deepEqual(listedBy({ tag: "a", signed: "no", flagged: "yes", order: "oldest" }), {
      tags: ["a"],
      signed: false,
      injectionRisk: true,
      order: "oldest",
    });
  });
});
