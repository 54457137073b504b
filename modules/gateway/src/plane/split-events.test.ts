import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createEventSplitter } from "./split-events.ts";

/** The events of a stream that comes in pieces of so many bytes, and what is left. */
function split(text: string, pieceBytes: number): { events: string[]; rest: string } {
  const splitter = createEventSplitter();
  const bytes = Buffer.from(text);
  const events: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    events.push(...splitter.push(bytes.subarray(at, at + pieceBytes)).map(String));
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
    assert.deepEqual(splitter.push(Buffer.from("seen\n\n")).map(String), ["data: unseen\n\n"]);
  });
});

it("gives up on an event without end, and does not gather it for ever", () => {
  const splitter = createEventSplitter();
  const mebibyte = Buffer.alloc(1_048_576, "x");
  assert.throws(() => {
    for (let count = 0; count < 32; count += 1) splitter.push(mebibyte);
  }, RangeError);
});
