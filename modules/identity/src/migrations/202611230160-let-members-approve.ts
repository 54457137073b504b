import { type Kysely, sql } from "kysely";

/** A person may let a program in as well: for an organization, as the member that he or she is now, with this password. */
export const letMembersApprove = {
  async up(db: Kysely<never>): Promise<void> {
    // A grant ends with the membership, in the same moment and whoever ends it.
    await sql`
      alter table identity.oauth_state
        add column member_id uuid references identity.members (id) on delete cascade,
        add column password_digest text,
        add constraint oauth_state_member check (
          (member_id is null) = (password_digest is null) and (member_id is null or agent_id is null)
        )`.execute(db);
  },
};
