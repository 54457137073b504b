import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { type EventBlock, readEventBlocks } from "./read-event-blocks.ts";
import { createReef } from "./reef.ts";
import { type Answer, problem, type StandIn, startStandIn } from "./stand-in.ts";

const stream = (...blocks: string[]): Answer => ({
  headers: { "Content-Type": "text/event-stream; charset=utf-8" },
  text: blocks.map((block) => `${block}\n\n`).join(""),
});
const entry = (id: string, content: string) => `id: ${id}\nevent: entry\ndata: ${JSON.stringify({ content })}`;

describe("following a stream", () => {
  let server: StandIn;
  afterEach(() => server?.close());

  /** Follows a stand-in that gives these answers, one after another; ends after so many events. */
  async function follow(count: number, ...answers: (Answer | undefined)[]) {
    let given = 0;
    server = await startStandIn(() => answers[Math.min(given++, answers.length - 1)]);
    const contents: string[] = [];
    for await (const { content } of createReef({ url: server.url }).memory.streamFeed({ tag: "ops" })) {
      contents.push(content);
      if (contents.length === count) break;
    }
    return contents;
  }
  const idsSeen = () => server.seen.map(({ headers }) => headers["last-event-id"]);

  it("gives what its events carry, and leaves the others out", async () => {
    const other = 'event: other\ndata: {"content":"no"}';
    const contents = await follow(
      2,
      stream("retry: 5", entry("a", "one"), ":", other, entry("b", "two"), entry("c", "3")),
    );
    assert.deepEqual(contents, ["one", "two"]);
    assert.equal(server.seen[0]?.path, "/api/feed/stream?tag=ops");
    assert.equal(server.seen[0]?.headers.accept, "text/event-stream");
  });

  it("comes back behind the last event when it breaks off, is ended, or the server is away", async () => {
    const contents = await follow(
      4,
      stream("retry: 5", entry("a", "one")),
      undefined,
      stream("retry: 5", entry("b", "two"), 'event: end\ndata: {"reason":"time_is_up"}', entry("x", "never")),
      problem(503, "http.unavailable"),
      stream("retry: 5", entry("c", "three"), entry("d", "four")),
    );
    assert.deepEqual(contents, ["one", "two", "three", "four"]);
    assert.deepEqual(idsSeen(), [undefined, "a", "a", "b", "b"]);
  });

  it("comes back to where it began, when no event has come yet", async () => {
    await follow(1, stream("retry: 5", "id: start"), stream("retry: 5", entry("a", "one")));
    assert.deepEqual(idsSeen(), [undefined, "start"]);
  });

  it("waits as long as it is asked to", async () => {
    const limited = { ...problem(429, "http.rate_limited"), headers: { "Retry-After": "0" } };
    assert.deepEqual(await follow(1, limited, stream(entry("a", "one"))), ["one"]);
  });

  it("tells a refusal, and what is no stream", async () => {
    await assert.rejects(follow(1, problem(400, "list.invalid_cursor")), { code: "list.invalid_cursor" });
    await server.close();
    await assert.rejects(follow(1, { json: {} }), { code: "sdk.unreadable_answer" });
  });

  it("ends with the signal's reason, also in a pause", async () => {
    server = await startStandIn(() => stream("retry: 60000", entry("a", "one")));
    const stop = new AbortController();
    const reason = new Error("enough");
    const listening = (async () => {
      for await (const _ of createReef({ url: server.url }).memory.streamFeed({}, { signal: stop.signal }));
    })();
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(reason);
    await assert.rejects(listening, reason);
    assert.equal(server.seen.length, 1);
  });

  it("reads blocks wherever the network cuts them", async () => {
    const text =
      'id: ä\r\nevent: entry\r\ndata: {"a":\r\ndata: 1}\r\n\r\n:\n\ndata\n\nid:b\nretry: 9\n\ndata: unfinished';
    const bytes = new TextEncoder().encode(text);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    let chunks = 0;
    const blocks: EventBlock[] = [];
    for await (const block of readEventBlocks(body, () => (chunks += 1))) blocks.push(block);
    assert.equal(chunks, bytes.length);
    assert.deepEqual(blocks, [
      { event: "entry", data: '{"a":\n1}', id: "ä", retryMs: undefined },
      { event: "message", data: "", id: undefined, retryMs: undefined },
      { event: "message", data: "", id: undefined, retryMs: undefined },
      { event: "message", data: "", id: "b", retryMs: 9 },
    ]);
  });
});
