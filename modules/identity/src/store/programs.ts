import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { tables } from "../people/store/tables.ts";
import { deleteState, deleteStatesOfGrant } from "./oauth-state.ts";
import { passwordDigest } from "./people-grants.ts";

/*
 * What a person let in belongs to an account, and the person sees it in all organizations; so these functions take a
 * person in an organization's place. A program is there as long as its grant, which the database deletes it with.
 */

/** A program that a person let in. */
export interface StoredProgram {
  id: Id<"prg">;
  clientId: string;
  organization: { id: Id<"org">; name: string; slug: string };
  scopes: string[];
  letInAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date;
}

/** More than the service lets a person have, so that the query has a bound. */
const MOST_ENDED_AT_ONCE = 1_000;

/** A program as it is let in; its grant is there and bound to the member. */
export interface NewProgram {
  personId: Id<"usr">;
  organizationId: Id<"org">;
  grantId: string;
  clientId: string;
  scopes: readonly string[];
  letInAt: Date;
}

/** Programs whose grants are good: neither over, nor given with another password than the person has now. */
const programs = (db: Connection, personId: Id<"usr">, now: Date) =>
  tables(db)
    .selectFrom("identity.programs as program")
    .innerJoin("identity.oauth_state as state", "state.id", "program.grant_id")
    .innerJoin("identity.people as person", "person.id", "program.person_id")
    .where("program.person_id", "=", toUuid(personId))
    .where("state.expires_at", ">", now)
    .where("state.password_digest", "=", passwordDigest);

const shownPrograms = (db: Connection, personId: Id<"usr">, now: Date) =>
  programs(db, personId, now)
    .innerJoin("identity.organizations as organization", "organization.id", "program.organization_id")
    .select(["program.id", "program.client_id", "program.scopes", "program.let_in_at", "program.last_used_at"])
    .select(["organization.id as organization_id", "organization.name", "organization.slug", "state.expires_at"]);

type ProgramRow = Awaited<ReturnType<ReturnType<typeof shownPrograms>["execute"]>>[number];

const programOf = (row: ProgramRow): StoredProgram => ({
  id: toTypeId("prg", row.id),
  clientId: row.client_id,
  organization: { id: toTypeId("org", row.organization_id), name: row.name, slug: row.slug },
  scopes: row.scopes,
  letInAt: row.let_in_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
});

/** Makes those that change which programs a person has take turns until the transaction ends. */
export async function lockPrograms(db: Connection, personId: Id<"usr">): Promise<void> {
  await tables(db)
    .selectFrom("identity.people")
    .select("id")
    .where("id", "=", toUuid(personId))
    .forNoKeyUpdate()
    .execute();
}

/** Keeps a program; one whose grant has it already stays as it is. */
export async function insertProgram(db: Connection, program: NewProgram): Promise<void> {
  await tables(db)
    .insertInto("identity.programs")
    .values({
      id: toUuid(newId("prg")),
      person_id: toUuid(program.personId),
      organization_id: toUuid(program.organizationId),
      grant_id: program.grantId,
      client_id: program.clientId,
      scopes: [...program.scopes],
      let_in_at: program.letInAt,
    })
    .onConflict((conflict) => conflict.column("grant_id").doNothing())
    .execute();
}

/** One page of a person's programs, newest first: those with an id below `before`. */
export async function listPrograms(
  db: Connection,
  personId: Id<"usr">,
  { limit, before, now }: { limit: number; before: Id<"prg"> | undefined; now: Date },
): Promise<StoredProgram[]> {
  const rows = await shownPrograms(db, personId, now)
    .$if(before !== undefined, (query) => query.where("program.id", "<", toUuid(before as Id<"prg">)))
    .orderBy("program.id", "desc")
    .limit(limit)
    .execute();
  return rows.map(programOf);
}

/** How many programs a person has. */
export async function countPrograms(db: Connection, personId: Id<"usr">, now: Date): Promise<number> {
  const { count } = await programs(db, personId, now)
    .select((select) => select.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Ends a program of the person's, with its grant, codes and refresh tokens; undefined when there is none. */
export async function deleteProgram(
  db: Connection,
  personId: Id<"usr">,
  id: Id<"prg">,
  now: Date,
): Promise<StoredProgram | undefined> {
  const row = await shownPrograms(db, personId, now)
    .select("program.grant_id")
    .where("program.id", "=", toUuid(id))
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await deleteStatesOfGrant(db, row.grant_id);
  await deleteState(db, row.grant_id);
  return programOf(row);
}

/** Ends all that a person let in, also what is approved and waits to be fetched, and tells which programs those were. */
export async function deletePrograms(db: Connection, personId: Id<"usr">, now: Date): Promise<StoredProgram[]> {
  // What is being let in at this moment is there when it is looked for, or finds that it was ended.
  await lockPrograms(db, personId);
  const rows = await shownPrograms(db, personId, now).orderBy("program.id").limit(MOST_ENDED_AT_ONCE).execute();
  const own = sql`
    select id from identity.oauth_state
    where member_id in (select id from identity.members where person_id = ${toUuid(personId)})`;
  await sql`delete from identity.oauth_state where grant_id in (${own})`.execute(db);
  await sql`delete from identity.oauth_state where id in (${own})`.execute(db);
  return rows.map(programOf);
}

/** Notes that a program got an access token. */
export async function updateProgramUsed(db: Connection, grantId: string, usedAt: Date): Promise<void> {
  await tables(db)
    .updateTable("identity.programs")
    .set({ last_used_at: usedAt })
    .where("grant_id", "=", grantId)
    .execute();
}
