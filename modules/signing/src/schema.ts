import type { Connection } from "@reef/db";
import type { Generated, Kysely } from "kysely";

/** Tables of the module; every id is a UUID here and a TypeID outside the store. */
export type SigningTables = {
  "signing.requests": {
    id: string;
    organization_id: string;
    agent_id: string;
    message: string;
    /** SHA-256 of the message in UTF-8, as hex digits. */
    message_hash: string;
    /** A UUID. */
    nonce: string;
    created_at: Date;
    expires_at: Date;
    /** This and the columns below are all null until somebody answers, and all set from then on. */
    completed_at: Date | null;
    /** Standard base64, in its one spelling where it is a signature at all. */
    signature: string | null;
    valid: boolean | null;
    /** Who answered, with the key that the signature was checked by. */
    signer_name: string | null;
    signer_fingerprint: string | null;
    signer_public_key: string | null;
  };
  /** Never changed, by a trigger. */
  "signing.ledger": {
    organization_id: string;
    /** 1, 2, 3 … without gaps. */
    position: number;
    /** The event that the record was made from; it makes a second delivery harmless. */
    event_sequence: number;
    recorded_at: Date;
    /** An agent or a person. */
    actor_id: string;
    operation: string;
    canonical: string;
    hash: string;
  };
  /** Never changed, by a trigger. */
  "signing.checkpoints": {
    organization_id: string;
    position: number;
    canonical: string;
    signature: string;
  };
  /** Where each ledger ends: made from the two tables above, so that nobody has to look for the end. */
  "signing.ledger_heads": {
    organization_id: string;
    position: number;
    hash: string;
    checkpoint_position: Generated<number>;
  };
};

/** The connection, with this module's tables named. */
export const tables = (db: Connection): Kysely<SigningTables> =>
  db.$extendTables<SigningTables>() as Kysely<SigningTables>;
