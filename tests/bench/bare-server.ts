/**
 * What the framework does by itself, for comparison: one Hono route that answers a small JSON object, and one that reads
 * a row by its key first, from the kind of database that the reef uses. Prints its port.
 */
import { serve } from "@hono/node-server";
import { openDatabase } from "@reef/db";
import { Hono } from "hono";
import { sql } from "kysely";

const app = new Hono();
const agent = {
  id: "agt_01m7y6d3pvfk4vqmtqye1mzf9m",
  organizationId: "org_01m7y6d3pyfk4vqmtxm7ycasrj",
  name: "ada",
  fingerprint: "21FE-31DF-A154-A261",
  publicKey: "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
  clientId: "agt_01m7y6d3pvfk4vqmtqye1mzf9m",
  scopes: ["diary:read", "diary:write", "diary:delete", "agent:profile"],
};
app.get("/agent", (context) => context.json(agent));

const { kysely } = await openDatabase({ url: process.env.REEF_BENCH_DATABASE_URL || undefined });
await sql`create table if not exists bare (id int primary key, name text, created_at timestamptz default now())`.execute(
  kysely,
);
await sql`insert into bare values (1, 'bench') on conflict do nothing`.execute(kysely);
app.get("/row", async (context) => {
  const { rows } = await sql`select * from bare where id = ${1}`.execute(kysely);
  return context.json(rows[0] ?? {});
});

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.stdout.write(`${port}\n`));
