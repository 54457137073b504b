import { type Kysely, sql } from "kysely";

/** What is suspended, what changed of that, and agents by how their name or fingerprint begins, or if they are disabled. */
export const indexAccess = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`
      create index suspended_organizations on identity.organizations (id)
      where suspended_at is not null`.execute(db);
    await sql`
      create index organizations_by_access_change on identity.organizations (access_changed_at)
      where access_changed_at is not null`.execute(db);
    await sql`
      create index disabled_agents on identity.agents (organization_id, id desc)
      where disabled_at is not null`.execute(db);
    await sql`
      create index agents_by_name on identity.agents (organization_id, lower(name) text_pattern_ops)`.execute(db);
    await sql`
      create index agents_by_fingerprint on identity.agents (organization_id, fingerprint text_pattern_ops)`.execute(
      db,
    );
  },
};
