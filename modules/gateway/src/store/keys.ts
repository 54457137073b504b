import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Selectable, sql } from "kysely";
import type { KeyCache } from "../contract/cache.ts";
import type { KeyCapture } from "../contract/captures.ts";
import { type GatewayTables, tables } from "../schema.ts";

/** A key as the rest of the module sees it; its secret is nowhere. */
export interface StoredKey {
  id: Id<"key">;
  name: string;
  hint: string;
  agentId: Id<"agt"> | null;
  workspaceId: Id<"wsp"> | null;
  models: string[] | null;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  capture: KeyCapture;
  cache: KeyCache;
  createdBy: { personId: Id<"usr">; name: string };
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
  version: number;
}

/** What people may change of a key. */
export type KeyChange = Partial<
  Pick<StoredKey, "name" | "models" | "requestsPerMinute" | "tokensPerMinute" | "capture" | "cache" | "expiresAt">
>;

/** Which keys of an organization a list shows: all, unless it says less. */
export interface KeyFilter {
  agentId?: Id<"agt"> | undefined;
  workspaceId?: Id<"wsp"> | undefined;
  state?: "active" | "expired" | "revoked" | undefined;
}

const toKey = (row: Selectable<GatewayTables["gateway.keys"]>): StoredKey => ({
  id: toTypeId("key", row.id),
  name: row.name,
  hint: row.hint,
  agentId: row.agent_id === null ? null : toTypeId("agt", row.agent_id),
  workspaceId: row.workspace_id === null ? null : toTypeId("wsp", row.workspace_id),
  models: row.models,
  requestsPerMinute: row.requests_per_minute,
  tokensPerMinute: row.tokens_per_minute,
  capture: row.capture,
  cache: row.cache,
  createdBy: { personId: toTypeId("usr", row.created_by), name: row.created_by_name },
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  lastUsedAt: row.last_used_at,
  version: row.version,
});

const json = (value: object | null) => sql<never>`${value === null ? null : JSON.stringify(value)}::jsonb`;

/** When a change is noted: by the database's clock, by which every process looks for it. */
const now = () => sql<Date>`clock_timestamp()`;

/** Stores a key by the SHA-256 of its secret. */
export async function insertKey(
  db: Connection,
  organizationId: Id<"org">,
  key: Omit<StoredKey, "id" | "revokedAt" | "lastUsedAt" | "version"> & { hash: Uint8Array },
): Promise<StoredKey> {
  const row = await tables(db)
    .insertInto("gateway.keys")
    .values({
      id: toUuid(newId("key")),
      organization_id: toUuid(organizationId),
      name: key.name,
      hash: key.hash,
      hint: key.hint,
      agent_id: key.agentId && toUuid(key.agentId),
      workspace_id: key.workspaceId && toUuid(key.workspaceId),
      models: key.models,
      requests_per_minute: key.requestsPerMinute,
      tokens_per_minute: key.tokensPerMinute,
      capture: json(key.capture),
      cache: json(key.cache),
      created_by: toUuid(key.createdBy.personId),
      created_by_name: key.createdBy.name,
      created_at: key.createdAt,
      expires_at: key.expiresAt,
      revoked_at: null,
      last_used_at: null,
      changed_at: now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toKey(row);
}

/** A key of the organization, or only where it is this agent's; `forUpdate` holds it until the transaction ends. */
export async function findKey(
  db: Connection,
  organizationId: Id<"org">,
  keyId: Id<"key">,
  { agentId, forUpdate = false }: { agentId?: Id<"agt"> | undefined; forUpdate?: boolean } = {},
): Promise<StoredKey | undefined> {
  const row = await tables(db)
    .selectFrom("gateway.keys")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(keyId))
    .$if(agentId !== undefined, (query) => query.where("agent_id", "=", agentId === undefined ? null : toUuid(agentId)))
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst();
  return row && toKey(row);
}

const keysOf = (db: Connection, organizationId: Id<"org">, { agentId, workspaceId, state }: KeyFilter, moment: Date) =>
  tables(db)
    .selectFrom("gateway.keys")
    .where("organization_id", "=", toUuid(organizationId))
    .$if(agentId !== undefined, (query) => query.where("agent_id", "=", agentId === undefined ? null : toUuid(agentId)))
    .$if(workspaceId !== undefined, (query) =>
      query.where("workspace_id", "=", workspaceId === undefined ? null : toUuid(workspaceId)),
    )
    .$if(state === "revoked", (query) => query.where("revoked_at", "is not", null))
    .$if(state === "expired", (query) => query.where("revoked_at", "is", null).where("expires_at", "<=", moment))
    .$if(state === "active", (query) =>
      query
        .where("revoked_at", "is", null)
        .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", moment)])),
    );

/** Keys of the organization, newest first, before the one with the id `before`. */
export async function listKeys(
  db: Connection,
  organizationId: Id<"org">,
  filter: KeyFilter & { now: Date; limit: number; before?: Id<"key"> | undefined },
): Promise<StoredKey[]> {
  const { before } = filter;
  const rows = await keysOf(db, organizationId, filter, filter.now)
    .selectAll()
    .$if(before !== undefined, (query) => query.where("id", "<", before === undefined ? "" : toUuid(before)))
    .orderBy("id", "desc")
    .limit(filter.limit)
    .execute();
  return rows.map(toKey);
}

/** How many keys the organization has, of these or all. */
export async function countKeys(
  db: Connection,
  organizationId: Id<"org">,
  filter: KeyFilter & { now: Date },
): Promise<number> {
  const { count } = await keysOf(db, organizationId, filter, filter.now)
    .select((select) => select.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

/** Changes what is given of a key, as its next version. */
export async function updateKey(
  db: Connection,
  organizationId: Id<"org">,
  keyId: Id<"key">,
  change: KeyChange,
): Promise<StoredKey> {
  const row = await tables(db)
    .updateTable("gateway.keys")
    .set((set) => ({
      ...(change.name !== undefined && { name: change.name }),
      ...(change.models !== undefined && { models: change.models }),
      ...(change.requestsPerMinute !== undefined && { requests_per_minute: change.requestsPerMinute }),
      ...(change.tokensPerMinute !== undefined && { tokens_per_minute: change.tokensPerMinute }),
      ...(change.capture !== undefined && { capture: json(change.capture) }),
      ...(change.cache !== undefined && { cache: json(change.cache) }),
      ...(change.expiresAt !== undefined && { expires_at: change.expiresAt }),
      version: set("version", "+", 1),
      changed_at: now(),
    }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(keyId))
    .returningAll()
    .executeTakeFirstOrThrow();
  return toKey(row);
}

/** Revokes a key; once revoked it keeps the moment at which it was. False when there is none. */
export async function revokeKey(
  db: Connection,
  organizationId: Id<"org">,
  keyId: Id<"key">,
  revokedAt: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tables(db)
    .updateTable("gateway.keys")
    .set((set) => ({
      revoked_at: sql<Date>`coalesce(revoked_at, ${revokedAt}::timestamptz)`,
      version: set("version", "+", 1),
      changed_at: now(),
    }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(keyId))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
