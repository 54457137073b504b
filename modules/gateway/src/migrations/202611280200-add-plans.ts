import { type Kysely, sql } from "kysely";

/** Budgets that are the allowance of a plan, for a span that the plan gives; and how each organization stands with its plan. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table gateway.budgets
      add column starts_at timestamptz,
      add column ends_at timestamptz,
      drop constraint budgets_scope_check,
      drop constraint budgets_period_check,
      add constraint budgets_scope_check check (scope in ('organization', 'workspace', 'agent', 'key', 'plan')),
      add constraint budgets_period_check check (period in ('day', 'month', 'total', 'plan')),
      add constraint budgets_plan check (
        (scope = 'plan') = (period = 'plan')
        and num_nulls(starts_at, ends_at) = case period when 'plan' then 0 else 2 end
      )`.execute(db);
  await sql`
    create table gateway.standings (
      organization_id uuid primary key,
      version bigint not null,
      serves boolean not null,
      state text not null,
      plan_name text not null,
      period_end timestamptz not null,
      ends_at_period_end boolean not null,
      updated_at timestamptz not null
    )`.execute(db);
}
