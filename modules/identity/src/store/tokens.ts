import { type Id, toTypeId } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { tables } from "./tables.ts";

/** What decides whether an agent's tokens still hold; both versions only grow. */
export interface StoredAccess {
  agentId: Id<"agt">;
  secretVersion: number;
  accessVersion: number;
  disabled: boolean;
}

/** A key that signs access tokens. */
export interface StoredSigningKey {
  kid: string;
  sealedJwk: string;
  createdAt: Date;
  activeFrom: Date;
}

/** Every agent, of any organization, whose access changed in the last `seconds` by the database's clock. */
export async function listAccessChanges(db: Connection, seconds: number): Promise<StoredAccess[]> {
  const rows = await tables(db)
    .selectFrom("identity.agents")
    .select(["id", "secret_version", "access_version", "disabled_at"])
    .where("access_changed_at", ">", sql<Date>`clock_timestamp() - make_interval(secs => ${seconds})`)
    .execute();
  return rows.map((row) => ({
    agentId: toTypeId("agt", row.id),
    secretVersion: row.secret_version,
    accessVersion: row.access_version,
    disabled: row.disabled_at !== null,
  }));
}

/** Keeps other processes from changing the signing keys until the transaction ends; reading them goes on. */
export async function lockSigningKeys(db: Connection): Promise<void> {
  await sql`lock table identity.signing_keys in share row exclusive mode`.execute(db);
}

/** All signing keys, the one that becomes active last first. */
export async function listSigningKeys(db: Connection): Promise<StoredSigningKey[]> {
  const rows = await tables(db)
    .selectFrom("identity.signing_keys")
    .selectAll()
    .orderBy("active_from", "desc")
    .execute();
  return rows.map((row) => ({
    kid: row.kid,
    sealedJwk: row.sealed_jwk,
    createdAt: row.created_at,
    activeFrom: row.active_from,
  }));
}

export async function insertSigningKey(db: Connection, key: StoredSigningKey): Promise<void> {
  await tables(db)
    .insertInto("identity.signing_keys")
    .values({ kid: key.kid, sealed_jwk: key.sealedJwk, created_at: key.createdAt, active_from: key.activeFrom })
    .execute();
}

export async function deleteSigningKeys(db: Connection, kids: readonly string[]): Promise<void> {
  if (kids.length === 0) return;
  await tables(db).deleteFrom("identity.signing_keys").where("kid", "in", kids).execute();
}

/** Remembers a client assertion until it expires; false when it was seen before, by whichever process. */
export async function insertUsedAssertion(
  db: Connection,
  assertion: { id: string; expiresAt: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto("identity.used_assertions")
    .values({ id: assertion.id, expires_at: assertion.expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Clocks of two processes may differ: what has expired for the one may be good for the other, and must stay used. */
const KEPT_LONGER_MS = 60_000;

/** Forgets up to `limit` assertions that expired a minute ago, and says how many it forgot. */
export async function deleteExpiredAssertions(db: Connection, now: Date, limit: number): Promise<number> {
  const before = new Date(now.getTime() - KEPT_LONGER_MS);
  const { numAffectedRows } = await sql`
    delete from identity.used_assertions where id in (
      select id from identity.used_assertions where expires_at < ${before} limit ${limit} for update skip locked)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0n);
}
