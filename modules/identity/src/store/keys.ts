import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Selectable } from "kysely";
import type { IdentityTables } from "../schema.ts";
import { tables } from "./tables.ts";

type AgentKeys = Selectable<IdentityTables["identity.agent_keys"]>;

/** The proof that a key took the place of another: a nonce whose frame was signed with both. */
interface RotationProof {
  nonce: string;
  oldSignature: string;
  newSignature: string;
}

/** A key that an agent has or had. */
export interface StoredKey {
  /** 1 is the key that the agent registered with. */
  generation: number;
  publicKey: string;
  fingerprint: string;
  validFrom: Date;
  /** Null for the current key. */
  validUntil: Date | null;
  /** Null for the first key. */
  proof: RotationProof | null;
}

/** Whose key it is or was, and when. */
export interface KnownKey extends Pick<StoredKey, "publicKey" | "fingerprint" | "validFrom" | "validUntil"> {
  agentId: Id<"agt">;
  organizationId: Id<"org">;
  name: string;
}

const keyOf = (row: AgentKeys): StoredKey => ({
  generation: row.generation,
  publicKey: row.public_key,
  fingerprint: row.fingerprint,
  validFrom: row.valid_from,
  validUntil: row.valid_until,
  proof:
    row.nonce === null || row.old_signature === null || row.new_signature === null
      ? null
      : { nonce: row.nonce, oldSignature: row.old_signature, newSignature: row.new_signature },
});

/** Opens a key's row as the agent's current one; false when the key was ever used, by whomever. */
export async function insertKey(
  db: Connection,
  organizationId: Id<"org">,
  agentId: Id<"agt">,
  key: Omit<StoredKey, "validUntil">,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto("identity.agent_keys")
    .values({
      agent_id: toUuid(agentId),
      generation: key.generation,
      organization_id: toUuid(organizationId),
      public_key: key.publicKey,
      fingerprint: key.fingerprint,
      valid_from: key.validFrom,
      valid_until: null,
      nonce: key.proof?.nonce ?? null,
      old_signature: key.proof?.oldSignature ?? null,
      new_signature: key.proof?.newSignature ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Closes an agent's current key; undefined when `publicKey` is not it. */
export async function closeKey(
  db: Connection,
  organizationId: Id<"org">,
  agentId: Id<"agt">,
  key: { publicKey: string; validUntil: Date },
): Promise<StoredKey | undefined> {
  const row = await tables(db)
    .updateTable("identity.agent_keys")
    // Clocks of two processes may differ; a key never ends before it began.
    .set((set) => ({ valid_until: set.fn<Date>("greatest", ["valid_from", set.val(key.validUntil)]) }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("agent_id", "=", toUuid(agentId))
    .where("public_key", "=", key.publicKey)
    .where("valid_until", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row && keyOf(row);
}

/** Whose key this is or was, in whichever organization. */
export async function findKey(db: Connection, fingerprint: string): Promise<KnownKey | undefined> {
  const row = await tables(db)
    .selectFrom("identity.agent_keys as key")
    .innerJoin("identity.agents as agent", "agent.id", "key.agent_id")
    .select(["key.agent_id", "key.organization_id", "agent.name", "key.public_key", "key.fingerprint"])
    .select(["key.valid_from", "key.valid_until"])
    .where("key.fingerprint", "=", fingerprint)
    .executeTakeFirst();
  return (
    row && {
      agentId: toTypeId("agt", row.agent_id),
      organizationId: toTypeId("org", row.organization_id),
      name: row.name,
      publicKey: row.public_key,
      fingerprint: row.fingerprint,
      validFrom: row.valid_from,
      validUntil: row.valid_until,
    }
  );
}

/** One page of an agent's keys, newest first: those of a generation below `before`. */
export async function listKeys(
  db: Connection,
  agentId: Id<"agt">,
  page: { limit: number; before: number | undefined },
): Promise<StoredKey[]> {
  const { before } = page;
  const rows = await tables(db)
    .selectFrom("identity.agent_keys")
    .selectAll()
    .where("agent_id", "=", toUuid(agentId))
    .$if(before !== undefined, (query) => query.where("generation", "<", before as number))
    .orderBy("generation", "desc")
    .limit(page.limit)
    .execute();
  return rows.map(keyOf);
}

/** How many keys an agent has had, with the current one. */
export async function countKeys(db: Connection, agentId: Id<"agt">): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("identity.agent_keys")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("agent_id", "=", toUuid(agentId))
    .executeTakeFirstOrThrow();
  return count;
}
