import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Came, createEventSplitter } from "./split-events.ts";

/** What came, event by event, as it was written. */
function eventsOf({ bytes, text, events }: Came): string[] {
  assert.equal(text, bytes.toString("latin1"));
  assert.equal(events.join(""), text);
  return events.map((event) => Buffer.from(event, "latin1").toString());
}

/** The events of a stream that comes in pieces of so many bytes, and what is left. */
function split(text: string, pieceBytes: number): { events: string[]; rest: string } {
  const splitter = createEventSplitter();
  const bytes = Buffer.from(text);
  const events: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    events.push(...eventsOf(splitter.push(bytes.subarray(at, at + pieceBytes))));
  return { events, rest: splitter.rest().toString() };
}

describe("a stream that is cut into events", () => {
  const events = ["data: one\n\n", ": a comment\r\n\r\n", "event: x\r\ndata: ü 😀\r\n\r\n", "data: a\ndata: b\n\n"];

  it("gives the same events in whatever pieces it comes, every byte kept", () => {
    for (let pieceBytes = 1; pieceBytes < 30; pieceBytes += 1)
      assert.deepEqual(split(events.join(""), pieceBytes), { events, rest: "" }, `pieces of ${pieceBytes}`);
  });

  it("keeps what has no blank line behind it", () => {
    assert.deepEqual(split("data: one\n\ndata: two\n", 4), { events: ["data: one\n\n"], rest: "data: two\n" });
  });

  it("does not hold on to the buffer that a piece came in", () => {
    const splitter = createEventSplitter();
    const piece = Buffer.from("data: un");
    splitter.push(piece);
    piece.fill(0x20);
    assert.deepEqual(eventsOf(splitter.push(Buffer.from("seen\n\n"))), ["data: unseen\n\n"]);
  });
});

describe("an event without end", () => {
  for (const [what, piece] of [
    ["in one line", "x".repeat(64)],
    ["in many lines", `data: ${"x".repeat(57)}\n`],
    ["in large pieces", "x".repeat(1_048_576)],
  ] as const) {
    it(`is given up, and nothing of it is kept: ${what}`, () => {
      const splitter = createEventSplitter();
      const bytes = Buffer.from(piece);
      assert.throws(() => {
        for (let pushed = 0; pushed < 32 * 1_048_576; pushed += bytes.length) splitter.push(bytes);
      }, RangeError);
      assert.equal(splitter.rest().length, 0);
    });
  }
});
