import { type Connection, transact } from "@reef/db";
import { sql, type Transaction } from "kysely";

/** Postgres schema of the engine's tables. */
export const SCHEMA = "workflows";

/** Queue into which a job is copied when its last attempt failed. */
export const DEAD_LETTERS = "dead-letters";

/** A job that failed for good. Its input stays where it is: it may be about anybody, and hold what is secret. */
export interface DeadLetter {
  /** UUID to put it back, or to delete it by. */
  id: string;
  workflow: string;
  /** UUID of the job that failed. */
  jobId: string;
  /** Why the last attempt failed. */
  error: string;
  attempts: number;
  failedAt: Date;
  /** Where it stands in the list. */
  position: DeadLetterPosition;
}

/** The time to the microsecond, as text, and the id. */
export type DeadLetterPosition = readonly [failedAt: string, id: string];

/** Letters of the list, and how many the whole list has. */
export interface DeadLetterList {
  letters: DeadLetter[];
  total: number;
}

/** Makes the table of steps; the engine makes its own tables. */
export async function createStepTable(db: Connection): Promise<void> {
  await transact(db, async (transaction) => {
    // Two processes that start at once would both find the schema missing.
    await sql`select pg_advisory_xact_lock(hashtext('reef-workflows'))`.execute(transaction);
    await sql`create schema if not exists workflows`.execute(transaction);
    await sql`
      create table if not exists workflows.steps (
        job_id uuid not null,
        name text not null,
        result jsonb,
        created_at timestamptz not null default now(),
        primary key (job_id, name)
      )`.execute(transaction);
  });
}

/**
 * Runs `effect` unless the step is recorded. The record is written first: a second worker that is at the same step of
 * the same job, because the first one lost its claim, waits here until that one commits, and then takes its result.
 */
export function runStep<Result>(
  db: Connection,
  jobId: string,
  name: string,
  effect: (transaction: Transaction<object>) => Promise<Result>,
): Promise<Result> {
  return transact(db, async (transaction) => {
    const inserted = await sql`
      insert into workflows.steps (job_id, name) values (${jobId}::uuid, ${name})
      on conflict do nothing returning name`.execute(transaction);
    if (inserted.rows.length === 0) {
      const { rows } = await sql<{ result: Result }>`
        select result from workflows.steps where job_id = ${jobId}::uuid and name = ${name}`.execute(transaction);
      return rows[0]?.result as Result;
    }
    const result = await effect(transaction);
    await sql`
      update workflows.steps set result = ${JSON.stringify(result ?? null)}::jsonb
      where job_id = ${jobId}::uuid and name = ${name}`.execute(transaction);
    return result;
  });
}

/** Whether a step of the job is recorded. */
export async function hasStep(db: Connection, jobId: string, name: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from workflows.steps where job_id = ${jobId}::uuid and name = ${name}`.execute(db);
  return rows.length > 0;
}

/** Puts jobs back that no living worker has: all active ones, or only those whose heart stopped. Returns their number. */
export async function putBackLost(db: Connection, which: "all" | "silent"): Promise<number> {
  const { rows } = await sql`
    update workflows.job set state = 'retry', start_after = now()
    where state = 'active' and retry_count < retry_limit
      and (${which === "all"} or heartbeat_on + heartbeat_seconds * interval '1 second' < now())
    returning id`.execute(db);
  return rows.length;
}

/** Jobs that a killed worker had in their last attempt. */
export async function listExhausted(db: Connection): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from workflows.job where state = 'active' and retry_count >= retry_limit`.execute(db);
  return rows;
}

/** Puts a job back that this process did not finish before it stopped; the interruption costs it no attempt. */
export async function putBack(db: Connection, jobId: string, retryCount: number): Promise<void> {
  await sql`
    update workflows.job set state = 'retry', start_after = now(), retry_limit = retry_limit + 1
    where id = ${jobId}::uuid and state = 'active' and retry_count = ${retryCount}`.execute(db);
}

/** Makes the running attempt the last one. */
export async function endRetries(db: Connection, jobId: string, retryCount: number): Promise<void> {
  await sql`
    update workflows.job set retry_limit = retry_count
    where id = ${jobId}::uuid and state = 'active' and retry_count = ${retryCount}`.execute(db);
}

/** Deletes jobs that failed for good and would hold back the others of their key; their dead letters say all they said. */
export async function deleteBlockingFailures(db: Connection): Promise<void> {
  await sql`
    delete from workflows.job
    where state = 'failed' and policy = 'key_strict_fifo' and dead_letter is not null`.execute(db);
}

/** Deletes steps of jobs that are gone, 10,000 at most; those of a job that waits as a dead letter stay. */
export async function deleteOrphanedSteps(db: Connection): Promise<void> {
  await sql`
    delete from workflows.steps where (job_id, name) in (
      select step.job_id, step.name from workflows.steps as step
      where step.created_at < now() - interval '1 day'
        and not exists (select from workflows.job where job.id = step.job_id)
        and not exists (select from workflows.job where job.source_root_id = step.job_id)
      limit 10000
    )`.execute(db);
}

/** What a dead letter is, in the words of the index that finds jobs which wait. */
const WAITING_LETTER = sql`name = ${DEAD_LETTERS} and state = 'created' and not blocked`;

/** Dead letters behind a position, up to `limit`, the newest first. */
export async function listDeadLetters(
  db: Connection,
  { limit, behind }: { limit: number; behind?: DeadLetterPosition | undefined },
): Promise<DeadLetterList> {
  const [failedAt, id] = behind ?? [];
  const isBehind = failedAt === undefined ? sql`true` : sql`(created_on, id) < (${failedAt}::timestamptz, ${id}::uuid)`;
  const { rows } = await sql<Omit<DeadLetter, "position" | "error"> & { error: string | null; at: string }>`
    select id, source_name as workflow, source_id as "jobId", source_output ->> 'message' as error,
      source_retry_count + 1 as attempts, created_on as "failedAt",
      to_char(created_on at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
    from workflows.job where ${WAITING_LETTER} and ${isBehind}
    order by created_on desc, id desc limit ${limit}`.execute(db);
  const counted = await sql<{ count: number }>`
    select count(*) as count from workflows.job where ${WAITING_LETTER}`.execute(db);
  return {
    letters: rows.map(({ at, error, ...letter }) => ({ ...letter, error: error ?? "", position: [at, letter.id] })),
    total: counted.rows[0]?.count ?? 0,
  };
}

/** The workflow of a dead letter that waits; undefined when there is no such letter. */
export async function findDeadLetterWorkflow(db: Connection, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ workflow: string }>`
    select source_name as workflow from workflows.job where ${WAITING_LETTER} and id = ${id}::uuid`.execute(db);
  return rows[0]?.workflow;
}

/** Deletes a dead letter; false when there is no such letter. */
export async function deleteDeadLetter(db: Connection, id: string): Promise<boolean> {
  const { rows } = await sql`
    delete from workflows.job where ${WAITING_LETTER} and id = ${id}::uuid returning id`.execute(db);
  return rows.length > 0;
}

export async function countPending(db: Connection, name: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from workflows.job where name = ${name} and state in ('created', 'retry', 'active')`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}
