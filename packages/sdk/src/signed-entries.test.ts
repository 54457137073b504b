import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { entryCid, frameSigningBytes, toBase64, verifySignature } from "@reef/proofs";
import type { Diary } from "./generated/types.ts";
import { keyFromSeed } from "./keys.ts";
import { createReef } from "./reef.ts";
import { rememberSigned } from "./signed-entries.ts";
import { problem, type StandIn, startStandIn } from "./stand-in.ts";

const SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const DIARY = "dia_01h2xcejqtf2nbrexx3vqjhp41";
const REQUEST = "sgn_01h2xcejqtf2nbrexx3vqjhp41";
const NONCE = "0189d3f6-1c1a-7cc1-9f3e-0242ac120002";
const HEAD = `bafkrei${"a".repeat(52)}`;

interface Behaviour {
  /** The diary's chain at each reading; the last one from then on. */
  chains: Diary["chain"][];
  /** How many writers come first. */
  late?: number;
  /** What it asks to be signed instead of the message. */
  asks?: string;
  accepts?: boolean;
}

describe("a signed entry", () => {
  let server: StandIn;
  afterEach(() => server.close());

  async function reefThat({ chains, late = 0, asks, accepts = true }: Behaviour) {
    let reads = 0;
    let refusals = late;
    server = await startStandIn(async ({ method, path, body }) => {
      if (method === "GET") return { json: { id: DIARY, chain: chains[Math.min(reads++, chains.length - 1)] } };
      if (path === "/api/signing-requests") {
        const frame = await frameSigningBytes("reef:v1", asks ?? JSON.parse(body).message, NONCE);
        return { status: 201, json: { id: REQUEST, nonce: NONCE, signingInput: toBase64(frame) } };
      }
      if (path === `/api/signing-requests/${REQUEST}/sign`) return { json: { id: REQUEST, valid: accepts } };
      return refusals-- > 0 ? problem(409, "memory.chain_moved") : { status: 201, json: { id: "ent_1" } };
    });
    return createReef({ url: server.url, credentials: { token: "t" } });
  }
  const sentTo = (path: string) => server.to(path).map(({ body }) => JSON.parse(body));
  const ENTRIES = `/api/diaries/${DIARY}/entries`;

  it("carries the identifier of what the reef will keep, and a good signature over that", async () => {
    const reef = await reefThat({ chains: [null] });
    const key = await keyFromSeed(SEED);
    const entry = { diaryId: DIARY, content: " as it is ", title: " T ", tags: [" b", "a"], importance: 3 } as const;
    await rememberSigned(reef, key, { ...entry, tags: [...entry.tags] });
    const contentHash = await entryCid({ type: "semantic", title: "T", content: " as it is ", tags: ["a", "b"] });
    assert.deepEqual(sentTo(ENTRIES), [
      { content: " as it is ", title: "T", tags: ["b", "a"], importance: 3, signingRequestId: REQUEST, contentHash },
    ]);
    assert.deepEqual(sentTo("/api/signing-requests"), [{ message: contentHash }]);
    const [{ signature }] = sentTo(`/api/signing-requests/${REQUEST}/sign`) as [{ signature: string }];
    const frame = await frameSigningBytes("reef:v1", contentHash, NONCE);
    assert.ok(await verifySignature(key.publicKey, frame, signature));
    assert.ok(server.seen.every(({ body }) => !body.includes(SEED)));
  });

  for (const [length, head] of [null, HEAD].entries()) {
    it(`names the one before it where the diary is a chain of ${length}`, async () => {
      const reef = await reefThat({ chains: [{ length, head }] });
      await rememberSigned(reef, await keyFromSeed(SEED), { diaryId: DIARY, content: "x" });
      const [sent] = sentTo(ENTRIES);
      assert.equal(sent.previousHash, head);
      assert.equal(sent.contentHash, await entryCid({ type: "semantic", content: "x", tags: [], previous: head }));
    });
  }

  it("is signed anew on top of whoever came first, and gives up after a few times", async () => {
    const chains = [
      { length: 0, head: null },
      { length: 1, head: HEAD },
    ];
    const key = await keyFromSeed(SEED);
    const reef = await reefThat({ chains, late: 1 });
    await rememberSigned(reef, key, { diaryId: DIARY, content: "x" });
    assert.deepEqual(
      sentTo(ENTRIES).map(({ previousHash }) => previousHash),
      [null, HEAD],
    );
    await server.close();
    const busy = await reefThat({ chains, late: Number.POSITIVE_INFINITY });
    const writing = rememberSigned(busy, key, { diaryId: DIARY, content: "x" });
    await assert.rejects(writing, { code: "memory.chain_moved" });
    assert.equal(sentTo(ENTRIES).length, 8);
  });

  it("is not signed when the reef asks for a signature over anything else", async () => {
    const reef = await reefThat({ chains: [null], asks: "I owe you a coral" });
    const writing = rememberSigned(reef, await keyFromSeed(SEED), { diaryId: DIARY, content: "x" });
    await assert.rejects(writing, { code: "sdk.unexpected_signing_request" });
    assert.equal(server.seen.length, 2);
  });

  it("says so when the key is not the agent's", async () => {
    const reef = await reefThat({ chains: [null], accepts: false });
    const writing = rememberSigned(reef, await keyFromSeed(SEED), { diaryId: DIARY, content: "x" });
    await assert.rejects(writing, { code: "sdk.foreign_key" });
    assert.equal(sentTo(ENTRIES).length, 0);
  });
});
