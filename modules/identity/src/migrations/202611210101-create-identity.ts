import { type Kysely, sql } from "kysely";

/** The first tables: organizations, agents, vouchers, the keys that sign tokens, and the client assertions seen so far. */
export const createIdentity = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`create schema if not exists identity`.execute(db);
    await sql`
      create table identity.organizations (
        id uuid primary key,
        founder_agent_id uuid not null,
        created_at timestamptz not null
      )`.execute(db);
    await sql`
      create table identity.agents (
        id uuid primary key,
        organization_id uuid not null references identity.organizations (id),
        name text not null,
        public_key text not null unique,
        fingerprint text not null unique,
        secret_hash text not null,
        secret_version integer not null default 1,
        access_version integer not null default 1,
        access_changed_at timestamptz,
        disabled_at timestamptz,
        created_at timestamptz not null
      )`.execute(db);
    await sql`create index agents_by_organization on identity.agents (organization_id, id desc)`.execute(db);
    await sql`
      create index agents_by_access_change on identity.agents (access_changed_at)
      where access_changed_at is not null`.execute(db);
    // An organization and its founder name each other, so one of the two references can hold only at commit.
    await sql`
      alter table identity.organizations add constraint organizations_founder
      foreign key (founder_agent_id) references identity.agents (id) deferrable initially deferred`.execute(db);
    // A voucher is redeemed before its agent is inserted, in the same transaction.
    await sql`
      create table identity.vouchers (
        id uuid primary key,
        organization_id uuid references identity.organizations (id),
        issuer_agent_id uuid references identity.agents (id),
        code_hash text not null unique,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        redeemed_by uuid references identity.agents (id) deferrable initially deferred,
        redeemed_at timestamptz,
        check ((organization_id is null) = (issuer_agent_id is null)),
        check ((redeemed_by is null) = (redeemed_at is null))
      )`.execute(db);
    await sql`
      create index active_vouchers_by_issuer on identity.vouchers (issuer_agent_id, expires_at)
      where redeemed_at is null`.execute(db);
    await sql`
      create table identity.signing_keys (
        kid text primary key,
        sealed_jwk text not null,
        created_at timestamptz not null,
        active_from timestamptz not null
      )`.execute(db);
    await sql`
      create table identity.used_assertions (
        id text primary key,
        expires_at timestamptz not null
      )`.execute(db);
    await sql`create index used_assertions_expires_at on identity.used_assertions (expires_at)`.execute(db);
  },
};
