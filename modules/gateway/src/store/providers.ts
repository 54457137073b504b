import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type ExpressionBuilder, type Selectable, sql } from "kysely";
import { type GatewayTables, type StoredModel, tables } from "../schema.ts";
import { touchChanges } from "./changes.ts";

/** Whose providers: an organization's own, or with null those of the whole reef. */
export type ProviderScope = Id<"org"> | null;

/** A provider as it is stored, and how many of its keys are enabled. */
export interface StoredProvider {
  id: Id<"prv">;
  organizationId: ProviderScope;
  kind: string;
  slug: string;
  name: string;
  baseUrl: string;
  options: Record<string, string>;
  models: StoredModel[];
  enabled: boolean;
  keyCount: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export type ProviderValues = Pick<StoredProvider, "kind" | "slug" | "name" | "baseUrl" | "options" | "models">;

type Row = Selectable<GatewayTables["gateway.providers"]> & { key_count: number };

const toProvider = (row: Row): StoredProvider => ({
  id: toTypeId("prv", row.id),
  organizationId: row.organization_id === null ? null : toTypeId("org", row.organization_id),
  kind: row.kind,
  slug: row.slug,
  name: row.name,
  baseUrl: row.base_url,
  options: row.options,
  models: row.models,
  enabled: row.enabled,
  keyCount: Number(row.key_count),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const uuidOf = (scope: ProviderScope) => (scope === null ? null : toUuid(scope));

const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

const keyCount = sql<number>`(
  select count(*) from gateway.provider_keys
  where provider_id = gateway.providers.id and provider_keys.enabled)`.as("key_count");

type Providers = ExpressionBuilder<GatewayTables, "gateway.providers">;

/** Rows of exactly this scope. */
const isOf = (scope: ProviderScope) => (row: Providers) =>
  scope === null ? row("organization_id", "is", null) : row("organization_id", "=", toUuid(scope));

/** Rows that the scope sees: an organization its own and the reef's, the reef only those. */
const isSeenBy = (scope: ProviderScope) => (row: Providers) =>
  scope === null
    ? row("organization_id", "is", null)
    : row.or([row("organization_id", "=", toUuid(scope)), row("organization_id", "is", null)]);

/** A new provider; undefined where the scope has one with this slug. */
export async function insertProvider(
  db: Connection,
  scope: ProviderScope,
  values: ProviderValues,
): Promise<StoredProvider | undefined> {
  const now = new Date();
  const row = await tables(db)
    .insertInto("gateway.providers")
    .values({
      id: toUuid(newId("prv")),
      organization_id: uuidOf(scope),
      kind: values.kind,
      slug: values.slug,
      name: values.name,
      base_url: values.baseUrl,
      options: json(values.options),
      models: json(values.models),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(["organization_id", "slug"]).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await touchChanges(db, scope);
  return toProvider({ ...row, key_count: 0 });
}

/** A provider that the scope sees. With `forUpdate` its row is locked until the transaction ends. */
export async function findProvider(
  db: Connection,
  scope: ProviderScope,
  providerId: string,
  { forUpdate = false } = {},
): Promise<StoredProvider | undefined> {
  const row = await tables(db)
    .selectFrom("gateway.providers")
    .selectAll()
    .select(keyCount)
    .where("id", "=", toUuid(providerId as Id<"prv">))
    .where(isSeenBy(scope))
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst();
  return row && toProvider(row);
}

/** Those that the scope sees, newest first; behind `before`, a UUID. */
export async function listProviders(
  db: Connection,
  scope: ProviderScope,
  { limit, before, enabled }: { limit: number; before?: string | undefined; enabled?: boolean | undefined },
): Promise<{ providers: StoredProvider[]; total: number }> {
  const seen = () => {
    const query = tables(db).selectFrom("gateway.providers").where(isSeenBy(scope));
    return enabled === undefined ? query : query.where("enabled", "=", enabled);
  };
  const query = seen().selectAll().select(keyCount).orderBy("id", "desc").limit(limit);
  const rows = await (before === undefined ? query : query.where("id", "<", before)).execute();
  const { count } = await seen().select(sql<number>`count(*)`.as("count")).executeTakeFirstOrThrow();
  return { providers: rows.map(toProvider), total: Number(count) };
}

/** How many of these providers the scope sees. */
export async function countSeenProviders(
  db: Connection,
  scope: ProviderScope,
  providerIds: readonly string[],
): Promise<number> {
  const ids = providerIds.map((id) => toUuid(id as Id<"prv">));
  const { count } = await tables(db)
    .selectFrom("gateway.providers")
    .where(isSeenBy(scope))
    .where("id", "in", ids)
    .select(sql<number>`count(*)`.as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** How many the scope has. The count is locked against others that count to insert, until the transaction ends. */
export async function countProvidersToInsert(db: Connection, scope: ProviderScope): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`gateway.providers:${scope}`}, 0))`.execute(db);
  const { count } = await tables(db)
    .selectFrom("gateway.providers")
    .where(isOf(scope))
    .select(sql<number>`count(*)`.as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Which kinds the scope has a provider of. */
export async function listProviderKindsOf(db: Connection, scope: ProviderScope): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom("gateway.providers")
    .where(isOf(scope))
    .select("kind")
    .distinct()
    .limit(200)
    .execute();
  return rows.map(({ kind }) => kind);
}

/** Changes a provider of exactly this scope. Rejects with a unique violation where another has the slug. */
export async function updateProvider(
  db: Connection,
  scope: ProviderScope,
  providerId: string,
  change: Partial<ProviderValues> & { enabled?: boolean | undefined },
): Promise<StoredProvider> {
  const { baseUrl, options, models, name, slug, enabled } = change;
  const row = await tables(db)
    .updateTable("gateway.providers")
    .set({
      ...(name !== undefined && { name }),
      ...(slug !== undefined && { slug }),
      ...(enabled !== undefined && { enabled }),
      ...(baseUrl !== undefined && { base_url: baseUrl }),
      ...(options !== undefined && { options: json(options) }),
      ...(models !== undefined && { models: json(models) }),
      version: sql`version + 1`,
      updated_at: new Date(),
    })
    .where("id", "=", toUuid(providerId as Id<"prv">))
    .where(isOf(scope))
    .returningAll()
    .returning(keyCount)
    .executeTakeFirstOrThrow();
  await touchChanges(db, scope);
  return toProvider(row);
}

/** Deletes a provider of exactly this scope, and its keys with it. */
export async function deleteProvider(db: Connection, scope: ProviderScope, providerId: string): Promise<void> {
  await tables(db)
    .deleteFrom("gateway.providers")
    .where("id", "=", toUuid(providerId as Id<"prv">))
    .where(isOf(scope))
    .execute();
  await touchChanges(db, scope);
}
