import assert from "node:assert/strict";
import { it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { tendTables } from "./tend-tables.ts";

describeEachDatabase("the care for tables", {}, ({ database }) => {
  it("tells the planner about a table that grew, once", async () => {
    const { kysely } = database();
    await sql`create table shells as select number, repeat('x', 200) as text from generate_series(1, 20000) number`.execute(
      kysely,
    );
    const estimate = async () =>
      (
        await sql<{ rows: number }>`select reltuples::int as rows from pg_class where relname = 'shells'`.execute(
          kysely,
        )
      ).rows[0]?.rows;
    assert.notEqual(await estimate(), 20_000);
    assert.deepEqual(await tendTables(database()), ["public.shells"]);
    assert.equal(await estimate(), 20_000);
    assert.deepEqual(await tendTables(database()), []);
  });
});
