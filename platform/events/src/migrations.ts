import type { Migrations } from "@reef/db";
import { type Kysely, sql } from "kysely";

/** The outbox and the cursors of its durable consumers. */
export const eventMigrations: Migrations = {
  "202611210010-create-events": {
    up: async (db: Kysely<never>) => {
      await sql`create schema if not exists platform`.execute(db);
      await sql`
        create table platform.events (
          seq bigserial primary key,
          txid xid8 not null default pg_current_xact_id(),
          name text not null,
          organization_id uuid,
          payload jsonb not null,
          created_at timestamptz not null default now()
        )`.execute(db);
      await sql`create index events_txid_seq on platform.events (txid, seq)`.execute(db);
      await sql`
        create table platform.event_consumers (
          name text primary key,
          txid xid8 not null,
          seq bigint not null,
          failures integer not null default 0,
          retry_at timestamptz not null default now(),
          leased_by uuid,
          leased_until timestamptz not null default now(),
          moved_at timestamptz not null default now()
        )`.execute(db);
    },
  },
};
