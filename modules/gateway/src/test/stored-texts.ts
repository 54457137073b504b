import type { DatabaseHandle } from "@reef/db";
import { sql } from "kysely";

/** The tables of the gateway in which a text stands as it is, or as bytes, in any row. */
export async function tablesHolding({ kysely }: DatabaseHandle, marker: string): Promise<string[]> {
  const { rows: found } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'gateway'`.execute(kysely);
  const hex = Buffer.from(marker).toString("hex");
  const base64 = Buffer.from(marker).toString("base64").replace(/=+$/, "").slice(0, -1);
  const holding: string[] = [];
  for (const { name } of found) {
    const table = sql.table(`gateway.${name}`);
    const { rows } = await sql`
      select from ${table} as stored
      where strpos(stored::text, ${marker}) > 0 or strpos(stored::text, ${hex}) > 0 or strpos(stored::text, ${base64}) > 0
      limit 1`.execute(kysely);
    if (rows.length > 0) holding.push(name);
  }
  return holding;
}
