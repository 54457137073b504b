import { toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { agentOf, type StoredAgent } from "./agents.ts";
import { tables } from "./tables.ts";

/*
 * Ids of this table are digests of what browsers and clients hold, and payloads are sealed, so whoever reads the database
 * can use nothing of it. Until an agent has approved, a row belongs to no organization.
 */

/** What oidc-provider keeps under an id. */
export interface StoredState {
  sealedPayload: string;
  consumedAt: Date | null;
}

/** A state as it is written. */
export interface NewState {
  id: string;
  model: string;
  sealedPayload: string;
  /** The id of the grant that it belongs to. */
  grantId: string | null;
  /** The digest of the code by which an agent finds it, on a request that waits for one. */
  userCodeHash: string | null;
  expiresAt: Date;
}

/** An agent as it was when it approved something; a later change of its access ends what it approved. */
export type ApprovingAgent = Pick<StoredAgent, "id" | "accessVersion" | "secretVersion">;

/** Writes a state, in place of an older one with the same id. Who approved it stays, and so does its spent code. */
export async function upsertState(db: Connection, state: NewState): Promise<void> {
  const changed = { sealed_payload: state.sealedPayload, grant_id: state.grantId, expires_at: state.expiresAt };
  await tables(db)
    .insertInto("identity.oauth_state")
    .values({ id: state.id, model: state.model, user_code_hash: state.userCodeHash, ...changed })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(changed))
    .execute();
}

export async function findState(db: Connection, id: string, now: Date): Promise<StoredState | undefined> {
  const row = await tables(db)
    .selectFrom("identity.oauth_state")
    .select(["sealed_payload", "consumed_at"])
    .where("id", "=", id)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  return row && { sealedPayload: row.sealed_payload, consumedAt: row.consumed_at };
}

/** Marks a code or token as used, in one statement: of several uses at once, one gets true. */
export async function consumeState(db: Connection, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable("identity.oauth_state")
    .set({ consumed_at: now })
    .where("id", "=", id)
    .where("consumed_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** The grant that a code or token belongs to. */
export async function findGrantId(db: Connection, id: string): Promise<string | undefined> {
  const row = await tables(db)
    .selectFrom("identity.oauth_state")
    .select("grant_id")
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.grant_id ?? undefined;
}

export async function deleteState(db: Connection, id: string): Promise<void> {
  await tables(db).deleteFrom("identity.oauth_state").where("id", "=", id).execute();
}

/** Deletes the codes and tokens of a grant; with `model`, only those of that kind. */
export async function deleteStatesOfGrant(db: Connection, grantId: string, model?: string): Promise<void> {
  await tables(db)
    .deleteFrom("identity.oauth_state")
    .where("grant_id", "=", grantId)
    .$if(model !== undefined, (query) => query.where("model", "=", model as string))
    .execute();
}

/** The request that waits for an agent under this code. */
export async function findRequest(
  db: Connection,
  userCodeHash: string,
  now: Date,
): Promise<{ id: string; sealedPayload: string; expiresAt: Date } | undefined> {
  const row = await tables(db)
    .selectFrom("identity.oauth_state")
    .select(["id", "sealed_payload", "expires_at"])
    .where("user_code_hash", "=", userCodeHash)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  return row && { id: row.id, sealedPayload: row.sealed_payload, expiresAt: row.expires_at };
}

/** Approves a request once: of several approvals, one gets true, and its code is good no more. */
export async function approveRequest(db: Connection, id: string, agent: ApprovingAgent, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable("identity.oauth_state")
    .set({
      user_code_hash: null,
      agent_id: toUuid(agent.id),
      access_version: agent.accessVersion,
      secret_version: agent.secretVersion,
    })
    .where("id", "=", id)
    .where("agent_id", "is", null)
    .where("member_id", "is", null)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Names the agent that a grant is of. */
export async function bindGrant(db: Connection, id: string, agent: ApprovingAgent): Promise<void> {
  await tables(db)
    .updateTable("identity.oauth_state")
    .set({ agent_id: toUuid(agent.id), access_version: agent.accessVersion, secret_version: agent.secretVersion })
    .where("id", "=", id)
    .execute();
}

/** Deletes a grant that is nobody's: one that is bound stays, for another page may have made it. */
export async function deleteUnboundGrant(db: Connection, id: string): Promise<void> {
  await tables(db)
    .deleteFrom("identity.oauth_state")
    .where("id", "=", id)
    .where("agent_id", "is", null)
    .where("member_id", "is", null)
    .execute();
}

/** Whether anybody, an agent or a person, has approved the request with this id. */
export async function isApproved(db: Connection, id: string): Promise<boolean> {
  const row = await tables(db)
    .selectFrom("identity.oauth_state")
    .select(["agent_id", "member_id"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row !== undefined && (row.agent_id !== null || row.member_id !== null);
}

/** The agent behind an approved request or a grant; undefined once it was disabled, or took another key or secret. */
export async function findAgentOfState(db: Connection, id: string): Promise<StoredAgent | undefined> {
  const row = await tables(db)
    .selectFrom("identity.oauth_state as state")
    .innerJoin("identity.agents as agent", "agent.id", "state.agent_id")
    .selectAll("agent")
    .where("state.id", "=", id)
    .where("agent.disabled_at", "is", null)
    .whereRef("agent.access_version", "=", "state.access_version")
    .whereRef("agent.secret_version", "=", "state.secret_version")
    .executeTakeFirst();
  return row && agentOf(row);
}

/** Forgets up to `limit` states that have expired, and says how many it forgot. */
export async function deleteExpiredStates(db: Connection, now: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from identity.oauth_state where id in (
      select id from identity.oauth_state where expires_at < ${now} limit ${limit} for update skip locked)`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
