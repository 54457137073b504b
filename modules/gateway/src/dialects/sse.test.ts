import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSseParser, type SseEvent } from "./sse.ts";

const parse = (pieces: readonly (string | Uint8Array)[]): SseEvent[] => {
  const parser = createSseParser();
  const events = pieces.flatMap((piece) => parser.push(typeof piece === "string" ? Buffer.from(piece) : piece));
  return [...events, ...parser.close()];
};

const of = (...data: string[]): SseEvent[] => data.map((text) => ({ event: "", data: text }));

describe("server-sent events", () => {
  it("OC14: are the same wherever their bytes are cut, within a character, a CRLF or a field", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = `: hello${end}event: a${end}data: {"t":"é早🌞"}${end}id: 7${end}${end}data:one${end}data:  two${end}${end}`;
      const bytes = Buffer.from(text);
      const expected = [
        { event: "a", data: '{"t":"é早🌞"}' },
        { event: "", data: "one\n two" },
      ];
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        assert.deepEqual(parse([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut at ${cut}`);
      }
      for (const size of [1, 2, 3]) {
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        assert.deepEqual(parse(pieces), expected);
      }
    }
  });

  it("may end their lines in different ways within one stream", () => {
    assert.deepEqual(parse(["data: a\r\n\ndata: b\r\rdata: c\n\r\n"]), of("a", "b", "c"));
  });

  it("come out at once when their blank line has come", () => {
    const parser = createSseParser();
    assert.deepEqual(parser.push(Buffer.from("data: a\n")), []);
    assert.deepEqual(parser.push(Buffer.from("\n")), of("a"));
    assert.deepEqual(parser.push(Buffer.from("data: b\r\n\r\n")), of("b"));
    assert.deepEqual(parser.close(), []);
  });

  it("without data are none, and those with empty data are", () => {
    assert.deepEqual(
      parse([": ping\n\n", "event: a\n\n", "\n\n", "retry: 3\nid: 1\n\n", "data\n\n", "data:\n\n"]),
      of("", ""),
    );
  });

  it("do not take over the name of an event that had no data", () => {
    assert.deepEqual(parse(["event: a\n\ndata: b\n\n"]), of("b"));
  });

  it("may begin with a byte order mark", () => {
    assert.deepEqual(parse([Buffer.from([0xef]), Buffer.from([0xbb, 0xbf]), "data: a\n\n"]), of("a"));
  });

  it("may lack the last blank line or the last line's end", () => {
    assert.deepEqual(parse(["data: a\n\ndata: b\n"]), of("a", "b"));
    assert.deepEqual(parse(["data: a\n\ndata: b"]), of("a", "b"));
    assert.deepEqual(parse(["data: a\r"]), of("a"));
  });

  it("keep colons, spaces but the first, and fields that nobody knows out of the way", () => {
    assert.deepEqual(parse(["data: a: b\ndata:  c\nfoo: d\ndatax: e\n\n"]), of("a: b\n c"));
  });

  it("replace bytes that are no UTF-8 instead of stopping the stream", () => {
    assert.deepEqual(
      parse([Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a, 0x0a]), "data: b\n\n"]),
      of("\uFFFD", "b"),
    );
  });

  it("of more than 16 MiB are refused, in one line or in many", () => {
    const mebibyte = Buffer.alloc(1_048_576, "x");
    const push = (parser: ReturnType<typeof createSseParser>, pieces: readonly Uint8Array[]): void => {
      for (let count = 0; count < 18; count += 1) for (const piece of pieces) parser.push(piece);
    };
    assert.throws(() => push(createSseParser(), [mebibyte]), RangeError);
    assert.throws(() => push(createSseParser(), [Buffer.from("data: "), mebibyte, Buffer.from("\n")]), RangeError);
    assert.doesNotThrow(() => push(createSseParser(), [Buffer.from("data: "), mebibyte, Buffer.from("\n\n")]));
  });
});
