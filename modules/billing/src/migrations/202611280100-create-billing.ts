import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";

/** Plans with the three that every reef begins with; subscriptions, their months, invoices, and what came from Stripe. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create schema billing`.execute(db);
  await createPlans(db);
  await createSubscriptions(db);
  await createStripe(db);
  await createInvoices(db);
}

async function createPlans(db: Kysely<never>): Promise<void> {
  await sql`
    create table billing.plans (
      id uuid primary key,
      slug text not null unique,
      name text not null,
      description text not null,
      price_cents bigint not null,
      currency text not null,
      allowance_tokens bigint,
      allowance_micros bigint,
      at_limit text not null check (at_limit in ('stop', 'charge')),
      overage_cents bigint,
      trial_days integer not null,
      offered boolean not null,
      position integer not null,
      archived_at timestamptz,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint plans_overage check (
        case at_limit when 'charge' then num_nulls(overage_cents, allowance_tokens) = 0 else overage_cents is null end
      )
    )`.execute(db);
  await sql`create index plans_position on billing.plans (position, id)`.execute(db);
  await insertPlan(db, {
    slug: "starter",
    name: "Starter",
    description: "For one agent and its person.",
    cents: 1_900,
    millions: 1,
  });
  await insertPlan(db, {
    slug: "pro",
    name: "Pro",
    description: "For a few agents at daily work.",
    cents: 4_900,
    millions: 5,
  });
  await insertPlan(db, {
    slug: "team",
    name: "Team",
    description: "For a team and its agents.",
    cents: 12_900,
    millions: 20,
  });
}

interface FirstPlan {
  slug: string;
  name: string;
  description: string;
  cents: number;
  /** Millions of tokens a month. */
  millions: number;
}

async function insertPlan(db: Kysely<never>, { slug, name, description, cents, millions }: FirstPlan): Promise<void> {
  await sql`
    insert into billing.plans
      (id, slug, name, description, price_cents, currency, allowance_tokens, at_limit, trial_days, offered, position,
       created_at, updated_at)
    values (${randomUUID()}, ${slug}, ${name}, ${description}, ${cents}, 'usd', ${millions * 1_000_000}, 'stop', 0, true,
       ${millions}, now(), now())`.execute(db);
}

async function createSubscriptions(db: Kysely<never>): Promise<void> {
  await sql`
    create table billing.subscriptions (
      organization_id uuid primary key,
      id uuid not null unique,
      plan_id uuid not null references billing.plans,
      state text not null check (state in ('trial', 'active', 'past_due', 'suspended', 'cancelled')),
      paid_by text not null check (paid_by in ('stripe', 'operator')),
      period_start timestamptz not null,
      period_end timestamptz not null,
      anchor timestamptz,
      trial_ends_at timestamptz,
      ends_at_period_end boolean not null default false,
      failed_payments integer not null default 0,
      pending_plan_id uuid references billing.plans,
      pending_end boolean,
      stripe_subscription_id text unique,
      had_trial boolean not null default false,
      cancelled_at timestamptz,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`create index subscriptions_plan on billing.subscriptions (plan_id)`.execute(db);
  await sql`create index subscriptions_state on billing.subscriptions (state, id)`.execute(db);
  await sql`create index subscriptions_period_end on billing.subscriptions (period_end)`.execute(db);
  await sql`
    create table billing.periods (
      id uuid primary key,
      organization_id uuid not null,
      subscription_id uuid not null,
      period_start timestamptz not null,
      period_end timestamptz not null,
      plan_id uuid not null,
      plan_name text not null,
      price_cents bigint not null,
      currency text not null,
      allowance_tokens bigint,
      allowance_micros bigint,
      at_limit text not null,
      overage_cents_per_million bigint,
      calls bigint not null default 0,
      input_tokens bigint not null default 0,
      output_tokens bigint not null default 0,
      cost_nanos bigint not null default 0,
      overage_tokens bigint not null default 0,
      overage_cents bigint not null default 0,
      invoiced_overage_cents bigint not null default 0,
      rolled_up_at timestamptz,
      closed_at timestamptz,
      unique (organization_id, period_start)
    )`.execute(db);
  await sql`create index periods_open on billing.periods (rolled_up_at nulls first, id) where closed_at is null`.execute(
    db,
  );
  await sql`
    create table billing.alerts (
      organization_id uuid not null,
      kind text not null,
      about text not null,
      sent_at timestamptz not null,
      primary key (organization_id, kind, about)
    )`.execute(db);
}

async function createStripe(db: Kysely<never>): Promise<void> {
  await sql`
    create table billing.stripe_prices (
      stripe_price_id text primary key,
      plan_id uuid not null references billing.plans,
      price_cents bigint not null,
      currency text not null,
      created_at timestamptz not null
    )`.execute(db);
  await sql`create index stripe_prices_plan on billing.stripe_prices (plan_id)`.execute(db);
  await sql`
    create table billing.stripe_customers (
      organization_id uuid primary key,
      stripe_customer_id text not null unique,
      last_read bigint not null default 0,
      last_written bigint not null default 0,
      checkout_at timestamptz,
      created_at timestamptz not null
    )`.execute(db);
  await sql`
    create table billing.stripe_events (
      id text primary key,
      type text not null,
      stripe_customer_id text,
      occurred_at timestamptz not null,
      received_at timestamptz not null
    )`.execute(db);
  await sql`create index stripe_events_received_at on billing.stripe_events (received_at)`.execute(db);
}

async function createInvoices(db: Kysely<never>): Promise<void> {
  await sql`
    create table billing.invoices (
      id uuid primary key,
      organization_id uuid not null,
      number text not null unique,
      state text not null check (state in ('open', 'paid', 'void', 'uncollectible')),
      paid_by text not null check (paid_by in ('stripe', 'operator')),
      billed_to text not null,
      currency text not null,
      lines jsonb not null,
      subtotal_cents bigint not null,
      tax_cents bigint not null,
      total_cents bigint not null,
      failed_payments integer not null default 0,
      stripe_invoice_id text unique,
      pay_url text,
      issued_at timestamptz not null,
      due_at timestamptz,
      paid_at timestamptz,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`create index invoices_organization on billing.invoices (organization_id, issued_at, id)`.execute(db);
  await sql`create index invoices_issued on billing.invoices (issued_at, id)`.execute(db);
  await sql`
    create table billing.invoice_numbers (year integer primary key, last integer not null)`.execute(db);
}
