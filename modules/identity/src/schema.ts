/** Rows of the schema `identity`. Ids are UUIDs here and TypeIDs everywhere above the store. */
export type IdentityTables = {
  "identity.organizations": {
    id: string;
    founder_agent_id: string;
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
    created_at: Date;
  };
  "identity.vouchers": {
    id: string;
    /** Both null for the founding voucher, with which the first agent of a reef joins. */
    organization_id: string | null;
    issuer_agent_id: string | null;
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
  "identity.used_assertions": {
    id: string;
    expires_at: Date;
  };
};
