import { randomUUID } from "node:crypto";
import type { DatabaseHandle } from "@reef/db";
import type { Logger } from "@reef/telemetry";
import type { ReefEvent } from "./define-event.ts";
import {
  type EventRow,
  ensureConsumer,
  findConsumer,
  leaseConsumer,
  listEvents,
  moveConsumer,
  releaseConsumer,
} from "./store.ts";

/** Handles one event; an event whose handler rejects is not done. */
export type EventHandler<Payload> = (event: ReefEvent<Payload>) => Promise<void> | void;

export interface ConsumerOptions {
  database: DatabaseHandle;
  logger: Logger;
  /** Name of the cursor; never renamed, else it starts anew. */
  name: string;
  event: string;
  handle: EventHandler<unknown>;
}

/** A durable consumer: works off what is there whenever it is told to. */
export interface DurableConsumer {
  /** Calls `beat` after each event. */
  work(signal: AbortSignal, beat: () => void): Promise<void>;
}

const BATCH = 100;
const LEASE_SECONDS = 30;
const RENEW_MILLISECONDS = 10_000;
const MAX_RETRY_SECONDS = 300;
/** An idle cursor is moved on this often, so that old events can be deleted behind it. */
const IDLE_MOVE_SECONDS = 600;

/** The row as handlers see it. */
export const toEvent = ({ seq, name, organizationId, payload, createdAt }: EventRow): ReefEvent<unknown> => ({
  sequence: seq,
  name,
  organizationId,
  payload,
  createdAt,
});

/**
 * A consumer with a cursor in the database. One process at a time holds it by a lease, since a transaction held open
 * while a handler works would block the embedded database's only session. A process that dies keeps it for
 * {@link LEASE_SECONDS} at most, and the event that it was at is then handled again: at least once, in order.
 */
export function createDurableConsumer({ database, logger, name, event, handle }: ConsumerOptions): DurableConsumer {
  const holder = randomUUID();
  const db = database.kysely;
  let known = false;

  async function work(signal: AbortSignal, beat: () => void): Promise<void> {
    if (!known) await ensureConsumer(db, name);
    known = true;
    while (!signal.aborted) {
      // Looking takes no lease, so that an idle consumer writes nothing.
      const state = await findConsumer(db, name, holder);
      if (state === undefined || !state.ready) return;
      const { events, end } = await listEvents(db, state, event, BATCH);
      if (events.length === 0 && state.movedSecondsAgo < IDLE_MOVE_SECONDS) return;
      const lease = await leaseConsumer(db, name, holder, LEASE_SECONDS);
      if (lease === undefined) return;
      const unchanged = lease.txid === state.txid && lease.seq === state.seq;
      const done = unchanged && (await handleAll(events, lease.failures, signal, beat));
      // The end covers events of other kinds too, so that they do not wait for this consumer to be deleted.
      if (done && !signal.aborted) await moveConsumer(db, name, holder, end);
      if (done || !unchanged) await releaseConsumer(db, name, holder, 0);
      if ((unchanged && !done) || (done && events.length < BATCH)) return;
    }
  }

  /** True when all were handled. After a failure the lease was given back with a time to wait. */
  async function handleAll(
    events: readonly EventRow[],
    failures: number,
    signal: AbortSignal,
    beat: () => void,
  ): Promise<boolean> {
    let held = true;
    const renewal = setInterval(() => {
      leaseConsumer(db, name, holder, LEASE_SECONDS).then(
        (lease) => {
          held &&= lease !== undefined;
        },
        (error: unknown) => logger.warn({ err: error, consumer: name }, "A lease was not prolonged."),
      );
    }, RENEW_MILLISECONDS);
    let failed = failures;
    try {
      for (const row of events) {
        if (signal.aborted) break;
        if (!held) return false;
        await handle(toEvent(row));
        held = await moveConsumer(db, name, holder, { txid: row.txid, seq: row.seq });
        failed = 0;
        beat();
      }
      return held;
    } catch (error) {
      const retryInSeconds = Math.min(2 ** failed, MAX_RETRY_SECONDS);
      logger.error(
        { err: error, consumer: name, event, retryInSeconds },
        "A consumer failed; the event is tried again.",
      );
      await releaseConsumer(db, name, holder, retryInSeconds);
      return false;
    } finally {
      clearInterval(renewal);
    }
  }

  return { work };
}
