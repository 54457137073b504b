import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createBell } from "@reef/supervision";
import { type Audience, createAudience, type FollowedLog, type Follower } from "./audience.ts";
import { createNewsLoop } from "./news-loop.ts";
import { createTurns } from "./turns.ts";

/** What stands in the log of these tests. */
interface Line {
  number: number;
}

/** A follower without a socket, that keeps what it is sent. */
interface Reader extends Follower<Line> {
  got: Line[];
  reason: string | undefined;
  /** While it is stuck it takes what it was sent, but asks for no more. */
  stick(): void;
  unstick(): void;
  close(): void;
}

function reader(position: number): Reader {
  const closings: (() => void)[] = [];
  let flow = Promise.withResolvers<void>();
  let [isOpen, isStuck] = [true, false];
  const self: Reader = {
    got: [],
    reason: undefined,
    position,
    stick() {
      isStuck = true;
      flow = Promise.withResolvers();
    },
    unstick() {
      isStuck = false;
      flow.resolve();
    },
    close() {
      isOpen = false;
      flow.resolve();
      for (const follow of closings.splice(0)) follow();
    },
    stream: {
      send(line) {
        if (isOpen) self.got.push(line);
        return isOpen && !isStuck;
      },
      drained: async () => (isStuck && isOpen ? flow.promise : undefined),
      onClose: (follow) => closings.push(follow),
      get isOpen() {
        return isOpen;
      },
      end(reason) {
        self.reason = reason;
        self.close();
      },
    },
  };
  return self;
}

const AT_ONCE = 10;
const { signal } = new AbortController();
const numbersOf = ({ got }: Reader) => got.map(({ number }) => number);
const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + 1 + index);

/** A log in memory with an audience, and how often it was read for whom. */
function follow(options: Partial<FollowedLog<Line, Reader>> = {}) {
  const lines: Line[] = [];
  const reads = { new: 0, behind: 0 };
  const read = (from: number) => {
    const found = lines.slice(from, from + AT_ONCE);
    const events = found.map((event) => ({ position: event.number, event }));
    return { events, end: found.length === AT_ONCE ? (found.at(-1)?.number ?? null) : null };
  };
  const append = (count: number) =>
    lines.push(...upTo(lines.length, lines.length + count).map((number) => ({ number })));
  const audience: Audience<Line, Reader> = createAudience<Line, Reader>(
    {
      async readNew(position) {
        reads.new += 1;
        return read(position);
      },
      async readFor({ position }) {
        reads.behind += 1;
        return read(position);
      },
      inTurn: createTurns(1),
      wake: () => {},
      onFailure: () => {},
      ...options,
    },
    0,
  );
  return { audience, reads, append };
}

/** Waits until what was begun has been done. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("the audience of a log", () => {
  it("gets each event once and in order, which is read and made once for all", async () => {
    const { audience, reads, append } = follow();
    const readers = Array.from({ length: 120 }, () => reader(0));
    for (const one of readers) audience.join(one);
    append(25);
    await audience.announceNew(signal);
    for (const one of readers) assert.deepEqual(numbersOf(one), upTo(0, 25));
    assert.deepEqual(reads, { new: 3, behind: 0 });
    assert.equal(new Set(readers.flatMap(({ got }) => got)).size, 25);
    assert.equal(audience.announced, 25);
  });

  it("who comes behind gets what it missed, and nothing twice that is announced meanwhile", async () => {
    const { audience, append } = follow();
    audience.join(reader(0));
    append(35);
    await audience.announceNew(signal);
    const late = reader(4);
    audience.join(late);
    append(15);
    await audience.announceNew(signal);
    await settle();
    append(1);
    await audience.announceNew(signal);
    assert.deepEqual(numbersOf(late), upTo(4, 51));
  });

  it("who takes nothing for a while gets the rest later, in order, and holds up nobody", async () => {
    const { audience, append } = follow();
    const [slow, quick] = [reader(0), reader(0)];
    for (const one of [slow, quick]) audience.join(one);
    slow.stick();
    append(40);
    await audience.announceNew(signal);
    assert.deepEqual(numbersOf(quick), upTo(0, 40));
    assert.ok(slow.got.length < 40);
    slow.unstick();
    await settle();
    assert.deepEqual(numbersOf(slow), upTo(0, 40));
  });

  it("gives each only what is for it, and counts the rest as sent", async () => {
    const { audience, append } = follow({ isFor: ({ number }) => number % 2 === 0 });
    const one = reader(0);
    audience.join(one);
    append(6);
    await audience.announceNew(signal);
    assert.deepEqual([numbersOf(one), one.position], [[2, 4, 6], 6]);
  });

  it("asks who may listen before anything is sent, and sends nothing to the others, live or behind", async () => {
    const banned = new Set<Reader>();
    const admit = async (readers: readonly Reader[]) => {
      for (const one of readers) if (banned.has(one)) one.close();
    };
    const { audience, append } = follow({ admit });
    const [good, live] = [reader(0), reader(0)];
    for (const one of [good, live]) audience.join(one);
    banned.add(live);
    append(3);
    await audience.announceNew(signal);
    const behind = reader(0);
    banned.add(behind);
    audience.join(behind);
    await settle();
    assert.deepEqual([good, live, behind].map(numbersOf), [upTo(0, 3), [], []]);
    assert.deepEqual([...audience.followers], [good]);
  });

  it("ends the stream of whom the log cannot be read for, and nobody else's", async () => {
    const failures: unknown[] = [];
    const { audience, append } = follow({
      readFor: () => Promise.reject(new Error("The database is away.")),
      onFailure: (error) => failures.push(error),
    });
    const good = reader(0);
    audience.join(good);
    append(2);
    await audience.announceNew(signal);
    const behind = reader(0);
    audience.join(behind);
    await settle();
    assert.deepEqual([behind.reason, good.reason, good.got.length], ["failed", undefined, 2]);
    assert.match(String(failures), /The database is away/);
  });
});

describe("a loop that looks for news", () => {
  it("looks when it is rung for, listens only while somebody waits, and is silent afterwards", async () => {
    const bell = createBell();
    const stop = new AbortController();
    const history: string[] = [];
    let isAwaited = false;
    const loop = createNewsLoop({
      name: "news",
      bell,
      isAwaited: () => isAwaited,
      async listen() {
        history.push("listens");
        return { close: async () => void history.push("hears no more") };
      },
      look: async () => void history.push("looks"),
      restMs: () => 60_000,
    });
    const running = loop.run({ signal: stop.signal, beat: () => {}, sleep: async () => {} });
    await settle();
    assert.deepEqual(history, []);
    isAwaited = true;
    bell.ring();
    await settle();
    bell.ring();
    await settle();
    assert.deepEqual(history, ["listens", "looks", "looks"]);
    isAwaited = false;
    bell.ring();
    await settle();
    assert.deepEqual(history.slice(3), ["hears no more"]);
    stop.abort();
    await running;
    assert.equal(history.length, 4);
  });
});
