import { deriveKey, openSealed, seal, sha256Hex } from "@reef/crypto";
import { type Connection, type Migrations, transact } from "@reef/db";
import { type Kysely, type Selectable, sql } from "kysely";
import { idempotencyErrors } from "./errors.ts";

type IdempotencyTables = {
  "platform.idempotency_keys": {
    principal: string;
    key: string;
    request_hash: string;
    /** The sealed response: it may hold a secret that is shown once, such as a new client secret. */
    response: string | null;
    created_at: Date;
  };
};

export const idempotencyMigrations: Migrations = {
  "202611210001-create-idempotency-keys": {
    async up(db: Kysely<never>) {
      await sql`create schema if not exists platform`.execute(db);
      await sql`
        create table platform.idempotency_keys (
          principal text not null,
          key text not null,
          request_hash text not null,
          response text,
          created_at timestamptz not null default now(),
          primary key (principal, key)
        )`.execute(db);
      await sql`create index idempotency_keys_created_at on platform.idempotency_keys (created_at)`.execute(db);
    },
  },
};

/** How long an answer is kept for repetition. */
const KEPT_HOURS = 24;
const KEY_FORM = /^[\x21-\x7e]{8,255}$/;

interface IdempotentRequest {
  /** Whose key it is: an agent's id, or an address for a route without a token. Keys of two principals never meet. */
  principal: string;
  key: string;
  operation: string;
  body: unknown;
}

export interface Idempotency {
  /**
   * Answers a request once per key: `work` runs in a transaction that also records its answer, so both happen or
   * neither; a repetition gets the recorded answer.
   *
   * @throws idempotency.mismatch when the key came with another request, idempotency.invalid_key on a malformed key,
   * idempotency.in_progress when the first request has not ended.
   */
  once(db: Connection, request: IdempotentRequest, work: (db: Connection) => Promise<unknown>): Promise<unknown>;
  /** Deletes one batch of answers that are older than a day, and says how many it deleted. */
  deleteExpired(db: Connection): Promise<number>;
}

export function createIdempotency(masterSecret: string): Idempotency {
  const sealingKey = deriveKey(masterSecret, "idempotency");
  return {
    async once(db, { principal, key, operation, body }, work) {
      if (!KEY_FORM.test(key)) throw idempotencyErrors.invalid_key();
      const requestHash = sha256Hex(`${operation}\n${JSON.stringify(body ?? null)}`);
      const context = `${principal}\n${key}`;
      return transact(db, async (transaction) => {
        const tables = transaction.$extendTables<IdempotencyTables>();
        // A second request with the same key waits here until the first one's transaction has ended.
        const claim = await tables
          .insertInto("platform.idempotency_keys")
          .values({ principal, key, request_hash: requestHash, response: null, created_at: new Date() })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        if (claim.numInsertedOrUpdatedRows === 0n) {
          const earlier = await tables
            .selectFrom("platform.idempotency_keys")
            .selectAll()
            .where("principal", "=", principal)
            .where("key", "=", key)
            .executeTakeFirst();
          return replay(earlier, requestHash, (sealed) => openSealed(sealingKey, sealed, context));
        }
        const response = await work(transaction);
        await tables
          .updateTable("platform.idempotency_keys")
          .set({ response: seal(sealingKey, JSON.stringify(response ?? null), context) })
          .where("principal", "=", principal)
          .where("key", "=", key)
          .execute();
        return response;
      });
    },
    async deleteExpired(db) {
      const { numAffectedRows } = await sql`
        delete from platform.idempotency_keys where (principal, key) in (
          select principal, key from platform.idempotency_keys
          where created_at < now() - make_interval(hours => ${KEPT_HOURS}) limit 1000)`.execute(db);
      return Number(numAffectedRows ?? 0n);
    },
  };
}

function replay(
  earlier: Selectable<IdempotencyTables["platform.idempotency_keys"]> | undefined,
  requestHash: string,
  open: (sealed: string) => string,
): unknown {
  if (earlier === undefined || earlier.response === null) throw idempotencyErrors.in_progress({ retryAfterSeconds: 1 });
  if (earlier.request_hash !== requestHash) throw idempotencyErrors.mismatch();
  return JSON.parse(open(earlier.response));
}
