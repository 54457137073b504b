import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { it } from "node:test";
import { toTypeId } from "@reef/crypto";
import { describeEachDatabase, silentLogger } from "@reef/testing";
import { sql } from "kysely";
import {
  deleteCachedAnswers,
  sumCachedAnswers,
  sweepCachedAnswers,
  trimCachedAnswers,
} from "../../store/cached-answers.ts";
import { serverMigrations } from "../../test/gateway-over-http.ts";
import { createAnswerCache, type Keeping } from "./answer-cache.ts";

const CACHING = { exact: true, threshold: null, ttlSeconds: 600, partition: "one" };
const USAGE = { inputTokens: 1, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 2, reasoningTokens: 0 };

describeEachDatabase("answers of several processes", serverMigrations, ({ database, kind }) => {
  const newProcess = () =>
    createAnswerCache({
      database: database(),
      masterSecret: "a master secret that only tests use",
      logger: silentLogger,
      encoder: undefined,
    });
  type Process = ReturnType<typeof newProcess>;

  async function look(process: Process, organizationId: string, exact: Buffer) {
    return process.look(organizationId, CACHING, { exact, question: undefined }, { mayRead: true });
  }

  function keep(process: Process, keeping: Keeping, text: string, model = "small"): void {
    const source = { providerId: randomUUID(), slug: "near", model, usage: USAGE, price: null };
    process.keep(keeping, { form: "json", bytes: Buffer.from(text), source });
  }

  /** Stores what waits, as the end of the process does. */
  async function store({ loop }: Process): Promise<void> {
    await loop.run({ beat() {}, signal: AbortSignal.abort(), sleep: async () => {} });
  }

  it("what one process keeps the others give, with its age, until its time is over", async () => {
    const [organizationId, digest] = [randomUUID(), randomBytes(32)];
    const [one, other] = [newProcess(), newProcess()];
    const { hit, keeping } = await look(one, organizationId, digest);
    assert.equal(hit, undefined);
    keep(one, keeping, '{"a":1}');
    assert.equal((await look(one, organizationId, digest)).hit?.answer.bytes.toString(), '{"a":1}');
    await store(one);
    const found = (await look(other, organizationId, digest)).hit;
    assert.equal(found?.answer.bytes.toString(), '{"a":1}');
    assert.deepEqual([found?.how, found?.answer.source.usage], ["exact", USAGE]);
    assert.equal((await look(newProcess(), randomUUID(), digest)).hit, undefined, "of another organization");

    await sql`
      update gateway.cached_answers set expires_at = clock_timestamp()
      where organization_id = ${organizationId}::uuid`.execute(database().kysely);
    assert.equal((await look(newProcess(), organizationId, digest)).hit, undefined);
    await sweepCachedAnswers(database().kysely, 1_000);
    const { rows } = await sql`
      select from gateway.cached_answers where organization_id = ${organizationId}::uuid`.execute(database().kysely);
    assert.equal(rows.length, 0);
  });

  it("what is forgotten does not come back with what a process has still to store", async () => {
    const [organizationId, digest] = [randomUUID(), randomBytes(32)];
    const one = newProcess();
    keep(one, (await look(one, organizationId, digest)).keeping, '{"a":1}');
    await deleteCachedAnswers(database().kysely, toTypeId("org", organizationId));
    await store(one);
    assert.equal((await look(newProcess(), organizationId, digest)).hit, undefined);
  });

  // The embedded database has one session, so nothing is stored there while something else is forgotten.
  if (kind === "postgres") {
    it("what a process stores while its organization forgets all is not given again", async () => {
      const [organizationId, digest] = [randomUUID(), randomBytes(32)];
      const one = newProcess();
      keep(one, (await look(one, organizationId, digest)).keeping, '{"a":1}');
      await database()
        .kysely.transaction()
        .execute(async (forgetting) => {
          await deleteCachedAnswers(forgetting, toTypeId("org", organizationId));
          await store(one);
        });
      assert.equal((await look(newProcess(), organizationId, digest)).hit, undefined);
    });
  }

  it("an answer that the database cannot take holds up no other", async () => {
    const one = newProcess();
    const [odd, good] = [randomUUID(), randomUUID()];
    const digest = randomBytes(32);
    keep(one, (await look(one, odd, digest)).keeping, '{"a":1}', "odd\0\ud800");
    keep(one, (await look(one, good, digest)).keeping, '{"a":2}');
    await store(one);
    assert.equal((await look(newProcess(), good, digest)).hit?.answer.bytes.toString(), '{"a":2}');
  });

  it("an organization keeps so many answers and so many bytes, the newest", async () => {
    const organizationId = randomUUID();
    const one = newProcess();
    const digests = Array.from({ length: 6 }, () => randomBytes(32));
    for (const digest of digests) {
      keep(one, (await look(one, organizationId, digest)).keeping, JSON.stringify({ text: "x".repeat(1_000) }));
      await store(one);
    }
    const left = async () => (await sumCachedAnswers(database().kysely, toTypeId("org", organizationId))).entries;
    await trimCachedAnswers(database().kysely, organizationId, { mostEntries: 4, mostBytes: 1_000_000 });
    assert.equal(await left(), 4);
    await trimCachedAnswers(database().kysely, organizationId, { mostEntries: 4, mostBytes: 3_000 });
    assert.equal(await left(), 2);
    const newest = digests.at(-1) ?? Buffer.alloc(0);
    assert.ok((await look(newProcess(), organizationId, newest)).hit);
  });
});
