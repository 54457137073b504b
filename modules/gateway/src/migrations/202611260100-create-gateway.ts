import { type Kysely, sql } from "kysely";

/** Providers and routes, keys, budgets with the slices that processes hold of them, and the record of every call. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create schema gateway`.execute(db);
  await createProviders(db);
  await createKeys(db);
  await createBudgets(db);
  await createUsage(db);
}

async function createProviders(db: Kysely<never>): Promise<void> {
  // What belongs to no organization was set up by an operator, and is there for all of them.
  await sql`
    create table gateway.providers (
      id uuid primary key,
      organization_id uuid,
      kind text not null,
      slug text not null,
      name text not null,
      base_url text not null,
      options jsonb not null default '{}',
      models jsonb not null default '[]',
      enabled boolean not null default true,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`
    create unique index providers_slug on gateway.providers (organization_id, slug) nulls not distinct`.execute(db);
  await sql`
    create table gateway.provider_keys (
      id uuid primary key,
      provider_id uuid not null references gateway.providers (id) on delete cascade,
      label text not null,
      sealed text not null,
      hint text not null,
      weight integer not null default 1,
      enabled boolean not null default true,
      created_at timestamptz not null
    )`.execute(db);
  await sql`create index provider_keys_provider on gateway.provider_keys (provider_id, id)`.execute(db);
  await sql`
    create table gateway.aliases (
      organization_id uuid not null,
      name text not null,
      targets jsonb not null,
      version integer not null default 1,
      updated_at timestamptz not null,
      primary key (organization_id, name)
    )`.execute(db);
  // When anything of an organization's models or routes changed last: what processes look at to learn of it. The row of
  // the nil UUID stands for what all organizations have.
  await sql`
    create table gateway.changes (
      organization_id uuid primary key,
      changed_at timestamptz not null
    )`.execute(db);
  await sql`create index changes_changed_at on gateway.changes (changed_at)`.execute(db);
}

async function createKeys(db: Kysely<never>): Promise<void> {
  await sql`
    create table gateway.keys (
      id uuid primary key,
      organization_id uuid not null,
      name text not null,
      hash bytea not null unique,
      hint text not null,
      agent_id uuid,
      workspace_id uuid,
      models text[],
      requests_per_minute integer,
      tokens_per_minute integer,
      created_by uuid not null,
      created_by_name text not null,
      created_at timestamptz not null,
      expires_at timestamptz,
      revoked_at timestamptz,
      last_used_at timestamptz,
      version integer not null default 1,
      changed_at timestamptz not null
    )`.execute(db);
  await sql`create index keys_organization on gateway.keys (organization_id, id)`.execute(db);
  await sql`create index keys_agent on gateway.keys (agent_id) where agent_id is not null`.execute(db);
  await sql`create index keys_changed_at on gateway.keys (changed_at)`.execute(db);
}

async function createBudgets(db: Kysely<never>): Promise<void> {
  // The scope is that of one thing of the organization: itself, or a workspace, an agent or a key of it.
  await sql`
    create table gateway.budgets (
      id uuid primary key,
      organization_id uuid not null,
      scope text not null check (scope in ('organization', 'workspace', 'agent', 'key')),
      scope_id uuid not null,
      period text not null check (period in ('day', 'month', 'total')),
      limit_tokens bigint,
      limit_nanos bigint,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint budgets_limit_something check (num_nonnulls(limit_tokens, limit_nanos) > 0),
      unique (organization_id, scope, scope_id, period)
    )`.execute(db);
  // Of one period: what calls have used, as far as their events have arrived, and what processes hold to spend.
  await sql`
    create table gateway.budget_periods (
      budget_id uuid not null references gateway.budgets (id) on delete cascade,
      period_start timestamptz not null,
      used_tokens bigint not null default 0,
      used_nanos bigint not null default 0,
      held_tokens bigint not null default 0,
      held_nanos bigint not null default 0,
      warned_at timestamptz,
      exhausted_at timestamptz,
      primary key (budget_id, period_start)
    )`.execute(db);
  await sql`
    create table gateway.processes (
      id uuid primary key,
      host text not null,
      seen_at timestamptz not null
    )`.execute(db);
  await sql`create index processes_seen_at on gateway.processes (seen_at)`.execute(db);
  // A slice of a budget: what a process may still spend of what it was given in all. The sum of slices is what is held. Asks
  // are numbered, so that one which the database gets late, when its process has given up on it, changes nothing.
  await sql`
    create table gateway.slices (
      process_id uuid not null references gateway.processes (id),
      budget_id uuid not null,
      period_start timestamptz not null,
      tokens bigint not null,
      nanos bigint not null,
      granted_tokens bigint not null,
      granted_nanos bigint not null,
      ask bigint not null,
      primary key (process_id, budget_id, period_start),
      foreign key (budget_id, period_start) references gateway.budget_periods on delete cascade
    )`.execute(db);
  await sql`create index slices_budget on gateway.slices (budget_id, period_start)`.execute(db);
}

async function createUsage(db: Kysely<never>): Promise<void> {
  await sql`
    create table gateway.usage_events (
      id uuid primary key,
      organization_id uuid not null,
      key_id uuid not null,
      agent_id uuid,
      workspace_id uuid,
      provider_id uuid not null,
      requested_model text not null,
      model text not null,
      dialect text not null,
      streamed boolean not null,
      outcome text not null,
      status integer not null,
      input_tokens bigint not null,
      cached_input_tokens bigint not null,
      cache_write_tokens bigint not null,
      output_tokens bigint not null,
      reasoning_tokens bigint not null,
      counted_by text not null,
      price jsonb,
      cost_nanos bigint not null,
      latency_ms integer not null,
      first_token_ms integer,
      attempts integer not null,
      request_id text not null,
      started_at timestamptz not null
    )`.execute(db);
  await sql`create index usage_events_organization on gateway.usage_events (organization_id, started_at, id)`.execute(
    db,
  );
  await sql`create index usage_events_key on gateway.usage_events (organization_id, key_id, started_at, id)`.execute(
    db,
  );
  await sql`
    create index usage_events_agent on gateway.usage_events (organization_id, agent_id, started_at, id)
    where agent_id is not null`.execute(db);
  // Sums of each hour, kept with the events in one transaction: pages and plans read these, never all events.
  await sql`
    create table gateway.usage_hours (
      organization_id uuid not null,
      hour timestamptz not null,
      key_id uuid not null,
      agent_id uuid,
      workspace_id uuid,
      provider_id uuid not null,
      model text not null,
      calls bigint not null,
      failures bigint not null,
      input_tokens bigint not null,
      cached_input_tokens bigint not null,
      output_tokens bigint not null,
      reasoning_tokens bigint not null,
      cost_nanos bigint not null,
      latency_ms bigint not null,
      unique nulls not distinct (organization_id, hour, key_id, agent_id, workspace_id, provider_id, model)
    )`.execute(db);
}
