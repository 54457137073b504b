import type { Migrations } from "@reef/db";
import { type Kysely, sql } from "kysely";

/** The table of the mailbox. */
export const mailMigrations: Migrations = {
  "202611230500-create-mailbox": {
    async up(db: Kysely<never>) {
      await sql`create schema mail`.execute(db);
      await sql`
        create table mail.mailbox (
          id uuid primary key,
          to_address text not null,
          subject text not null,
          sealed text not null,
          created_at timestamptz not null default now()
        )`.execute(db);
      await sql`create index mailbox_created_at on mail.mailbox (created_at)`.execute(db);
    },
  },
};
