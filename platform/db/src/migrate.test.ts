import assert from "node:assert/strict";
import { it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { type Migrations, migrateToLatest } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";

const slow: Migrations = {
  "202601010000-take-long": { up: async (db) => void (await sql`select pg_sleep(1)`.execute(db)) },
};

describeEachDatabase("migrations", {}, ({ url, kind }) => {
  // The embedded database belongs to one process, and nobody waits for it.
  if (kind !== "postgres") return;

  it("may take longer than any question, also where another process waits for them; then questions end as before", async () => {
    const hasty = new URL(url() ?? "");
    hasty.searchParams.set("statement_timeout", "500");
    const processes = [await openDatabase({ url: hasty.href }), await openDatabase({ url: hasty.href })];
    const ran = await Promise.all(processes.map(({ kysely }) => migrateToLatest(kysely, slow)));
    assert.deepEqual(ran.flat(), Object.keys(slow));
    for (const { kysely, close } of processes) {
      await assert.rejects(sql`select pg_sleep(60)`.execute(kysely), /statement timeout/);
      await close();
    }
  });
});
