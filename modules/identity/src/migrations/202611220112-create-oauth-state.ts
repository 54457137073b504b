import { type Kysely, sql } from "kysely";

/** What an authorization leaves behind: requests that wait for an agent, grants, codes and refresh tokens. */
export const createOAuthState = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`
      create table identity.oauth_state (
        id text primary key,
        model text not null,
        sealed_payload text not null,
        grant_id text,
        user_code_hash text unique,
        agent_id uuid references identity.agents (id),
        access_version integer,
        secret_version integer,
        consumed_at timestamptz,
        expires_at timestamptz not null,
        check ((agent_id is null) = (access_version is null) and (agent_id is null) = (secret_version is null))
      )`.execute(db);
    await sql`
      create index oauth_state_by_grant on identity.oauth_state (grant_id, model)
      where grant_id is not null`.execute(db);
    await sql`create index oauth_state_expires_at on identity.oauth_state (expires_at)`.execute(db);
  },
};
