import assert from "node:assert/strict";
import { before, it } from "node:test";
import { type Id, toUuid } from "@reef/crypto";
import type { Call } from "@reef/http/call";
import { describeEachDatabase } from "@reef/testing";
import { type RawBuilder, sql } from "kysely";
import { newEntrySchema } from "../contract/schemas.ts";
import type { Entry, EntryChange, NewEntry } from "../contract.ts";
import { createMemoryUnderTest, type MemoryUnderTest, testMigrations } from "../test/memory-under-test.ts";
import { newEntry, signEntry, signMessage } from "../test/signed-entries.ts";

const uuidOf = (id: string) => toUuid(id as Id<"ent">);

describeEachDatabase("signed entries", testMigrations, ({ database }) => {
  let memory: MemoryUnderTest;
  let ada: Call;
  let eve: Call;
  let diaryId: string;

  before(async () => {
    memory = createMemoryUnderTest(database());
    ada = memory.callOf("ada");
    eve = memory.callOf("eve");
    diaryId = (await memory.api.createDiary(ada, { name: "notes", visibility: "public" })).id;
  });

  const remember = async (entry: NewEntry) => memory.api.createEntry(ada, diaryId, await signEntry(memory, ada, entry));
  const run = (query: RawBuilder<unknown>) => query.execute(database().kysely);
  /** Changes a row as somebody does who may do anything with the database. */
  async function tamper(query: RawBuilder<unknown>): Promise<void> {
    await run(sql`alter table memory.entries disable trigger user`);
    await run(query);
    await run(sql`alter table memory.entries enable trigger user`);
  }

  it("MN23: a signed entry shows its proof, and verifies for whoever may read it", async () => {
    const written = await remember(newEntry("The tide turns at noon", { title: "Tides", tags: ["sea", "moon"] }));
    assert.match(written.contentHash ?? "", /^bafkrei/);
    const { publicKey, fingerprint } = ada.caller;
    assert.deepEqual([written.signature?.publicKey, written.signature?.previousHash], [publicKey, null]);
    const expected = {
      signed: true,
      hashMatches: true,
      signatureValid: true,
      valid: true,
      contentHash: written.contentHash,
      signer: { fingerprint, publicKey },
    };
    for (const call of [ada, eve, memory.anonymous]) {
      assert.deepEqual(await memory.api.verifyEntry(call, written.id), expected);
    }
  });

  it("MN23: an unsigned entry claims no proof, and a private one does not exist for others", async () => {
    const unsigned = await memory.api.createEntry(ada, diaryId, newEntry("plain"));
    const nothing = { signed: false, hashMatches: false, signatureValid: false, valid: false };
    const found = await memory.api.verifyEntry(memory.anonymous, unsigned.id);
    assert.deepEqual(found, { ...nothing, contentHash: null, signer: null });
    const { id } = await memory.api.createDiary(ada, { name: "private", visibility: "private" });
    const hidden = await memory.api.createEntry(ada, id, await signEntry(memory, ada, newEntry("hidden")));
    for (const call of [eve, memory.anonymous]) {
      await assert.rejects(memory.api.verifyEntry(call, hidden.id), { code: "memory.entry_not_found" });
    }
  });

  it("MN23: a signed entry is refused unless it is what its author's own key has signed", async () => {
    const good = await signEntry(memory, ada, newEntry("wanted"));
    const other = await signEntry(memory, ada, newEntry("another"));
    const refused: [string, NewEntry, Call?][] = [
      ["memory.hash_mismatch", { ...good, content: "other" }],
      ["memory.hash_mismatch", { ...good, tags: ["new"] }],
      ["memory.hash_mismatch", { ...good, title: "New" }],
      ["memory.hash_mismatch", { ...good, type: "soul" }],
      ["memory.hash_mismatch", { ...good, content: "\ud83e" }],
      ["memory.wrong_signature_message", { ...good, signingRequestId: other.signingRequestId }],
      ["signing.not_found", { ...good, signingRequestId: await signMessage(memory, eve, good.contentHash) }],
      [
        "signing.not_signed",
        { ...good, signingRequestId: await signMessage(memory, ada, good.contentHash, { open: true }) },
      ],
      ["memory.wrong_signer", good, { ...ada, caller: { ...ada.caller, publicKey: eve.caller.publicKey } }],
      ["memory.not_chained", await signEntry(memory, ada, newEntry("wanted"), null)],
    ];
    const { total } = await memory.api.listEntries(ada, diaryId, { limit: 1 });
    for (const [code, entry, call = ada] of refused) {
      await assert.rejects(memory.api.createEntry(call, diaryId, entry), { code }, code);
    }
    assert.equal((await memory.api.listEntries(ada, diaryId, { limit: 1 })).total, total);
    await memory.api.createEntry(ada, diaryId, good);
  });

  it("MN23: the proof comes whole or not at all", () => {
    const body = { content: "x", contentHash: `bafkrei${"a".repeat(52)}`, signingRequestId: `sgn_${"0".repeat(26)}` };
    const strict = newEntrySchema.strict();
    assert.ok(strict.safeParse(body).success);
    for (const field of ["contentHash", "signingRequestId"] as const) {
      assert.ok(!strict.safeParse({ ...body, [field]: undefined }).success, field);
    }
    for (const contentHash of ["", "bafk", "bafkREI", "zb2rhe", `bafk${"a".repeat(100)}`]) {
      assert.ok(!strict.safeParse({ ...body, contentHash }).success, contentHash);
    }
  });

  it("MN23: one signature makes one entry, also when twenty are written with it at once", async () => {
    const signed = await signEntry(memory, ada, newEntry("only once"));
    const diaries = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        memory.api.createDiary(ada, { name: `${index}`, visibility: "private" }),
      ),
    );
    const codes = await Promise.all(
      diaries.map(({ id }) =>
        memory.api.createEntry(ada, id, signed).then(
          () => "written",
          (error: { code: string }) => error.code,
        ),
      ),
    );
    assert.deepEqual(codes.toSorted(), [...Array(19).fill("memory.signature_used"), "written"]);
    await assert.rejects(memory.api.createEntry(ada, diaryId, signed), { code: "memory.signature_used" });
    await assert.rejects(memory.api.createEntries(ada, diaryId, [newEntry("x"), signed]), {
      code: "memory.signature_used",
    });
    const again = await signEntry(memory, ada, newEntry("only once"));
    assert.equal((await memory.api.createEntry(ada, diaryId, again)).contentHash, signed.contentHash);
  });

  it("MN23: what was signed does not change, and all else may", async () => {
    const entry = await remember(newEntry("fixed", { title: "Fixed", tags: ["a"] }));
    const successor = await remember(newEntry("its successor"));
    const refused: EntryChange[] = [
      { content: "other" },
      { content: entry.content },
      { title: "Other" },
      { title: null },
      { tags: [] },
      { type: "episodic" },
      { importance: 9, content: "other" },
    ];
    for (const change of refused) {
      await assert.rejects(memory.api.updateEntry(ada, entry.id, change, undefined), { code: "memory.signed_entry" });
    }
    const happenedAt = "2026-01-02T03:04:05.000Z";
    const change: EntryChange = { supersededBy: successor.id, session: "s", importance: 9, happenedAt };
    const changed = await memory.api.updateEntry(ada, entry.id, change, undefined);
    assert.deepEqual(changed, { ...entry, ...change, version: 2, updatedAt: changed.updatedAt });
    assert.equal((await memory.api.verifyEntry(ada, entry.id)).valid, true);
    await memory.api.deleteEntry(ada, successor.id);
    assert.equal((await memory.api.getEntry(ada, entry.id)).supersededBy, null);
    await memory.api.deleteEntry(ada, entry.id);
  });

  for (const type of ["identity", "soul", "reflection"] as const) {
    it(`MN23: how much a signed ${type} counts does not change either`, async () => {
      const { id } = await remember(newEntry(`my ${type}`, { type }));
      await assert.rejects(memory.api.updateEntry(ada, id, { importance: 1 }, undefined), {
        code: "memory.signed_entry",
      });
      await assert.rejects(run(sql`update memory.entries set importance = 1 where id = ${uuidOf(id)}`), /is signed/);
      await memory.api.updateEntry(ada, id, { session: "s" }, undefined);
    });
  }

  it("MN23: the database itself refuses to change what was signed", async () => {
    const { id } = await remember(newEntry("fixed by the database", { title: "T", tags: ["a"] }));
    const row = sql`where id = ${uuidOf(id)}`;
    const changes = [
      sql`content = 'other'`,
      sql`title = null`,
      sql`title = 'other'`,
      sql`tags = array['b']`,
      sql`type = 'episodic'`,
      sql`content_hash = 'bafkreiother'`,
      sql`previous_hash = 'bafkreiother'`,
      sql`signature = 'other'`,
      sql`signing_nonce = 'other'`,
      sql`signer_public_key = 'ed25519:other'`,
      sql`content_hash = null, signature = null, signing_nonce = null, signer_public_key = null`,
      sql`author_fingerprint = '0000-0000-0000-0000'`,
      sql`author_agent_id = gen_random_uuid()`,
      sql`organization_id = gen_random_uuid()`,
      sql`imported_by = gen_random_uuid()`,
    ];
    for (const change of changes) {
      await assert.rejects(run(sql`update memory.entries set ${change} ${row}`), /is signed/);
    }
    await run(sql`update memory.entries set importance = 1, session = 's', injection_risk = true ${row}`);
    assert.equal((await memory.api.verifyEntry(ada, id)).valid, true);
    const unsigned = await memory.api.createEntry(ada, diaryId, newEntry("free"));
    await run(sql`update memory.entries set content = 'still free' where id = ${uuidOf(unsigned.id)}`);
    await run(sql`delete from memory.entries ${row}`);
  });

  it("MN23: an entry that was changed in spite of that does not verify, and says what is wrong", async () => {
    const verdictAfter = async (change: RawBuilder<unknown>) => {
      const { id } = await remember(newEntry("to be harmed", { title: "T", tags: ["a"] }));
      await tamper(sql`update memory.entries set ${change} where id = ${uuidOf(id)}`);
      const { hashMatches, signatureValid, valid } = await memory.api.verifyEntry(ada, id);
      assert.equal(valid, false);
      return { hashMatches, signatureValid };
    };
    const otherContent = { hashMatches: false, signatureValid: true };
    const otherSignature = { hashMatches: true, signatureValid: false };
    assert.deepEqual(await verdictAfter(sql`content = 'other'`), otherContent);
    assert.deepEqual(await verdictAfter(sql`title = null`), otherContent);
    assert.deepEqual(await verdictAfter(sql`tags = array['a', 'b']`), otherContent);
    assert.deepEqual(await verdictAfter(sql`type = 'soul'`), otherContent);
    assert.deepEqual(await verdictAfter(sql`signing_nonce = 'other'`), otherSignature);
    assert.deepEqual(await verdictAfter(sql`signature = 'other'`), otherSignature);
    assert.deepEqual(await verdictAfter(sql`signer_public_key = ${eve.caller.publicKey}`), otherSignature);
    assert.deepEqual(await verdictAfter(sql`signer_public_key = 'none'`), otherSignature);
    const { agentId, fingerprint } = eve.caller;
    assert.deepEqual(await verdictAfter(sql`author_agent_id = ${toUuid(agentId)}`), otherSignature);
    assert.deepEqual(await verdictAfter(sql`author_fingerprint = ${fingerprint}`), otherSignature);
    const both = { hashMatches: false, signatureValid: false };
    assert.deepEqual(await verdictAfter(sql`content_hash = ${`bafkrei${"a".repeat(52)}`}`), both);
  });

  it("MN21: search hits, list and get report the same flag, identifier and signature", async () => {
    const { id } = await memory.api.createDiary(ada, { name: "same", visibility: "private" });
    const unsigned = await memory.api.createEntry(ada, id, newEntry("barnacle unsigned"));
    const signed = await memory.api.createEntry(ada, id, await signEntry(memory, ada, newEntry("barnacle signed")));
    const flagged = await memory.api.createEntry(ada, id, await signEntry(memory, ada, newEntry("barnacle flagged")));
    await run(sql`update memory.entries set injection_risk = true where id = ${uuidOf(flagged.id)}`);
    const search = {
      query: "barnacle",
      diaryId: id as Id<"dia">,
      includeShared: false,
      excludeSuperseded: false,
      recencyWeight: 0,
      importanceWeight: 0,
      limit: 10,
    };
    const shown = ({ id: entryId, injectionRisk, contentHash, signature }: Entry) =>
      [entryId, { injectionRisk, contentHash, signature }] as const;
    const hits = Object.fromEntries((await memory.api.search(ada, search)).items.map(shown));
    const listed = Object.fromEntries((await memory.api.listEntries(ada, id, { limit: 10 })).items.map(shown));
    const got = Object.fromEntries(
      await Promise.all(
        [unsigned, signed, flagged].map(async (entry) => shown(await memory.api.getEntry(ada, entry.id))),
      ),
    );
    assert.deepEqual(hits, got);
    assert.deepEqual(listed, got);
    assert.deepEqual(got[unsigned.id], { injectionRisk: false, contentHash: null, signature: null });
    assert.deepEqual(got[signed.id], shown(signed)[1]);
    assert.deepEqual(got[flagged.id], { ...shown(flagged)[1], injectionRisk: true });
    assert.equal(new Set([signed.signature?.value, flagged.signature?.value]).size, 2);
  });

  it("a list from the oldest on has the same entries, and its cursor fits no other order", async () => {
    const { id } = await memory.api.createDiary(ada, { name: "ordered", visibility: "private" });
    await memory.api.createEntries(
      ada,
      id,
      ["a", "b", "c", "d", "e"].map((content) => newEntry(content)),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await memory.api.listEntries(ada, id, { limit: 2, order: "oldest", cursor });
      seen.push(...page.items.map(({ content }) => content));
      if (seen.length === 2) await memory.api.createEntry(ada, id, newEntry("f"));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(seen, ["a", "b", "c", "d", "e", "f"]);
    const { nextCursor } = await memory.api.listEntries(ada, id, { limit: 2, order: "oldest" });
    await assert.rejects(memory.api.listEntries(ada, id, { limit: 2, cursor: nextCursor ?? "" }), {
      code: "list.invalid_cursor",
    });
  });
});
