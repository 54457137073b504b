import { type Kysely, sql } from "kysely";

/** The keys that agents have and had, beginning with the one that each registered with. */
export const createAgentKeys = {
  async up(db: Kysely<never>): Promise<void> {
    // Key and fingerprint are unique for ever: a key that was used once names nobody else later. An agent's key is
    // inserted before the agent, so that a registration and a rotation to one key wait for each other here and nowhere else.
    await sql`
      create table identity.agent_keys (
        agent_id uuid not null references identity.agents (id) deferrable initially deferred,
        generation integer not null,
        organization_id uuid not null references identity.organizations (id),
        public_key text not null unique,
        fingerprint text not null unique,
        valid_from timestamptz not null,
        valid_until timestamptz,
        nonce text,
        old_signature text,
        new_signature text,
        primary key (agent_id, generation),
        check (valid_until >= valid_from),
        check ((generation = 1) = (nonce is null)),
        check ((nonce is null) = (old_signature is null) and (nonce is null) = (new_signature is null))
      )`.execute(db);
    await sql`
      create unique index current_key_by_agent on identity.agent_keys (agent_id)
      where valid_until is null`.execute(db);
    await sql`
      insert into identity.agent_keys (agent_id, generation, organization_id, public_key, fingerprint, valid_from)
      select id, 1, organization_id, public_key, fingerprint, created_at from identity.agents`.execute(db);
  },
};
