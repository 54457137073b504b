import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Selectable, sql } from "kysely";
import { type GatewayTables, tables } from "../schema.ts";
import { touchChanges } from "./changes.ts";
import type { ProviderScope } from "./providers.ts";

/** A provider's key without its secret. */
export interface StoredProviderKey {
  id: Id<"pky">;
  label: string;
  hint: string;
  weight: number;
  enabled: boolean;
  createdAt: Date;
}

type Row = Omit<Selectable<GatewayTables["gateway.provider_keys"]>, "sealed" | "provider_id">;

const SHOWN = ["id", "label", "hint", "weight", "enabled", "created_at"] as const;

const toKey = (row: Row): StoredProviderKey => ({
  id: toTypeId("pky", row.id),
  label: row.label,
  hint: row.hint,
  weight: row.weight,
  enabled: row.enabled,
  createdAt: row.created_at,
});

/**
 * The functions below take the scope of the provider beside its id, and expect that the service found it there: what they
 * change is noted for that scope.
 */
export async function insertProviderKey(
  db: Connection,
  scope: ProviderScope,
  providerId: Id<"prv">,
  key: { id: Id<"pky">; label: string; sealed: string; hint: string; weight: number },
): Promise<StoredProviderKey> {
  const row = await tables(db)
    .insertInto("gateway.provider_keys")
    .values({ ...key, id: toUuid(key.id), provider_id: toUuid(providerId), created_at: new Date() })
    .returning(SHOWN)
    .executeTakeFirstOrThrow();
  await touchChanges(db, scope);
  return toKey(row);
}

/** A provider's keys, oldest first; behind `after`, a UUID. */
export async function listProviderKeys(
  db: Connection,
  providerId: Id<"prv">,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<StoredProviderKey[]> {
  const query = tables(db)
    .selectFrom("gateway.provider_keys")
    .where("provider_id", "=", toUuid(providerId))
    .select(SHOWN)
    .orderBy("id")
    .limit(limit);
  const rows = await (after === undefined ? query : query.where("id", ">", after)).execute();
  return rows.map(toKey);
}

/** How many keys a provider has, the disabled ones too. */
export async function countProviderKeys(db: Connection, providerId: Id<"prv">): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("gateway.provider_keys")
    .where("provider_id", "=", toUuid(providerId))
    .select(sql<number>`count(*)`.as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The sealed secret of the key that is enabled and weighs most, with its UUID: to ask the provider something. */
export async function findSealedKey(
  db: Connection,
  providerId: Id<"prv">,
): Promise<{ id: string; sealed: string } | undefined> {
  return tables(db)
    .selectFrom("gateway.provider_keys")
    .where("provider_id", "=", toUuid(providerId))
    .where("enabled", "=", true)
    .select(["id", "sealed"])
    .orderBy("weight", "desc")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
}

/** Changes a key of this provider; undefined where it has none with this id. */
export async function updateProviderKey(
  db: Connection,
  scope: ProviderScope,
  providerId: Id<"prv">,
  keyId: string,
  {
    label,
    weight,
    enabled,
  }: { label?: string | undefined; weight?: number | undefined; enabled?: boolean | undefined },
): Promise<StoredProviderKey | undefined> {
  const row = await tables(db)
    .updateTable("gateway.provider_keys")
    .set({
      ...(label !== undefined && { label }),
      ...(weight !== undefined && { weight }),
      ...(enabled !== undefined && { enabled }),
    })
    .where("provider_id", "=", toUuid(providerId))
    .where("id", "=", toUuid(keyId as Id<"pky">))
    .returning(SHOWN)
    .executeTakeFirst();
  if (row !== undefined) await touchChanges(db, scope);
  return row && toKey(row);
}

/** Deletes a key of this provider; false where it has none with this id. */
export async function deleteProviderKey(
  db: Connection,
  scope: ProviderScope,
  providerId: Id<"prv">,
  keyId: string,
): Promise<boolean> {
  const { numDeletedRows } = await tables(db)
    .deleteFrom("gateway.provider_keys")
    .where("provider_id", "=", toUuid(providerId))
    .where("id", "=", toUuid(keyId as Id<"pky">))
    .executeTakeFirst();
  if (numDeletedRows > 0n) await touchChanges(db, scope);
  return numDeletedRows > 0n;
}
