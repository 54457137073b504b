import type { Connection } from "@reef/db";
import { type Selectable, sql } from "kysely";
import type { KeyCache } from "../contract/cache.ts";
import type { KeyCaching, PlaneKey } from "../plane/call.ts";
import { type GatewayTables, tables } from "../schema.ts";

/** A key as the data plane reads it, of whichever organization; its budgets, and how that organization stands, are read apart. */
export interface FoundKey extends Omit<PlaneKey, "budgets" | "unserved"> {
  /** SHA-256 of the secret, in base64. */
  hash: string;
  isRevoked: boolean;
  version: number;
}

const COLUMNS = [
  "id",
  "organization_id",
  "hash",
  "agent_id",
  "workspace_id",
  "models",
  "requests_per_minute",
  "tokens_per_minute",
  "capture",
  "cache",
  "expires_at",
  "revoked_at",
  "version",
] as const;

function cachingOf(
  row: Pick<Selectable<GatewayTables["gateway.keys"]>, "organization_id" | "agent_id" | "workspace_id">,
  { exact, semantic, ttlSeconds }: NonNullable<KeyCache>,
): KeyCaching {
  const threshold = semantic?.threshold ?? null;
  const partition = [row.organization_id, row.agent_id, row.workspace_id, exact, threshold, ttlSeconds].join(" ");
  return { exact, threshold, ttlSeconds, partition };
}

const toFoundKey = (row: Pick<Selectable<GatewayTables["gateway.keys"]>, (typeof COLUMNS)[number]>): FoundKey => ({
  id: row.id,
  organizationId: row.organization_id,
  hash: Buffer.from(row.hash).toString("base64"),
  agentId: row.agent_id,
  workspaceId: row.workspace_id,
  models: row.models === null ? null : new Set(row.models),
  requestsPerMinute: row.requests_per_minute,
  tokensPerMinute: row.tokens_per_minute,
  capture: row.capture?.redact ?? null,
  cache: row.cache && cachingOf(row, row.cache),
  expiresAt: row.expires_at?.getTime() ?? null,
  isRevoked: row.revoked_at !== null,
  version: row.version,
});

/** The keys with these digests (base64) of their secrets, in one query by index; unknown ones are left out. */
export async function findKeysByHash(db: Connection, hashes: readonly string[]): Promise<FoundKey[]> {
  const digests = hashes.map((hash) => Buffer.from(hash, "base64"));
  const rows = await tables(db)
    .selectFrom("gateway.keys")
    .select(COLUMNS)
    .where("hash", "=", sql<Uint8Array>`any(${digests}::bytea[])`)
    .execute();
  return rows.map(toFoundKey);
}

/** Keys of all organizations that changed within the last seconds, by the database's clock; `limit` at most. */
export async function listChangedKeys(db: Connection, seconds: number, limit: number): Promise<FoundKey[]> {
  const rows = await tables(db)
    .selectFrom("gateway.keys")
    .select(COLUMNS)
    .where("changed_at", ">", sql<Date>`clock_timestamp() - make_interval(secs => ${seconds})`)
    .orderBy("changed_at", "desc")
    .limit(limit)
    .execute();
  return rows.map(toFoundKey);
}

/** Notes when keys were used last: none more often than once in a minute, however many processes know of it. */
export async function noteUses(db: Connection, uses: readonly { id: string; usedAt: Date }[]): Promise<void> {
  if (uses.length === 0) return;
  const ids = uses.map(({ id }) => id);
  const moments = uses.map(({ usedAt }) => usedAt);
  await sql`
    update gateway.keys key set last_used_at = use.used_at
    from unnest(${ids}::uuid[], ${moments}::timestamptz[]) as use (id, used_at)
    where key.id = use.id
      and (key.last_used_at is null or key.last_used_at <= use.used_at - interval '1 minute')`.execute(db);
}
