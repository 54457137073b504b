import assert from "node:assert/strict";
import { it } from "node:test";
import type { Migrations } from "@reef/db";
import { type Kysely, sql } from "kysely";
import { describeEachDatabase } from "./describe-each-database.ts";

const migrations: Migrations = {
  "202611210000-create-things": {
    up: async (db: Kysely<never>) => {
      await sql`create table things (name text primary key)`.execute(db);
    },
  },
};

for (const round of ["first", "second"]) {
  describeEachDatabase(`a database of its own, ${round} time`, migrations, ({ database }) => {
    it("is migrated, and holds nothing that another test wrote", async () => {
      const { kysely } = database();
      const { rows } = await sql`select * from things`.execute(kysely);
      assert.deepEqual(rows, []);
      await sql`insert into things values ('mine')`.execute(kysely);
    });
  });
}
