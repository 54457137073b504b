import { setTimeout as sleep } from "node:timers/promises";
import { afterCommit, type Connection, type DatabaseHandle } from "@reef/db";
import type { Loop, LoopContext } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import { createDurableConsumer, type DurableConsumer, type EventHandler, toEvent } from "./consumer.ts";
import type { EventDefinition } from "./define-event.ts";
import { deleteOldEvents, getHorizon, insertEvent, listEvents, type Position } from "./store.ts";

export interface Events {
  /**
   * Writes an event in the caller's transaction: it exists if and only if that commits. `organizationId` is a UUID.
   *
   * @throws ZodError when the payload does not fit the event's schema.
   */
  emit<Payload>(
    transaction: Connection,
    organizationId: string | null,
    event: EventDefinition<Payload>,
    payload: Payload,
  ): Promise<void>;
  /**
   * Fan-out: **each process** gets each event that commits from now on once, in commit order; nothing is kept for a
   * process that is down. Returns what ends it. The handler should be quick: it holds up this process's other ones.
   */
  subscribe<Payload>(event: EventDefinition<Payload>, handler: EventHandler<Payload>): () => void;
  /**
   * Durable: **one process of the reef** gets each event, in order, at least once, however often it is restarted. A
   * handler that fails is tried again after 1, 2, 4 … 300 s, and holds back only its own consumer. A new name starts
   * with the events that commit after it was first seen.
   */
  consume<Payload>(consumer: string, event: EventDefinition<Payload>, handler: EventHandler<Payload>): void;
  /** Delivers events; run it under the supervisor, after the subscriptions were made. */
  readonly loop: Loop;
}

export interface EventsOptions {
  database: DatabaseHandle;
  logger: Logger;
}

interface Subscription {
  event: string;
  handle: EventHandler<unknown>;
}

const BATCH = 200;
const BUSY_POLL_MS = 250;
const IDLE_POLL_MS = 2_000;
/** How long after a wake the outbox is looked at often: the transaction that woke us may still have to commit. */
const BUSY_MS = 3_000;
const KEEP_DAYS = 7;
const DELETE_BATCH = 1_000;
const DELETE_EVERY_MS = 600_000;
const STALL_SECONDS = 120;

/** The outbox over one database. */
export function createEvents({ database, logger }: EventsOptions): Events {
  const subscriptions = new Set<Subscription>();
  const consumers = new Map<string, DurableConsumer>();
  const working = new Set<string>();
  let busyUntil = 0;
  let wake = () => {};
  let position: Position | undefined;

  /** The loop looks at once, and often for a while: the horizon may hold an event back until another transaction ends. */
  const wakeUp = () => {
    busyUntil = performance.now() + BUSY_MS;
    wake();
  };

  async function fanOut(signal: AbortSignal): Promise<void> {
    position ??= await getHorizon(database.kysely);
    for (;;) {
      const { events, end } = await listEvents(database.kysely, position, null, BATCH);
      for (const row of events) await deliver(row.name, toEvent(row));
      position = end;
      if (events.length < BATCH || signal.aborted) return;
    }
  }

  async function deliver(name: string, event: ReturnType<typeof toEvent>): Promise<void> {
    for (const subscription of [...subscriptions]) {
      if (subscription.event !== name) continue;
      try {
        await subscription.handle(event);
      } catch (error) {
        logger.error({ err: error, event: name, sequence: event.sequence }, "A subscriber failed; the others go on.");
      }
    }
  }

  /** Starts every consumer that is not at work; a slow one delays no other, and beats the heart when it is done. */
  function workConsumers({ signal, beat }: LoopContext): void {
    for (const [name, consumer] of consumers) {
      if (working.has(name)) continue;
      working.add(name);
      consumer
        .work(signal, beat)
        .catch((error: unknown) =>
          logger.error({ err: error, consumer: name }, "A consumer could not read its events."),
        )
        .finally(() => {
          working.delete(name);
          beat();
        });
    }
  }

  async function pause({ signal }: LoopContext): Promise<void> {
    const woken = new AbortController();
    const milliseconds = performance.now() < busyUntil ? BUSY_POLL_MS : IDLE_POLL_MS;
    wake = () => {
      // From idle it looks at once; while busy it keeps its rhythm, else a stream of events would make it spin.
      if (milliseconds === IDLE_POLL_MS) woken.abort();
    };
    await sleep(milliseconds, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {});
  }

  async function run(context: LoopContext): Promise<void> {
    const listener = await database.listen("reef_events", wakeUp);
    let deleteAt = 0;
    try {
      while (!context.signal.aborted) {
        await fanOut(context.signal);
        workConsumers(context);
        if (performance.now() >= deleteAt) {
          const deleted = await deleteOldEvents(database.kysely, KEEP_DAYS, DELETE_BATCH);
          if (deleted < DELETE_BATCH) deleteAt = performance.now() + DELETE_EVERY_MS;
        }
        // A consumer that never comes back shows as a stall, which an unconditional beat would hide.
        if (working.size === 0) context.beat();
        await pause(context);
      }
    } finally {
      await listener.close();
      while (context.signal.aborted && working.size > 0) await sleep(10);
    }
  }

  return {
    async emit(transaction, organizationId, event, payload) {
      await insertEvent(transaction, event.name, organizationId, event.schema.parse(payload));
      afterCommit(transaction, wakeUp);
    },
    subscribe(event, handler) {
      const subscription = { event: event.name, handle: handler as EventHandler<unknown> };
      subscriptions.add(subscription);
      return () => subscriptions.delete(subscription);
    },
    consume(consumer, event, handler) {
      if (consumers.has(consumer)) throw new Error(`The consumer ${consumer} was registered twice.`);
      const handle = handler as EventHandler<unknown>;
      consumers.set(consumer, createDurableConsumer({ database, logger, name: consumer, event: event.name, handle }));
    },
    loop: { name: "events", stallSeconds: STALL_SECONDS, run },
  };
}
