import { type Kysely, sql } from "kysely";

/**
 * People, how they sign in, and the organizations that they are members of. Columns are those that better-auth 1.7 reads
 * and writes, in snake case; each index serves a query of its or of ours.
 */
export const createPeople = {
  async up(db: Kysely<never>): Promise<void> {
    await createAccounts(db);
    await createMemberships(db);
    await createSecondFactors(db);
    await createCredentialsOfPrograms(db);
    await createReef(db);
  },
};

async function createAccounts(db: Kysely<never>): Promise<void> {
  await sql`
    create table identity.people (
      id uuid primary key,
      name text not null,
      email text not null unique check (email = lower(email)),
      email_verified boolean not null default false,
      image text,
      two_factor_enabled boolean default false,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`
    create table identity.sessions (
      id uuid primary key,
      person_id uuid not null references identity.people (id) on delete cascade,
      token text not null unique,
      ip_address text,
      user_agent text,
      active_organization_id uuid references identity.organizations (id) on delete set null,
      expires_at timestamptz not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`create index sessions_by_person on identity.sessions (person_id)`.execute(db);
  await sql`create index sessions_expires_at on identity.sessions (expires_at)`.execute(db);
  await sql`
    create index sessions_by_organization on identity.sessions (active_organization_id)
    where active_organization_id is not null`.execute(db);
  await sql`
    create table identity.accounts (
      id uuid primary key,
      person_id uuid not null references identity.people (id) on delete cascade,
      provider_id text not null,
      account_id text not null,
      access_token text,
      refresh_token text,
      id_token text,
      access_token_expires_at timestamptz,
      refresh_token_expires_at timestamptz,
      scope text,
      password text,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      unique (provider_id, account_id)
    )`.execute(db);
  await sql`create index accounts_by_person on identity.accounts (person_id)`.execute(db);
  await sql`
    create table identity.verifications (
      id text primary key,
      identifier text not null,
      value text not null,
      expires_at timestamptz not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`
    create index verifications_by_identifier on identity.verifications (identifier, created_at desc)`.execute(db);
  await sql`create index verifications_expires_at on identity.verifications (expires_at)`.execute(db);
}

async function createMemberships(db: Kysely<never>): Promise<void> {
  await sql`
    create table identity.members (
      id uuid primary key,
      organization_id uuid not null references identity.organizations (id) on delete cascade,
      person_id uuid not null references identity.people (id) on delete cascade,
      role text not null check (role in ('owner', 'admin', 'member')),
      created_at timestamptz not null,
      unique (organization_id, person_id)
    )`.execute(db);
  await sql`create index members_by_person on identity.members (person_id)`.execute(db);
  await sql`
    create table identity.invitations (
      id uuid primary key,
      organization_id uuid not null references identity.organizations (id) on delete cascade,
      inviter_id uuid not null references identity.people (id) on delete cascade,
      email text not null,
      role text not null check (role in ('owner', 'admin', 'member')),
      status text not null check (status in ('pending', 'accepted', 'rejected', 'canceled')),
      expires_at timestamptz not null,
      created_at timestamptz not null
    )`.execute(db);
  await sql`create index invitations_by_email on identity.invitations (email, organization_id)`.execute(db);
  await sql`
    create index invitations_by_organization on identity.invitations (organization_id, created_at desc)`.execute(db);
  await sql`create index invitations_by_inviter on identity.invitations (inviter_id)`.execute(db);
}

async function createSecondFactors(db: Kysely<never>): Promise<void> {
  await sql`
    create table identity.two_factors (
      id uuid primary key,
      person_id uuid not null unique references identity.people (id) on delete cascade,
      secret text not null,
      backup_codes text not null,
      verified boolean default true,
      failed_verification_count integer default 0,
      locked_until timestamptz
    )`.execute(db);
  await sql`
    create table identity.passkeys (
      id uuid primary key,
      person_id uuid not null references identity.people (id) on delete cascade,
      name text,
      credential_id text not null unique,
      public_key text not null,
      counter bigint not null,
      device_type text not null,
      backed_up boolean not null,
      transports text,
      aaguid text,
      created_at timestamptz
    )`.execute(db);
  await sql`create index passkeys_by_person on identity.passkeys (person_id)`.execute(db);
}

async function createCredentialsOfPrograms(db: Kysely<never>): Promise<void> {
  // The organization that a key is bound to stands in its metadata, which only this module writes. A key ends with the
  // membership that it acts by.
  await sql`
    create table identity.api_keys (
      id uuid primary key,
      config_id text not null,
      person_id uuid not null references identity.people (id) on delete cascade,
      organization_id uuid generated always as (((metadata::jsonb) ->> 'organizationId')::uuid) stored not null,
      name text,
      start text,
      prefix text,
      key text not null unique,
      refill_interval bigint,
      refill_amount bigint,
      last_refill_at timestamptz,
      enabled boolean not null default true,
      rate_limit_enabled boolean not null default false,
      rate_limit_time_window bigint,
      rate_limit_max bigint,
      request_count bigint not null default 0,
      remaining bigint,
      last_request timestamptz,
      expires_at timestamptz,
      permissions text,
      metadata text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      foreign key (organization_id, person_id) references identity.members (organization_id, person_id) on delete cascade
    )`.execute(db);
  await sql`create index api_keys_by_member on identity.api_keys (organization_id, person_id)`.execute(db);
  await sql`create index api_keys_by_person on identity.api_keys (person_id)`.execute(db);
  await sql`
    create index api_keys_expires_at on identity.api_keys (expires_at) where expires_at is not null`.execute(db);
  await sql`
    create table identity.device_codes (
      id uuid primary key,
      device_code text not null unique,
      user_code text not null unique,
      person_id uuid references identity.people (id) on delete cascade,
      status text not null,
      client_id text,
      scope text,
      polling_interval integer,
      last_polled_at timestamptz,
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create index device_codes_expires_at on identity.device_codes (expires_at)`.execute(db);
  await sql`
    create index device_codes_by_person on identity.device_codes (person_id) where person_id is not null`.execute(db);
}

async function createReef(db: Kysely<never>): Promise<void> {
  await sql`
    create table identity.operators (
      person_id uuid primary key references identity.people (id),
      created_at timestamptz not null
    )`.execute(db);
  // One row at most: the code with which the first person becomes the operator.
  await sql`
    create table identity.setup_codes (
      singleton boolean primary key default true check (singleton),
      code_hash text not null,
      created_at timestamptz not null
    )`.execute(db);
  await sql`
    create table identity.attempts (
      key text primary key,
      failures integer not null,
      blocked_until timestamptz not null,
      forgotten_at timestamptz not null
    )`.execute(db);
  await sql`create index attempts_forgotten_at on identity.attempts (forgotten_at)`.execute(db);
}
