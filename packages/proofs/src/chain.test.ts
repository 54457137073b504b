import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromBase64, toBase64 } from "./base64.ts";
import { verifyChain } from "./chain.ts";
import type { ChainAnchor, ChainEntry, ChainFault, ChainOptions } from "./chain-report.ts";
import { entryCid } from "./cid.ts";
import { signWithSeed } from "./keys.ts";
import { frameSigningBytes } from "./signing-frame.ts";
import { KEY_1, KEY_2 } from "./vectors.ts";

type Key = typeof KEY_1;
type Fields = Pick<ChainEntry, "title" | "content" | "type" | "tags">;

const fieldsOf = (content: string): Fields => ({ title: null, content, type: "semantic", tags: ["b", "a"] });

/** An entry that its author signed, on top of another. */
async function signed(id: string, previousHash: string | null, key: Key = KEY_1, fields = fieldsOf(id)) {
  const contentHash = await entryCid({ ...fields, previous: previousHash });
  const nonce = `nonce-${id}`;
  const frame = await frameSigningBytes("reef:v1", contentHash, nonce);
  const value = toBase64(await signWithSeed(fromBase64(key.seed) ?? new Uint8Array(), frame));
  const signature = { value, nonce, publicKey: key.publicKey, previousHash };
  return { id, ...fields, author: { fingerprint: key.fingerprint }, contentHash, signature };
}
type Signed = Awaited<ReturnType<typeof signed>>;

/** A chain of `length` entries named e1, e2, …, by two authors in turn. */
async function chainOf(length: number, prefix = "e"): Promise<{ entries: Signed[]; anchor: ChainAnchor }> {
  const entries: Signed[] = [];
  for (let number = 1; number <= length; number++) {
    const previous = entries.at(-1)?.contentHash ?? null;
    entries.push(await signed(`${prefix}${number}`, previous, number % 2 === 0 ? KEY_2 : KEY_1));
  }
  return { entries, anchor: { length, head: entries.at(-1)?.contentHash ?? null } };
}

const at = (entries: readonly ChainEntry[], id: string) => ({
  id,
  position: entries.findIndex((entry) => entry.id === id) + 1,
});
const faultsOf = async (entries: readonly ChainEntry[], anchor: ChainAnchor, options?: ChainOptions) => {
  const report = await verifyChain(entries, anchor, options);
  assert.equal(report.valid, report.faults.length === 0);
  assert.equal(report.entries, entries.length);
  return report.faults;
};

const LENGTH = 6;
const { entries: whole, anchor } = await chainOf(LENGTH);
const places = Array.from({ length: LENGTH }, (_, index) => index);
const nth = (index: number): Signed => {
  const entry = whole[index];
  assert.ok(entry);
  return entry;
};
const all: readonly ChainEntry[] = whole;
const replaced = (index: number, entry: ChainEntry): ChainEntry[] => all.toSpliced(index, 1, entry);
const resigned = (entry: Signed, change: Partial<Signed["signature"]>) => ({
  ...entry,
  signature: { ...entry.signature, ...change },
});

describe("MN23: a whole chain", () => {
  it("MN23: of any length is valid, and says what to remember of it", async () => {
    for (const length of [0, 1, 2, LENGTH]) {
      const chain = await chainOf(length);
      const report = await verifyChain(chain.entries, chain.anchor);
      assert.deepEqual(report, { valid: true, entries: length, ...chain.anchor, faults: [] });
    }
  });

  it("MN23: may be read as it comes, and still holds every head that was known before", async () => {
    async function* stream() {
      yield* whole;
    }
    const known = whole.map(({ contentHash }, index) => ({ head: contentHash, length: index + 1 }));
    const { valid } = await verifyChain(stream(), anchor, { known });
    assert.ok(valid);
    assert.deepEqual(await faultsOf(whole, anchor, { known: known.map(({ head }) => ({ head })) }), []);
  });

  it("MN23: may grow while it is read, if whoever asks says so", async () => {
    for (const length of places) {
      const before = { length, head: whole[length - 1]?.contentHash ?? null };
      const report = await verifyChain(whole, before, { mayHaveGrown: true });
      assert.deepEqual([report.valid, report.length, report.head], [true, LENGTH, anchor.head]);
      const strict = await faultsOf(whole, before);
      assert.deepEqual(
        strict,
        whole.slice(length).map(({ id }) => ({ kind: "inserted", entry: at(whole, id) })),
      );
    }
  });

  it("MN23: of 10,000 long entries is verified without keeping them", async () => {
    const length = 10_000;
    const filler = "x".repeat(10_000);
    let head: string | null = null;
    let mostBytes = 0;
    const before = process.memoryUsage().heapUsed;
    async function* stream() {
      for (let number = 1; number <= length; number++) {
        const entry = await signed(`e${number}`, head, KEY_1, fieldsOf(`${number} ${filler}`));
        head = entry.contentHash;
        anchorOfLong.head = head;
        mostBytes = Math.max(mostBytes, process.memoryUsage().heapUsed - before);
        yield entry;
      }
    }
    const anchorOfLong: ChainAnchor = { length, head: null };
    const report = await verifyChain(stream(), { length: 0, head: null }, { mayHaveGrown: true });
    assert.deepEqual([report.valid, report.length, report.head], [true, length, anchorOfLong.head]);
    // The texts alone are 100 MB.
    assert.ok(mostBytes < 60_000_000, `${mostBytes} bytes`);
  });
});

describe("MN23: an altered entry", () => {
  const changes: [string, (entry: Signed) => ChainEntry][] = [
    ["content", (entry) => ({ ...entry, content: `${entry.content}.` })],
    ["title", (entry) => ({ ...entry, title: "T" })],
    ["type", (entry) => ({ ...entry, type: "episodic" })],
    ["tags", (entry) => ({ ...entry, tags: ["a"] })],
    ["content, to no Unicode", (entry) => ({ ...entry, content: "\ud83e" })],
    ["identifier", (entry) => ({ ...entry, contentHash: nth(LENGTH - 1).contentHash.replace(/.$/, "a") })],
    ["identifier, to that of the first", (entry) => ({ ...entry, contentHash: nth(0).contentHash })],
  ];
  for (const [what, change] of changes) {
    it(`MN23: is named, wherever it stands, when its ${what} changed`, async () => {
      for (const index of places) {
        const entry = change(nth(index));
        if (entry.contentHash === nth(index).contentHash && what.startsWith("identifier")) continue;
        const faults = await faultsOf(replaced(index, entry), anchor);
        assert.deepEqual(faults, [{ kind: "altered", entry: { id: entry.id, position: index + 1 } }]);
      }
    });
  }

  it("MN23: is named when it claims to follow another entry, one that never was, or none", async () => {
    for (const index of places) {
      const others = [null, `bafkrei${"a".repeat(52)}`, ...whole.map(({ contentHash }) => contentHash)];
      for (const previousHash of others) {
        if (previousHash === nth(index).signature.previousHash) continue;
        const faults = await faultsOf(replaced(index, resigned(nth(index), { previousHash })), anchor);
        assert.deepEqual(faults, [{ kind: "altered", entry: { id: nth(index).id, position: index + 1 } }]);
      }
    }
  });

  it("MN23: is named when its identifier was changed with it, though not the signature", async () => {
    for (const index of places) {
      const content = "other";
      const { type, title, tags, signature } = nth(index);
      const contentHash = await entryCid({ type, title, tags, content, previous: signature.previousHash });
      const faults = await faultsOf(replaced(index, { ...nth(index), content, contentHash }), anchor);
      assert.deepEqual(faults, [{ kind: "altered", entry: { id: nth(index).id, position: index + 1 } }]);
    }
  });

  it("MN23: is told from one that was written anew with a good signature", async () => {
    for (const index of places) {
      const { id, signature, contentHash } = nth(index);
      const forged = await signed(id, signature.previousHash, KEY_2, fieldsOf("forged"));
      const faults = await faultsOf(replaced(index, forged), anchor);
      assert.deepEqual(faults, [{ kind: "replaced", entry: { id, position: index + 1 }, contentHash }]);
    }
  });
});

describe("MN23: a signature", () => {
  const wrongs: [string, (entry: Signed, other: Signed) => ChainEntry][] = [
    ["of another entry", (entry, other) => resigned(entry, { value: other.signature.value })],
    ["with another nonce", (entry) => resigned(entry, { nonce: "other" })],
    ["that is none", (entry) => resigned(entry, { value: "" })],
    ["under a key that is none", (entry) => resigned(entry, { publicKey: "ed25519:" })],
  ];
  for (const [what, change] of wrongs) {
    it(`MN23: ${what} is named, wherever it stands`, async () => {
      for (const index of places) {
        const entry = change(nth(index), nth((index + 1) % LENGTH));
        const faults = await faultsOf(replaced(index, entry), anchor);
        assert.deepEqual(faults, [{ kind: "wrong_signature", entry: { id: entry.id, position: index + 1 } }]);
      }
    });
  }

  it("MN23: by a key that is not the author's is named, though it fits the content", async () => {
    for (const index of places) {
      const { id, signature, author } = nth(index);
      const key = author.fingerprint === KEY_1.fingerprint ? KEY_2 : KEY_1;
      const entry = { ...(await signed(id, signature.previousHash, key)), author };
      assert.equal(entry.contentHash, nth(index).contentHash);
      const faults = await faultsOf(replaced(index, entry), anchor);
      assert.deepEqual(faults, [{ kind: "wrong_signature", entry: { id, position: index + 1 } }]);
    }
  });

  it("MN23: that is not there is named, wherever it was removed", async () => {
    for (const index of places) {
      const entry = { ...nth(index), contentHash: null, signature: null };
      const faults = await faultsOf(replaced(index, entry), anchor);
      assert.deepEqual(faults, [{ kind: "unsigned", entry: { id: entry.id, position: index + 1 } }]);
    }
  });
});

describe("MN23: removed entries", () => {
  it("MN23: are missed between the very two where they were, whichever were removed", async () => {
    for (let removed = 1; removed < 1 << LENGTH; removed++) {
      const kept = whole.filter((_, index) => (removed & (1 << index)) === 0);
      const faults = await faultsOf(kept, anchor);
      assert.deepEqual(faults, expectedGaps(kept), `${removed.toString(2)}`);
    }
  });

  /** The gaps of what is left, as the numbers of the entries tell them. */
  function expectedGaps(kept: readonly Signed[]): ChainFault[] {
    const indices = [-1, ...kept.map(({ id }) => Number(id.slice(1)) - 1), LENGTH];
    const gaps = indices.slice(1).flatMap((next, gap) => {
      const last = indices[gap] ?? -1;
      return next - last > 1 ? [{ last, next, count: next - last - 1 }] : [];
    });
    const total = gaps.reduce((sum, { count }) => sum + count, 0);
    return gaps.map(({ last, next, count: exact }) => {
      const after = last === -1 ? null : at(kept, nth(last).id);
      const count = gaps.length === 1 || total === gaps.length ? exact : null;
      if (next === LENGTH) return { kind: "cut_off", after, count };
      return { kind: "missing", after, before: at(kept, nth(next).id), count, contentHash: nth(next - 1).contentHash };
    });
  }

  it("MN23: at the end are missed, also when the head was set back, by who remembers an older head", async () => {
    for (const length of places) {
      const left = whole.slice(0, length);
      const setBack = { length, head: left.at(-1)?.contentHash ?? null };
      assert.deepEqual(await faultsOf(left, setBack), []);
      const after = length === 0 ? null : { id: nth(length - 1).id, position: length };
      const known = [{ head: nth(LENGTH - 1).contentHash, length: LENGTH }];
      const [fault, ...more] = await faultsOf(left, setBack, { known });
      assert.deepEqual([fault, more], [{ kind: "cut_off", after, count: LENGTH - length }, []]);
    }
  });
});

describe("MN23: a history that was written anew", () => {
  it("MN23: is valid by itself, and found by who remembers a head of the old one", async () => {
    for (const index of places) {
      const rewritten = whole.slice(0, index);
      for (const { id } of whole.slice(index)) {
        const previous = rewritten.at(-1)?.contentHash ?? null;
        rewritten.push(await signed(id, previous, KEY_2, fieldsOf(`${id} anew`)));
      }
      const ownAnchor = { length: LENGTH, head: rewritten.at(-1)?.contentHash ?? null };
      assert.deepEqual(await faultsOf(rewritten, ownAnchor), []);
      for (const [position, { contentHash: head }] of whole.entries()) {
        const expected = position < index ? [] : [{ kind: "rewritten", head }];
        assert.deepEqual(await faultsOf(rewritten, ownAnchor, { known: [{ head, length: position + 1 }] }), expected);
        assert.deepEqual(await faultsOf(rewritten, ownAnchor, { known: [{ head }] }), expected);
      }
    }
  });

  it("MN23: is not hidden by a length that does not fit", async () => {
    for (const length of [1, LENGTH - 1, LENGTH + 1]) {
      const faults = await faultsOf(whole, { ...anchor, length });
      assert.deepEqual(faults, [{ kind: "length", expected: length, found: LENGTH }]);
    }
  });
});

describe("MN23: reordered entries", () => {
  it("MN23: are named with where they belong, the fewest that explain the order, in every order", async () => {
    for (const order of permutationsOf(places)) {
      const shuffled = order.map(nth);
      const faults = await faultsOf(shuffled, anchor);
      assert.equal(faults.length, LENGTH - longestRun(order), order.join());
      const moved = new Set<string>();
      for (const fault of faults) {
        assert.ok(fault.kind === "reordered");
        const number = Number(fault.entry.id.slice(1)) - 1;
        assert.deepEqual(fault.entry, at(shuffled, nth(number).id));
        assert.deepEqual(fault.after, number === 0 ? null : at(shuffled, nth(number - 1).id));
        moved.add(fault.entry.id);
      }
      const rest = shuffled.filter(({ id }) => !moved.has(id)).map(({ id }) => id);
      assert.deepEqual(rest, rest.toSorted());
    }
  });

  function permutationsOf(numbers: readonly number[]): number[][] {
    if (numbers.length === 0) return [[]];
    return numbers.flatMap((first) =>
      permutationsOf(numbers.filter((number) => number !== first)).map((rest) => [first, ...rest]),
    );
  }

  /** By trying all of them. */
  function longestRun(order: readonly number[], above = -1): number {
    const [first, ...rest] = order;
    if (first === undefined) return 0;
    const without = longestRun(rest, above);
    return first > above ? Math.max(without, 1 + longestRun(rest, first)) : without;
  }
});

describe("MN23: an inserted entry", () => {
  const before = (index: number) => whole[index - 1]?.contentHash ?? null;
  const strangers: [string, (index: number) => Promise<ChainEntry>][] = [
    ["signed on top of the one before", (index) => signed("x", before(index), KEY_2)],
    ["signed as a first one", () => signed("x", null)],
    ["signed on top of one that never was", () => signed("x", `bafkrei${"a".repeat(52)}`)],
    ["of another chain", async () => ({ ...(await chainOf(4, "other")).entries[3], id: "x" }) as Signed],
    ["that copies the first", async () => ({ ...nth(0), id: "x" })],
    ["that copies the last", async () => ({ ...nth(LENGTH - 1), id: "x" })],
  ];
  for (const [what, make] of strangers) {
    it(`MN23: ${what} is named, wherever it stands`, async () => {
      for (let index = 0; index <= LENGTH; index++) {
        const [fault, ...more] = await faultsOf(all.toSpliced(index, 0, await make(index)), anchor);
        assert.ok(fault?.kind === "inserted" && more.length === 0, `${index}`);
        // Of two copies nobody can tell which came later, so the one that stands first counts.
        if (!what.includes("copies")) assert.deepEqual(fault.entry, { id: "x", position: index + 1 });
      }
    });
  }

  it("MN23: without a signature is named as unsigned", async () => {
    for (let index = 0; index <= LENGTH; index++) {
      const bare = { ...(await signed("x", before(index))), contentHash: null, signature: null };
      const faults = await faultsOf(all.toSpliced(index, 0, bare), anchor);
      assert.deepEqual(faults, [{ kind: "unsigned", entry: { id: "x", position: index + 1 } }]);
    }
  });
});

describe("MN23: several kinds of damage at once", () => {
  it("MN23: are each named where they lie apart", async () => {
    const list: ChainEntry[] = [
      nth(0),
      { ...nth(1), content: "other" },
      nth(2),
      await signed("x", nth(2).contentHash, KEY_2),
      nth(4),
      { ...nth(5), signature: null, contentHash: null },
    ];
    assert.deepEqual(await faultsOf(list, anchor), [
      { kind: "altered", entry: { id: "e2", position: 2 } },
      { kind: "replaced", entry: { id: "x", position: 4 }, contentHash: nth(3).contentHash },
      { kind: "unsigned", entry: { id: "e6", position: 6 } },
    ]);
  });

  it("MN23: are never taken for a whole chain, whichever two entries are damaged, in whichever way", async () => {
    const damages: ((entry: Signed) => ChainEntry | undefined)[] = [
      () => undefined,
      (entry) => ({ ...entry, content: "other" }),
      (entry) => resigned(entry, { nonce: "other" }),
      (entry) => resigned(entry, { previousHash: null }),
      (entry) => ({ ...entry, contentHash: nth(2).contentHash }),
    ];
    for (const first of places) {
      for (const second of places.slice(first + 1)) {
        for (const harm of damages) {
          for (const other of damages) {
            const list = whole.flatMap((entry, index) => {
              const damaged = index === first ? harm(entry) : index === second ? other(entry) : entry;
              return damaged === undefined ? [] : [damaged];
            });
            if (list.every((entry, index) => JSON.stringify(entry) === JSON.stringify(whole[index]))) continue;
            const faults = await faultsOf(list, anchor);
            assert.notDeepEqual(faults, []);
          }
        }
      }
    }
  });
});
