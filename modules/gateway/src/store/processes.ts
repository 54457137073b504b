import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { tables } from "../schema.ts";

/** Says that the process with this UUID is alive, by the database's clock. */
export async function noteProcess(db: Connection, processId: string, host: string): Promise<void> {
  await sql`
    insert into gateway.processes (id, host, seen_at) values (${processId}, ${host}, now())
    on conflict (id) do update set seen_at = excluded.seen_at`.execute(db);
}

/** How many processes of the whole reef were alive within the last seconds. */
export async function countProcesses(db: Connection, seconds: number): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("gateway.processes")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("seen_at", ">", sql<Date>`now() - make_interval(secs => ${seconds})`)
    .executeTakeFirstOrThrow();
  return count;
}

/** Processes that were not heard of for so long, the oldest first; each locked, so that one process deals with it. */
export async function lockLostProcesses(db: Connection, hours: number, limit: number): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom("gateway.processes")
    .select("id")
    .where("seen_at", "<", sql<Date>`now() - make_interval(hours => ${hours})`)
    .orderBy("seen_at")
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map(({ id }) => id);
}

/** Forgets a process that holds nothing; one that holds something stays, and so does one that is unknown. */
export async function deleteProcess(db: Connection, processId: string): Promise<void> {
  await sql`
    delete from gateway.processes process
    where id = ${processId}
      and not exists (select from gateway.slices slice where slice.process_id = process.id)`.execute(db);
}
