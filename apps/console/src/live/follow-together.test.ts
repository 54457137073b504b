import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { followTogether } from "./follow-together.ts";

/** A reef's stream that a test feeds, and counts the followers of. */
function createStream() {
  const followers = new Set<(position: number) => void>();
  const asked: (string | undefined)[] = [];
  let connecting = Promise.resolve();
  let letConnect = () => {};
  return {
    asked,
    followers,
    holdConnections() {
      ({ promise: connecting, resolve: letConnect } = Promise.withResolvers<void>());
    },
    letConnect: () => letConnect(),
    emit: (position: number) => {
      for (const push of followers) push(position);
    },
    async *stream(
      { lastEventId }: { lastEventId?: string },
      { signal, onConnection }: { signal: AbortSignal; onConnection: (state: "open" | "waiting") => void },
    ) {
      asked.push(lastEventId);
      const queue: number[] = [];
      let wake = () => {};
      const push = (position: number) => {
        queue.push(position);
        wake();
      };
      followers.add(push);
      signal.addEventListener("abort", () => wake());
      await connecting;
      onConnection("open");
      try {
        while (!signal.aborted) {
          const position = queue.shift();
          if (position === undefined) await new Promise<void>((resolve) => (wake = resolve));
          else yield { position, operation: "memory.createEntry" };
        }
      } finally {
        followers.delete(push);
      }
    },
  };
}

type Stream = ReturnType<typeof createStream>;

function openTab({ stream }: Stream, name: string) {
  const seen = { positions: [] as number[], gaps: 0, state: "" };
  const close = followTogether({
    name,
    stream,
    gatherMs: 1,
    onAwake: () => () => {},
    onOperations: (_operations, position) => seen.positions.push(position),
    onGap: () => {
      seen.gaps += 1;
    },
    onState: (state) => {
      seen.state = state;
    },
    onRefused: (error) => assert.fail(String(error)),
  });
  return { seen, close };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(5);
}

describe("tabs that follow together", () => {
  it("share one stream, and each hears of everything", async () => {
    const reef = createStream();
    const tabs = [openTab(reef, "one"), openTab(reef, "one"), openTab(reef, "one")];
    await until(() => tabs.every(({ seen }) => seen.state === "live"));
    assert.equal(reef.followers.size, 1);
    reef.emit(7);
    await until(() => tabs.every(({ seen }) => seen.positions.includes(7)));
    for (const { close } of tabs) close();
    await until(() => reef.followers.size === 0);
  });

  it("go on behind the last position when the one that led is closed", async () => {
    const reef = createStream();
    const first = openTab(reef, "two");
    await until(() => first.seen.state === "live");
    const second = openTab(reef, "two");
    await until(() => second.seen.state === "live");
    reef.emit(3);
    await until(() => second.seen.positions.includes(3));
    first.close();
    await until(() => reef.asked.length === 2);
    assert.deepEqual(reef.asked, [undefined, "3"]);
    reef.emit(4);
    await until(() => second.seen.positions.includes(4));
    assert.equal(second.seen.gaps, 0);
    second.close();
  });

  it("fetch everything again where nobody knows what was missed", async () => {
    const reef = createStream();
    const first = openTab(reef, "three");
    await until(() => first.seen.state === "live");
    const second = openTab(reef, "three");
    await until(() => second.seen.state === "live");
    assert.equal(first.seen.gaps, 0);
    first.close();
    await until(() => second.seen.gaps === 1);
    second.close();
  });

  it("all hear that something may have been missed, once the stream of who goes on stands", async () => {
    const reef = createStream();
    const first = openTab(reef, "six");
    await until(() => first.seen.state === "live");
    const others = [openTab(reef, "six"), openTab(reef, "six")];
    await until(() => others.every(({ seen }) => seen.state === "live"));
    reef.holdConnections();
    first.close();
    await until(() => reef.asked.length === 2);
    // Fetched now, the pages would not show what is done until the stream begins.
    assert.deepEqual(
      others.map(({ seen }) => seen.gaps),
      [0, 0],
    );
    reef.letConnect();
    await until(() => others.every(({ seen }) => seen.gaps === 1));
    for (const { close } of others) close();
  });

  it("of other organizations have streams of their own", async () => {
    const reef = createStream();
    const tabs = [openTab(reef, "four"), openTab(reef, "five")];
    await until(() => reef.followers.size === 2);
    for (const { close } of tabs) close();
  });
});
