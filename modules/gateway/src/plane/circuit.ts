import type { Clock } from "../clock.ts";

/** Failures in a row that open a circuit, and how long it stays open where the upstream does not say. */
const MOST_FAILURES = 5;
const REST_SECONDS = 60;
/** No upstream may ask for more rest than this: it may be wrong, and a trial costs little. */
const LONGEST_REST_SECONDS = 600;
/** A trial whose outcome nobody has told by then was abandoned, and another one may be made. */
const TRIAL_SECONDS = 15;
/** Models that are closed off on one key; a caller may ask for any name. Beyond these the first one is tried again. */
const MOST_CLOSED_MODELS = 100;

/**
 * Keeps calls away from an upstream key that does not work: closed as long as it does, open for a while when it does not,
 * then half open, so that one call tries it. Single models may be closed off on it in the same way.
 */
export interface Circuit {
  /** Whether a call may be made now, of any model that is not closed off. */
  readonly isPassable: boolean;
  /** Whether nothing has failed since the last success. */
  readonly isUntroubled: boolean;
  /** Whether this model is closed off just now. */
  refuses(model: string): boolean;
  /** A call is made: of a circuit that is half open it is the trial, and until its outcome is known no other one passes. */
  enter(model: string): void;
  succeeded(model: string): void;
  /**
   * Opens at once where the upstream asks for rest or refused the key (401 and 403); else when this is the fifth failure
   * in a row, or a trial's.
   */
  failed(retryAfterSeconds: number | undefined, status?: number): void;
  /** The key may not call this model, or there is none: it alone is closed off. */
  refusedModel(model: string): void;
}

/** A circuit, closed. */
export function createCircuit(clock: Pick<Clock, "monotonic">): Circuit {
  let failures = 0;
  /** Until when nothing passes; undefined while it is closed. */
  let openUntil: number | undefined;
  /** Until when nothing passes to a model. */
  const closed = new Map<string, number>();

  function rest(seconds: number): void {
    openUntil = clock.monotonic() + Math.min(seconds, LONGEST_REST_SECONDS) * 1_000;
  }

  return {
    get isPassable() {
      return openUntil === undefined || clock.monotonic() >= openUntil;
    },
    get isUntroubled() {
      return failures === 0 && closed.size === 0;
    },
    refuses: (model) => closed.size > 0 && clock.monotonic() < (closed.get(model) ?? 0),
    enter(model) {
      if (openUntil !== undefined) rest(TRIAL_SECONDS);
      if (closed.has(model)) closed.set(model, clock.monotonic() + TRIAL_SECONDS * 1_000);
    },
    succeeded(model) {
      failures = 0;
      openUntil = undefined;
      if (closed.size > 0) closed.delete(model);
    },
    failed(retryAfterSeconds, status) {
      failures += 1;
      if (retryAfterSeconds !== undefined && retryAfterSeconds > 0) rest(retryAfterSeconds);
      else if (status === 401 || status === 403) rest(REST_SECONDS);
      else if (openUntil !== undefined || failures >= MOST_FAILURES) rest(REST_SECONDS);
    },
    refusedModel(model) {
      // The key itself was taken.
      failures = 0;
      openUntil = undefined;
      const [oldest] = closed.keys();
      if (closed.size >= MOST_CLOSED_MODELS && oldest !== undefined) closed.delete(oldest);
      closed.set(model, clock.monotonic() + REST_SECONDS * 1_000);
    },
  };
}
