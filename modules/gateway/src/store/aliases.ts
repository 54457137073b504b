import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Selectable, sql } from "kysely";
import { type GatewayTables, type StoredTarget, tables } from "../schema.ts";
import { touchChanges } from "./changes.ts";

/** An alias as it is stored: the providers of its targets are UUIDs. */
export interface StoredAlias {
  name: string;
  targets: StoredTarget[];
  version: number;
  updatedAt: Date;
}

const toAlias = (row: Selectable<GatewayTables["gateway.aliases"]>): StoredAlias => ({
  name: row.name,
  targets: row.targets,
  version: row.version,
  updatedAt: row.updated_at,
});

const json = (value: unknown) => sql<never>`${JSON.stringify(value)}::jsonb`;

/** A new alias; undefined where the organization has one of this name. */
export async function insertAlias(
  db: Connection,
  organizationId: Id<"org">,
  { name, targets }: Pick<StoredAlias, "name" | "targets">,
): Promise<StoredAlias | undefined> {
  const row = await tables(db)
    .insertInto("gateway.aliases")
    .values({ organization_id: toUuid(organizationId), name, targets: json(targets), updated_at: new Date() })
    .onConflict((conflict) => conflict.columns(["organization_id", "name"]).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await touchChanges(db, organizationId);
  return toAlias(row);
}

/** With `forUpdate` its row is locked until the transaction ends. */
export async function findAlias(
  db: Connection,
  organizationId: Id<"org">,
  name: string,
  { forUpdate = false } = {},
): Promise<StoredAlias | undefined> {
  const row = await tables(db)
    .selectFrom("gateway.aliases")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .where("name", "=", name)
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst();
  return row && toAlias(row);
}

/** The organization's aliases by name; behind `after`. */
export async function listAliases(
  db: Connection,
  organizationId: Id<"org">,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<StoredAlias[]> {
  const query = tables(db)
    .selectFrom("gateway.aliases")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .orderBy("name")
    .limit(limit);
  const rows = await (after === undefined ? query : query.where("name", ">", after)).execute();
  return rows.map(toAlias);
}

export async function countAliases(db: Connection, organizationId: Id<"org">): Promise<number> {
  const { count } = await tables(db)
    .selectFrom("gateway.aliases")
    .where("organization_id", "=", toUuid(organizationId))
    .select(sql<number>`count(*)`.as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** How many the organization has, locked against others that count to insert, until the transaction ends. */
export async function countAliasesToInsert(db: Connection, organizationId: Id<"org">): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`gateway.aliases:${organizationId}`}, 0))`.execute(db);
  return countAliases(db, organizationId);
}

export async function updateAlias(
  db: Connection,
  organizationId: Id<"org">,
  name: string,
  targets: readonly StoredTarget[],
): Promise<StoredAlias> {
  const row = await tables(db)
    .updateTable("gateway.aliases")
    .set({ targets: json(targets), version: sql`version + 1`, updated_at: new Date() })
    .where("organization_id", "=", toUuid(organizationId))
    .where("name", "=", name)
    .returningAll()
    .executeTakeFirstOrThrow();
  await touchChanges(db, organizationId);
  return toAlias(row);
}

/** False where the organization has none of this name. */
export async function deleteAlias(db: Connection, organizationId: Id<"org">, name: string): Promise<boolean> {
  const { numDeletedRows } = await tables(db)
    .deleteFrom("gateway.aliases")
    .where("organization_id", "=", toUuid(organizationId))
    .where("name", "=", name)
    .executeTakeFirst();
  if (numDeletedRows > 0n) await touchChanges(db, organizationId);
  return numDeletedRows > 0n;
}
