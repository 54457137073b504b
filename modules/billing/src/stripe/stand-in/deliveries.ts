import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@reef/telemetry";
import Stripe from "stripe";
import type { StandInState } from "./state.ts";

const ANSWER_MS = 10_000;
const IDLE_MS = 1_000;
/** Stripe tries for three days. */
const MOST_ATTEMPTS = 100;
const LONGEST_WAIT_MS = 3_600_000;

/** Posts events to the webhook until each was taken. */
export interface Deliveries {
  /** Posts it, soon. */
  add(eventId: string): void;
  /** From now on events wait until they are released. */
  hold(): void;
  /** Events are delivered by themselves again. */
  resume(): void;
  /** The ids of the events that wait, in the order in which things happened. */
  waiting(): string[];
  /** Posts these, one after another and as often as they are named, whatever comes of it; answers with the statuses. */
  release(eventIds: readonly string[]): Promise<number[]>;
  /** Forgets what waits, as if it had been lost on its way. */
  lose(): void;
  /** From now on nothing is posted; what is on its way is broken off, and waited for by nobody. */
  stop(): void;
}

export interface DeliveriesOptions {
  state: StandInState;
  webhookUrl: string;
  logger: Logger;
  /** Called when what waits has changed. */
  save(): void;
}

/** Begins to deliver whatever waits already. */
export function startDeliveries({ state, webhookUrl, logger, save }: DeliveriesOptions): Deliveries {
  const stopped = new AbortController();
  let isHeld = false;
  let wake = () => {};
  void run();

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      const due = isHeld ? undefined : state.deliveries.find(({ nextAt }) => nextAt <= Date.now());
      if (due === undefined) await rest();
      else await deliver(due);
    }
  }

  function rest(): Promise<void> {
    const woken = new AbortController();
    wake = () => woken.abort();
    const signal = AbortSignal.any([woken.signal, stopped.signal]);
    return sleep(IDLE_MS, undefined, { signal, ref: false }).catch(() => {});
  }

  async function deliver(delivery: StandInState["deliveries"][number]): Promise<void> {
    const status = await post(delivery.eventId);
    if (stopped.signal.aborted) return;
    delivery.attempts += 1;
    const isTaken = status >= 200 && status < 300;
    if (isTaken || delivery.attempts >= MOST_ATTEMPTS) {
      // It may have been lost, or released, while it was on its way.
      state.deliveries = state.deliveries.filter((one) => one !== delivery);
    } else {
      delivery.nextAt = Date.now() + Math.min(LONGEST_WAIT_MS, 500 * 2 ** delivery.attempts);
      logger.debug({ event: delivery.eventId, status }, "An event of the stand-in was not taken; it is posted again.");
    }
    save();
  }

  /** The status of the answer; 0 where there was none. */
  async function post(eventId: string): Promise<number> {
    const payload = JSON.stringify(state.events[eventId]);
    try {
      const response = await fetch(webhookUrl, {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8", "stripe-signature": sign(payload) },
        body: payload,
        redirect: "error",
        signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), stopped.signal]),
      });
      // Nobody waits for the end of what is not read: a peer may never come to it.
      response.body?.cancel().catch(() => {});
      return response.status;
    } catch {
      return 0;
    }
  }

  /** As Stripe signs, by the SDK's own hand. */
  const sign = (payload: string): string =>
    Stripe.webhooks.generateTestHeaderString({ payload, secret: state.webhookSecret });

  return {
    add(eventId) {
      state.deliveries.push({ eventId, attempts: 0, nextAt: Date.now() });
      wake();
    },
    hold() {
      isHeld = true;
    },
    resume() {
      isHeld = false;
      wake();
    },
    waiting: () => state.deliveries.map(({ eventId }) => eventId),
    async release(eventIds) {
      const statuses: number[] = [];
      for (const id of eventIds) statuses.push(await post(id));
      const released = new Set(eventIds);
      state.deliveries = state.deliveries.filter(({ eventId }) => !released.has(eventId));
      save();
      return statuses;
    },
    lose() {
      state.deliveries = [];
      save();
    },
    stop: () => stopped.abort(),
  };
}
