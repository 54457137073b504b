import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Selectable, sql } from "kysely";
import { type GatewayTables, tables } from "../schema.ts";

/** What an organization says of capture. */
export interface StoredCaptureSettings {
  enabled: boolean;
  retentionDays: number;
  words: string[];
  /** 0 where nothing was ever set. */
  version: number;
  updatedAt: Date | null;
}

/** What holds as long as an organization has set nothing. */
const UNSET: StoredCaptureSettings = { enabled: false, retentionDays: 30, words: [], version: 0, updatedAt: null };

const toSettings = (row: Selectable<GatewayTables["gateway.capture_settings"]>): StoredCaptureSettings => ({
  enabled: row.enabled,
  retentionDays: row.retention_days,
  words: row.words,
  version: row.version,
  updatedAt: row.updated_at,
});

/** What the organization set, or what holds where it set nothing; `forUpdate` holds it until the transaction ends. */
export async function getCaptureSettings(
  db: Connection,
  organizationId: Id<"org">,
  { forUpdate = false } = {},
): Promise<StoredCaptureSettings> {
  const row = await tables(db)
    .selectFrom("gateway.capture_settings")
    .selectAll()
    .where("organization_id", "=", toUuid(organizationId))
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst();
  return row === undefined ? UNSET : toSettings(row);
}

/** Stores what the organization sets, as the next version; undefined where `version` is not the stored one any more. */
export async function saveCaptureSettings(
  db: Connection,
  organizationId: Id<"org">,
  { enabled, retentionDays, words, version }: StoredCaptureSettings,
): Promise<StoredCaptureSettings | undefined> {
  const { rows } = await sql<Selectable<GatewayTables["gateway.capture_settings"]>>`
    insert into gateway.capture_settings as setting (
      organization_id, enabled, retention_days, words, enabled_at, updated_at
    )
    values (
      ${toUuid(organizationId)}::uuid, ${enabled}::boolean, ${retentionDays}::integer, ${words}::text[],
      clock_timestamp(), clock_timestamp()
    )
    on conflict (organization_id) do update set
      enabled = excluded.enabled, retention_days = excluded.retention_days, words = excluded.words,
      enabled_at = case when setting.enabled then setting.enabled_at else excluded.enabled_at end,
      version = setting.version + 1, updated_at = excluded.updated_at
    where setting.version = ${version}::integer
    returning *`.execute(db);
  const [row] = rows;
  return row && toSettings(row);
}

/** The words that these organizations (UUIDs) have taken out; those that keep nothing are left out. A job over the whole reef. */
export async function listCapturingWords(
  db: Connection,
  organizationIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await tables(db)
    .selectFrom("gateway.capture_settings")
    .select(["organization_id", "words"])
    .where("organization_id", "=", sql<string>`any(${organizationIds}::uuid[])`)
    .where("enabled", "=", true)
    .execute();
  return new Map(rows.map(({ organization_id, words }) => [organization_id, words]));
}
