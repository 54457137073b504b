import type { ColumnType } from "kysely";

/** Rows of the schema `identity`. Ids are UUIDs here and TypeIDs everywhere above the store. */
export type IdentityTables = {
  "identity.organizations": {
    id: string;
    /** Null as long as people alone are in it. */
    founder_agent_id: string | null;
    name: string;
    slug: string;
    logo: ColumnType<string | null, string | null | undefined>;
    metadata: ColumnType<string | null, string | null | undefined>;
    suspended_at: ColumnType<Date | null, Date | null | undefined>;
    /** Grows by one whenever the organization is suspended or resumed. */
    access_version: ColumnType<number, number | undefined>;
    /** When it last was, by the database's clock; null when it never was. */
    access_changed_at: ColumnType<Date | null, Date | null | undefined>;
    created_at: Date;
  };
  "identity.agents": {
    id: string;
    organization_id: string;
    name: string;
    public_key: string;
    fingerprint: string;
    /** SHA-256 of the client secret, as hex digits; enough, because the secret is 256 random bits. */
    secret_hash: string;
    /** Grows by one whenever the client secret is replaced. */
    secret_version: number;
    /** Grows by one whenever the agent is disabled or enabled. */
    access_version: number;
    /** When one of the two versions last changed, by the database's clock; null when neither ever did. */
    access_changed_at: Date | null;
    disabled_at: Date | null;
    /** The hour in which it last signed in; null when it never did. */
    last_seen_at: ColumnType<Date | null, Date | null | undefined>;
    created_at: Date;
  };
  /** Every key that an agent has or had; the one that is valid now stands in `identity.agents` as well. */
  "identity.agent_keys": {
    agent_id: string;
    /** 1 is the key that the agent registered with. */
    generation: number;
    organization_id: string;
    public_key: string;
    fingerprint: string;
    valid_from: Date;
    /** Null for the current key. */
    valid_until: Date | null;
    /** The proof that this key took the place of the one before: a frame's nonce, signed with both; null for the first. */
    nonce: string | null;
    old_signature: string | null;
    new_signature: string | null;
  };
  "identity.vouchers": {
    id: string;
    /** All three null for the founding voucher, with which the first agent of a reef joins; else one issuer is named. */
    organization_id: string | null;
    issuer_agent_id: string | null;
    issuer_person_id: string | null;
    code_hash: string;
    created_at: Date;
    expires_at: Date;
    redeemed_by: string | null;
    redeemed_at: Date | null;
  };
  "identity.signing_keys": {
    kid: string;
    /** The private JWK, sealed with a key that is derived from the master secret. */
    sealed_jwk: string;
    created_at: Date;
    /** From when on tokens are signed with it; it is published before. */
    active_from: Date;
  };
  /** What oidc-provider keeps; ids are digests of what browsers and clients hold. */
  "identity.oauth_state": {
    id: string;
    model: string;
    sealed_payload: string;
    grant_id: string | null;
    /** The digest of the code by which an agent finds a request; null once it is spent. */
    user_code_hash: string | null;
    /** Of a request: who approved it. Of a grant: whose it is. With the agent's versions at that moment. */
    agent_id: ColumnType<string | null, string | null | undefined>;
    access_version: ColumnType<number | null, number | null | undefined>;
    secret_version: ColumnType<number | null, number | null | undefined>;
    /** The same for a person: as which member, and the digest of what the password was kept as, empty without one. */
    member_id: ColumnType<string | null, string | null | undefined>;
    password_digest: ColumnType<string | null, string | null | undefined>;
    consumed_at: ColumnType<Date | null, Date | null | undefined>;
    expires_at: Date;
  };
  /** What a person let in; it goes with its grant in `identity.oauth_state`. */
  "identity.programs": {
    id: string;
    person_id: string;
    organization_id: string;
    /** The id of the grant. */
    grant_id: string;
    client_id: string;
    scopes: string[];
    let_in_at: Date;
    /** When it last got an access token; null before the first. */
    last_used_at: ColumnType<Date | null, never, Date>;
  };
  "identity.used_assertions": {
    id: string;
    expires_at: Date;
  };
};
