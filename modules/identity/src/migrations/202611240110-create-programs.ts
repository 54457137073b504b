import { type Kysely, sql } from "kysely";

/** What people let in, in a form that they can be shown, beside the grants that hold it. */
export const createPrograms = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`
      create table identity.programs (
        id uuid primary key,
        person_id uuid not null references identity.people (id) on delete cascade,
        organization_id uuid not null references identity.organizations (id) on delete cascade,
        grant_id text not null unique references identity.oauth_state (id) on delete cascade,
        client_id text not null,
        scopes text[] not null,
        let_in_at timestamptz not null,
        last_used_at timestamptz
      )`.execute(db);
    await sql`create index programs_by_person on identity.programs (person_id, id desc)`.execute(db);
    // What was let in before cannot be shown, for it is sealed; so it ends, and those programs ask once more.
    await sql`delete from identity.oauth_state where model = 'Grant' and member_id is not null`.execute(db);
  },
};
