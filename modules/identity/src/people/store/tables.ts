import type { Connection } from "@reef/db";
import type { ColumnType } from "kysely";
import type { IdentityTables } from "../../schema.ts";

/** Rows of the tables that better-auth writes and this module reads, and of those beside them. Ids are UUIDs. */
export type PeopleTables = IdentityTables & {
  "identity.people": {
    id: string;
    name: string;
    /** In lower case. */
    email: string;
    email_verified: boolean;
    image: ColumnType<string | null, string | null | undefined>;
    two_factor_enabled: ColumnType<boolean | null, boolean | undefined>;
    created_at: Date;
    updated_at: Date;
  };
  "identity.sessions": {
    id: string;
    person_id: string;
    /** What the cookie holds beside a signature; without that, which takes the master secret, it opens nothing. */
    token: string;
    active_organization_id: string | null;
    expires_at: Date;
    created_at: Date;
    updated_at: Date;
  };
  "identity.accounts": {
    id: string;
    person_id: string;
    provider_id: string;
    account_id: string;
    /** Of the provider `credential`: see auth/passwords.ts. */
    password: ColumnType<string | null, string | null | undefined>;
    created_at: Date;
    updated_at: Date;
  };
  "identity.verifications": { id: string; identifier: string; value: string; expires_at: Date };
  "identity.members": {
    id: string;
    organization_id: string;
    person_id: string;
    role: "owner" | "admin" | "member";
    created_at: Date;
  };
  "identity.invitations": {
    id: string;
    organization_id: string;
    inviter_id: string;
    email: string;
    role: "owner" | "admin" | "member";
    status: "pending" | "accepted" | "rejected" | "canceled";
    expires_at: Date;
    created_at: Date;
  };
  "identity.api_keys": {
    id: string;
    person_id: string;
    /** Made by the database of what the metadata says. */
    organization_id: ColumnType<string, never, never>;
    /** SHA-256 of the key in base64url; enough, because the key is 64 random letters. */
    key: string;
    name: string | null;
    enabled: boolean;
    expires_at: Date | null;
  };
  "identity.device_codes": { id: string; person_id: string | null; expires_at: Date };
  "identity.operators": { person_id: string; created_at: Date };
  "identity.setup_codes": {
    singleton: ColumnType<boolean, boolean | undefined, never>;
    code_hash: string;
    created_at: Date;
  };
  /** Wrong passwords and codes by digest of an account or an address. */
  "identity.attempts": {
    key: string;
    failures: number;
    blocked_until: Date;
    /** From when on the row counts no more. */
    forgotten_at: Date;
  };
};

/** The connection with the names and columns of these tables. */
export const tables = (db: Connection) => db.$extendTables<PeopleTables>();
