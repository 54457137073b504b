import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import { tables } from "../schema.ts";

/** How an organization stands with its plan. */
export interface Standing {
  serves: boolean;
  state: string;
  planName: string;
  /** When the plan's present month is over, and whether the plan is over then. */
  periodEnd: Date;
  endsAtPeriodEnd: boolean;
}

/** How organizations with these UUIDs stand, by UUID; those that never had a plan are left out. For the data plane. */
export async function listStandings(
  db: Connection,
  organizationUuids: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  if (organizationUuids.length === 0) return new Map();
  const rows = await tables(db)
    .selectFrom("gateway.standings")
    .select(["organization_id", "serves", "state", "plan_name as planName"])
    .select(["period_end as periodEnd", "ends_at_period_end as endsAtPeriodEnd"])
    .where("organization_id", "=", sql<string>`any(${organizationUuids}::uuid[])`)
    .execute();
  return new Map(rows.map(({ organization_id: id, ...standing }) => [id, standing]));
}

/**
 * Writes how the organization stands, and holds its row until the transaction ends; false, and nothing is written, where
 * something as new or newer is known already.
 */
export async function saveStanding(
  db: Connection,
  organizationId: Id<"org">,
  standing: Standing & { version: number; now: Date },
): Promise<boolean> {
  const { version, serves, state, planName, periodEnd, endsAtPeriodEnd, now } = standing;
  const { rows } = await sql`
    insert into gateway.standings as known (
      organization_id, version, serves, state, plan_name, period_end, ends_at_period_end, updated_at
    )
    values (
      ${toUuid(organizationId)}, ${version}, ${serves}, ${state}, ${planName}, ${periodEnd}, ${endsAtPeriodEnd}, ${now}
    )
    on conflict (organization_id) do update set
      version = excluded.version, serves = excluded.serves, state = excluded.state, plan_name = excluded.plan_name,
      period_end = excluded.period_end, ends_at_period_end = excluded.ends_at_period_end,
      updated_at = excluded.updated_at
    where known.version < excluded.version
    returning version`.execute(db);
  return rows.length === 1;
}
