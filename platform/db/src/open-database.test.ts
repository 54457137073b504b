import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { sql } from "kysely";
import { StartupError } from "./embedded/data-folder.ts";
import { type DatabaseHandle, openDatabase } from "./open-database.ts";
import { transact } from "./transact.ts";

describe("the embedded database", () => {
  const folder = mkdtempSync(join(tmpdir(), "reef-db-"));
  let handle: DatabaseHandle;

  before(async () => {
    handle = await openDatabase({ folder });
    await sql`create table counters (name text primary key, value int8 not null)`.execute(handle.kysely);
  });
  after(() => handle.close());

  it("answers each of many queries at once with its own result", async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        sql<{ index: number }>`select ${index}::int as index`.execute(handle.kysely),
      ),
    );
    assert.deepEqual(
      answers.map((answer) => answer.rows[0]?.index),
      Array.from({ length: 500 }, (_, index) => index),
    );
  });

  it("asks the same question again with other values, and after it failed, and after a table got another column", async () => {
    const find = (name: string) =>
      sql<{ value: number }>`select value from counters where name = ${name}`.execute(handle.kysely);
    await sql`insert into counters values ('a', 1), ('b', 2)`.execute(handle.kysely);
    assert.deepEqual((await find("a")).rows, [{ value: 1 }]);
    assert.deepEqual((await find("b")).rows, [{ value: 2 }]);
    const findNote = (name: string) => sql`select note from counters where name = ${name}`.execute(handle.kysely);
    await assert.rejects(findNote("a"), /note/);
    await sql`alter table counters add column note text default 'n'`.execute(handle.kysely);
    assert.deepEqual((await findNote("a")).rows, [{ note: "n" }]);
    assert.deepEqual((await find("a")).rows, [{ value: 1 }]);
    await sql`delete from counters`.execute(handle.kysely);
  });

  it("answers more different questions than it keeps", async () => {
    for (let index = 0; index < 600; index += 1) {
      const { rows } = await sql<{ sum: number }>`select ${sql.lit(index)} + ${1}::int as sum`.execute(handle.kysely);
      assert.equal(rows[0]?.sum, index + 1);
    }
  });

  it("gives 64-bit integers as numbers", async () => {
    const { rows } = await sql<{ big: number }>`select 9007199254740991::int8 as big`.execute(handle.kysely);
    assert.equal(rows[0]?.big, Number.MAX_SAFE_INTEGER);
  });

  it("goes on after a query that failed", async () => {
    await assert.rejects(sql`select missing`.execute(handle.kysely), /missing/);
    const { rows } = await sql<{ one: number }>`select 1 as one`.execute(handle.kysely);
    assert.equal(rows[0]?.one, 1);
  });

  it("rolls a failed transaction back as a whole", async () => {
    const failing = transact(handle.kysely, async (transaction) => {
      await sql`insert into counters values ('lost', 1)`.execute(transaction);
      throw new Error("half way");
    });
    await assert.rejects(failing, /half way/);
    const { rows } = await sql`select * from counters where name = 'lost'`.execute(handle.kysely);
    assert.deepEqual(rows, []);
  });

  it("refuses a query beside its own open transaction instead of waiting for ever", async () => {
    const mistaken = transact(handle.kysely, () => sql`select 1`.execute(handle.kysely));
    await assert.rejects(mistaken, /beside the open transaction/);
  });

  it("refuses a second opening of its folder and names who holds it", async () => {
    await assert.rejects(openDatabase({ folder }), (error: unknown) => {
      assert.ok(error instanceof StartupError);
      assert.match(error.message, new RegExp(`process ${process.pid}`));
      return true;
    });
  });

  it("gives its folder free again where it cannot be opened", async () => {
    const spoiled = mkdtempSync(join(tmpdir(), "reef-db-"));
    writeFileSync(join(spoiled, "postgres"), "no folder");
    await assert.rejects(openDatabase({ folder: spoiled }));
    rmSync(join(spoiled, "postgres"));
    const mended = await openDatabase({ folder: spoiled });
    await mended.close();
    rmSync(spoiled, { recursive: true });
  });
});
