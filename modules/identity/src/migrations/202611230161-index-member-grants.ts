import { type Kysely, sql } from "kysely";

/** What a member has let in, so that it goes with the membership. */
export const indexMemberGrants = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`
      create index oauth_state_by_member on identity.oauth_state (member_id)
      where member_id is not null`.execute(db);
  },
};
