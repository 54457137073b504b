import assert from "node:assert/strict";
import { it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { createIdempotency, idempotencyMigrations } from "./idempotency.ts";

const idempotency = createIdempotency("a master secret of thirty-two characters");
const request = (key: string, body: unknown = { name: "conch" }) => ({
  principal: "agt_ada",
  key,
  operation: "shells.createShell",
  body,
});

describeEachDatabase("Idempotency-Key", idempotencyMigrations, ({ database }) => {
  it("runs the work once, and repeats its answer", async () => {
    let runs = 0;
    const send = () => idempotency.once(database().kysely, request("key-number-1"), async () => ({ id: `s${++runs}` }));
    assert.deepEqual([await send(), await send(), await send()], [{ id: "s1" }, { id: "s1" }, { id: "s1" }]);
  });

  it("runs the work once also when the same request comes ten times at the same moment", async () => {
    let runs = 0;
    const send = () => idempotency.once(database().kysely, request("key-number-2"), async () => ({ id: `s${++runs}` }));
    const answers = await Promise.all(Array.from({ length: 10 }, send));
    assert.deepEqual(new Set(answers.map((answer) => JSON.stringify(answer))), new Set(['{"id":"s1"}']));
  });

  it("refuses the key for another request, and keeps it apart by principal", async () => {
    const work = async () => ({ id: "s1" });
    await idempotency.once(database().kysely, request("key-number-3"), work);
    await assert.rejects(idempotency.once(database().kysely, request("key-number-3", { name: "whelk" }), work), {
      code: "idempotency.mismatch",
    });
    const other = { ...request("key-number-3", { name: "whelk" }), principal: "agt_grace" };
    assert.deepEqual(await idempotency.once(database().kysely, other, async () => ({ id: "s2" })), { id: "s2" });
  });

  it("forgets a key whose work failed, with all that the work wrote", async () => {
    const { kysely } = database();
    await sql`create table shells (name text)`.execute(kysely);
    const failing = idempotency.once(kysely, request("key-number-4"), async (db) => {
      await sql`insert into shells values ('half')`.execute(db);
      throw new Error("half way");
    });
    await assert.rejects(failing, /half way/);
    assert.deepEqual((await sql`select * from shells`.execute(kysely)).rows, []);
    assert.deepEqual(await idempotency.once(kysely, request("key-number-4"), async () => "done"), "done");
  });

  it("keeps no answer in clear text, since it may hold a secret that is shown once", async () => {
    await idempotency.once(database().kysely, request("key-number-5"), async () => ({ clientSecret: "tangerine" }));
    const { rows } = await sql<{ response: string }>`select response from platform.idempotency_keys`.execute(
      database().kysely,
    );
    assert.ok(!JSON.stringify(rows).includes("tangerine"));
  });

  it("refuses a malformed key", async () => {
    await assert.rejects(
      idempotency.once(database().kysely, request("short"), async () => 1),
      { code: "idempotency.invalid_key" },
    );
  });

  it("deletes answers that are older than a day, and no others", async () => {
    const { kysely } = database();
    await sql`update platform.idempotency_keys set created_at = now() - interval '25 hours' where key = 'key-number-1'`.execute(
      kysely,
    );
    assert.equal(await idempotency.deleteExpired(kysely), 1);
    assert.equal(await idempotency.deleteExpired(kysely), 0);
  });
});
