import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "@reef/http/call";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import type { NewEntry, SearchRequest } from "../contract.ts";
import { type Encoder, toUnitVector } from "../encoder/encoder.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";

/** For this encoder all texts mean the same, so that nothing but the scope keeps an entry out of its hits. */
const indifferentEncoder: Encoder = {
  model: "indifferent",
  trust: { floor: 0.2, gate: 0.9, weight: 1, leads: true },
  embed: async (texts) => texts.map(() => toUnitVector([1, 0, 0])),
  close: async () => {},
};

const entry = (content: string): NewEntry => ({ content, tags: [], type: "semantic", importance: 5 });

/** The query that each channel answers by itself: by words where there is no encoder, by meaning where no word is shared. */
const channels = [
  { channel: "words", encoder: undefined, query: "lighthouse" },
  { channel: "vectors", encoder: indifferentEncoder, query: "quux" },
] as const;

for (const { channel, encoder, query } of channels) {
  describeEachDatabase(`the scope of a search by ${channel}`, testMigrations, ({ database }) => {
    let memory: MemoryUnderTest;
    let ada: Call;
    let bo: Call;
    let shared: { id: string; shareId: string };

    const hits = async (call: Call, more: Partial<SearchRequest> = {}) => {
      const request = { query, includeShared: false, excludeSuperseded: false, recencyWeight: 0, importanceWeight: 0 };
      const { items } = await memory.api.search(call, { ...request, limit: 100, ...more });
      return items.map(({ content }) => content).toSorted();
    };
    const write = async (call: Call, diary: string, visibility: "private" | "network" = "private") => {
      const { id } = await memory.api.createDiary(call, { name: diary, visibility });
      await memory.api.createEntry(call, id, entry(`a lighthouse in ${diary}`));
      return id;
    };

    before(async () => {
      memory = createMemoryUnderTest(database(), encoder);
      await memory.workflows.start();
      ada = memory.callOf("ada");
      bo = memory.callOf("bo", ada);
      const id = await write(ada, "what ada shares");
      const { id: shareId } = await memory.api.createShare(ada, id, {
        fingerprint: bo.caller.fingerprint,
        role: "reader",
      });
      shared = { id, shareId };
      await write(ada, "what ada keeps");
      await write(ada, "what everybody may read", "network");
      await write(bo, "what bo owns");
      if (encoder !== undefined) while ((await countVectors()) < 4) await sleep(20);
    });
    after(() => memory.workflows.stop(1));

    async function countVectors(): Promise<number> {
      const { rows } = await sql<{ count: number }>`select count(*) as count from memory.embeddings`.execute(
        database().kysely,
      );
      return rows[0]?.count ?? 0;
    }

    it("MN19: it finds what the caller owns, and what is shared with it only on request and once it has accepted", async () => {
      const own = ["a lighthouse in what bo owns"];
      const both = ["a lighthouse in what ada shares", ...own];
      assert.deepEqual(await hits(bo, { includeShared: true }), own);
      await memory.api.acceptInvitation(bo, shared.shareId);
      assert.deepEqual(await hits(bo), own);
      assert.deepEqual(await hits(bo, { includeShared: true }), both);
      assert.deepEqual(await hits(bo, { diaryId: shared.id as never }), ["a lighthouse in what ada shares"]);
      await memory.api.deleteShare(ada, shared.shareId);
      assert.deepEqual(await hits(bo, { includeShared: true }), own);
      await assert.rejects(hits(bo, { diaryId: shared.id as never }), { code: "memory.not_found" });
    });

    it("MN19: what an agent shares with others it still finds itself, and nobody finds what nobody shares", async () => {
      assert.equal((await hits(ada)).length, 3);
      const eve = memory.callOf("eve", ada);
      assert.deepEqual(await hits(eve, { includeShared: true }), []);
      assert.deepEqual(
        (
          await memory.api.search(memory.anonymous, {
            query,
            includeShared: true,
            excludeSuperseded: false,
            recencyWeight: 0,
            importanceWeight: 0,
            limit: 10,
          })
        ).items,
        [],
      );
    });
  });
}
