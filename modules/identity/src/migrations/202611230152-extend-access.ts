import { type Kysely, sql } from "kysely";

/** When an agent was last there, and since when an organization is suspended, with a version that tells later news from earlier. */
export const extendAccess = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`alter table identity.agents add column last_seen_at timestamptz`.execute(db);
    await sql`
      alter table identity.organizations
        add column access_version integer not null default 1,
        add column access_changed_at timestamptz`.execute(db);
  },
};
