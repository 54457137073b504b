import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { describeEachDatabase, until } from "@reef/testing";
import { sql } from "kysely";
import { openDatabase } from "./open-database.ts";
import { openGate } from "./test/open-gate.ts";
import { transact } from "./transact.ts";

describeEachDatabase("connections that break", {}, ({ database, url, kind }) => {
  // Nothing stands between a process and its embedded database.
  if (kind !== "postgres") return;
  let gate: Awaited<ReturnType<typeof openGate>>;
  before(async () => {
    gate = await openGate(url() ?? "");
  });
  after(() => gate.close());

  /** How many connections there are of those that do this just now. */
  async function countSessions(query: string): Promise<number> {
    const { rows } = await sql`select from pg_stat_activity where query = ${query}`.execute(database().kysely);
    return rows.length;
  }

  it("one that breaks between two queries of a transaction fails that transaction, and nothing else", async () => {
    const handle = await openDatabase({ url: gate.url });
    const broken = Promise.withResolvers<void>();
    const failing = transact(handle.kysely, async (transaction) => {
      await sql`select 'between two'`.execute(transaction);
      await broken.promise;
      await sql`select 'the second'`.execute(transaction);
    });
    await until(async () => (await countSessions("select 'between two'")) === 1);
    gate.cut(0);
    await until(async () => (await countSessions("select 'between two'")) === 0);
    broken.resolve();
    await assert.rejects(failing);
    assert.equal((await sql`select 1`.execute(handle.kysely)).rows.length, 1);
    await handle.close();
  });

  it("one that breaks under a running query fails that query, and nothing else", async () => {
    const handle = await openDatabase({ url: gate.url });
    const failing = sql`select pg_sleep(5)`.execute(handle.kysely);
    await until(async () => (await countSessions("select pg_sleep(5)")) === 1);
    gate.cut(0);
    await assert.rejects(failing);
    assert.equal((await sql`select 1`.execute(handle.kysely)).rows.length, 1);
    await handle.close();
  });
});
