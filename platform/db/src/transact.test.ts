import assert from "node:assert/strict";
import { before, it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { afterCommit, type Connection, transact } from "./transact.ts";

describeEachDatabase("transactions", {}, ({ database, kind }) => {
  before(async () => {
    await sql`create table shells (name text primary key, count int not null)`.execute(database().kysely);
    await sql`insert into shells values ('left', 0), ('right', 0)`.execute(database().kysely);
  });

  const add = (db: Connection, name: string) =>
    sql`update shells set count = count + 1 where name = ${name}`.execute(db);
  const fail = (db: Connection, code: string) =>
    sql`do ${sql.raw(`$$ begin raise exception 'broken off' using errcode = '${code}'; end $$`)}`.execute(db);
  const countOf = async (name: string) => {
    const { rows } = await sql<{ count: number }>`select count from shells where name = ${name}`.execute(
      database().kysely,
    );
    return rows[0]?.count;
  };

  it("work that the database broke off is done again as a whole, and of the tries only the last is heard", async () => {
    const heard: number[] = [];
    let tries = 0;
    const before = (await countOf("left")) ?? 0;
    const answer = await transact(database().kysely, async (db) => {
      tries += 1;
      const thisTry = tries;
      afterCommit(db, () => heard.push(thisTry));
      await add(db, "left");
      if (tries < 3) await fail(db, tries === 1 ? "40P01" : "40001");
      return "done";
    });
    assert.deepEqual([answer, tries, heard, await countOf("left")], ["done", 3, [3], before + 1]);
  });

  it("work that is always broken off fails after three tries, and any other failure at once", async () => {
    for (const [code, most] of [
      ["40P01", 3],
      ["23505", 1],
    ] as const) {
      let tries = 0;
      const failing = transact(database().kysely, async (db) => {
        tries += 1;
        afterCommit(db, () => assert.fail("nothing was committed"));
        await transact(db, (inner) => fail(inner, code));
      });
      await assert.rejects(failing, { code });
      assert.equal(tries, most);
    }
  });

  // The embedded database has one session, so no two transactions ever wait for each other there.
  if (kind === "postgres") {
    it("of two transactions that wait for each other both succeed", async () => {
      const before = [(await countOf("left")) ?? 0, (await countOf("right")) ?? 0];
      const { promise: bothHold, resolve } = Promise.withResolvers<void>();
      let holding = 0;
      let tries = 0;
      const addBoth = (first: string, second: string) =>
        transact(database().kysely, async (db) => {
          tries += 1;
          await add(db, first);
          holding += 1;
          if (holding === 2) resolve();
          await bothHold;
          await add(db, second);
        });
      await Promise.all([addBoth("left", "right"), addBoth("right", "left")]);
      assert.equal(tries, 3);
      assert.deepEqual(
        [await countOf("left"), await countOf("right")],
        before.map((count) => count + 2),
      );
    });
  }
});
