import { type Id, type SigningKeyPair, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Events, ReefEvent } from "@reef/events";
import type { Action, ActionRecorder } from "@reef/http/call";
import {
  canonicalJson,
  checkpointSigningBytes,
  hashLedgerRecord,
  type LedgerCheckpoint,
  type LedgerRecord,
} from "@reef/proofs";
import type { Clock } from "../clock.ts";
import { actionRecorded, type RecordedAction } from "../events.ts";
import * as store from "../store/ledger.ts";

export interface LedgerDependencies {
  events: Events;
  clock: Clock;
  /** Signs the checkpoints. */
  auditKey: SigningKeyPair;
}

/** Records that no checkpoint covers, at most. */
const CHECKPOINT_EVERY = 100;
/** Organizations that get a checkpoint in one go. */
const BATCH = 100;

/** The organizations' audit ledgers: chains of hashes that are only ever added to. */
export function createLedger({ events, clock, auditKey }: LedgerDependencies) {
  const recorder: ActionRecorder = {
    async record(transaction, { actor, operation, subject, fields, requestId }: Action) {
      const payload = { actor, operation, subject: { ...subject }, fields: [...fields], requestId };
      await events.emit(transaction, toUuid(actor.organizationId), actionRecorded, payload);
    },
  };

  async function checkpoint(
    db: Connection,
    organizationId: Id<"org">,
    { position, hash }: { position: number; hash: string },
  ): Promise<store.StoredCheckpoint> {
    const known = await store.findCheckpoint(db, organizationId, position);
    if (known !== undefined) return known;
    const { publicKey } = auditKey;
    const at = new Date(clock.now()).toISOString();
    const content: LedgerCheckpoint = { v: 1, organizationId, position, hash, at, publicKey };
    const canonical = canonicalJson(content);
    const signature = auditKey.sign(checkpointSigningBytes(canonical));
    return store.ensureCheckpoint(db, organizationId, { position, canonical, signature });
  }

  /** Signs the end of the ledger, unless that was done; undefined while it has no record. */
  async function checkpointHead(db: Connection, organizationId: Id<"org">) {
    const { position, hash } = await store.findHead(db, organizationId);
    if (hash === null) return undefined;
    return { position, hash, checkpoint: await checkpoint(db, organizationId, { position, hash }) };
  }

  return {
    recorder,
    checkpointHead,

    /**
     * Appends what an event tells to its organization's ledger. Safe to repeat: an event stands there once, however often
     * it is delivered.
     */
    async append(db: Connection, { sequence, createdAt, payload }: ReefEvent<RecordedAction>): Promise<void> {
      const { organizationId } = payload.actor;
      for (;;) {
        const head = await store.findHead(db, organizationId, sequence);
        if (head.isRecorded) return;
        // Before the record, so that a crash right behind it leaves no more records uncovered than there may be.
        if (head.hash !== null && head.position - head.checkpointPosition >= CHECKPOINT_EVERY) {
          await checkpoint(db, organizationId, { position: head.position, hash: head.hash });
        }
        const row = await recordBehind(head, payload, createdAt);
        // Another process may append too, when this one was thought dead: then the end has moved.
        if (await store.appendRecord(db, organizationId, { ...row, sequence })) return;
      }
    },

    /** Signs the end of every ledger that grew since it was last signed. Calls `beat` after each. */
    async checkpointAll(db: Connection, signal: AbortSignal, beat: () => void): Promise<void> {
      let after: Id<"org"> | undefined;
      do {
        const organizations = await store.listUncovered(db, after, BATCH);
        for (const organizationId of organizations) {
          if (signal.aborted) return;
          await checkpointHead(db, organizationId);
          beat();
        }
        after = organizations.length === BATCH ? organizations.at(-1) : undefined;
      } while (after !== undefined);
    },
  };
}

/** The record that follows the end of a ledger, as it is hashed and stored. */
async function recordBehind(
  { position: last, hash: previous }: store.LedgerHead,
  { actor: { organizationId, ...actor }, operation, ...rest }: RecordedAction,
  recordedAt: Date,
) {
  const position = last + 1;
  const at = recordedAt.toISOString();
  const record: LedgerRecord = { v: 1, organizationId, position, at, actor, operation, ...rest, previous };
  const canonical = canonicalJson(record);
  const hash = await hashLedgerRecord(canonical);
  return {
    position,
    canonical,
    hash,
    recordedAt,
    actorId: "agentId" in actor ? actor.agentId : actor.personId,
    operation,
  };
}

export type Ledger = ReturnType<typeof createLedger>;
