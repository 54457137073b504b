import { type Kysely, sql } from "kysely";

/** Organizations get a name, a slug and what people keep with them; one that people found has no founding agent at first. */
export const extendOrganizations = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`
      alter table identity.organizations
        alter column founder_agent_id drop not null,
        add column name text,
        add column slug text,
        add column logo text,
        add column metadata text,
        add column suspended_at timestamptz`.execute(db);
    // The founding agent and its organization name each other by a constraint that holds only at commit; what it still has
    // to check would keep the table from being altered below.
    await sql`set constraints all immediate`.execute(db);
    await sql`
      update identity.organizations
      set name = 'Organization', slug = 'org-' || right(replace(id::text, '-', ''), 12)`.execute(db);
    await sql`
      alter table identity.organizations
        alter column name set not null,
        alter column slug set not null,
        add constraint organizations_slug_key unique (slug),
        add constraint organizations_slug_form check (slug ~ '^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$')`.execute(db);
  },
};
