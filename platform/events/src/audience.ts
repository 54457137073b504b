import { setImmediate } from "node:timers/promises";
import type { createTurns } from "./turns.ts";

/** An event with its place in the log that it stands in. */
export interface PlacedEvent<Event> {
  position: number;
  event: Event;
}

/** What was read of a log, in its order. */
export interface LogReading<Event> {
  events: readonly PlacedEvent<Event>[];
  /** Up to where it was read; null when it was read to its end. */
  end: number | null;
}

/** By what a follower is sent events; `EventStream` of `@reef/http` is one. */
export interface FollowerStream<Event> {
  /** @returns false when the follower does not take what it was sent: then wait for `drained` before sending more. */
  send(event: Event): boolean;
  drained(): Promise<void>;
  onClose(follow: () => void): void;
  readonly isOpen: boolean;
  end(reason: "failed"): void;
}

/** Somebody who is told what comes into a log. */
export interface Follower<Event> {
  stream: FollowerStream<Event>;
  /** All up to here was sent, or is not for this one. */
  position: number;
}

/** A numbered log, as its followers are told of it. */
export interface FollowedLog<Event, Who extends Follower<Event>> {
  /** What stands behind a position, once for all who follow. */
  readNew(position: number): Promise<LogReading<Event>>;
  /** What stands next for a follower who is behind. */
  readFor(follower: Who): Promise<LogReading<Event>>;
  /** Takes turns of reading for those who are behind: after a restart all come back together. */
  inTurn: ReturnType<typeof createTurns>;
  /** Whether an event is one that the follower asked for; without it each is. */
  isFor?(event: Event, follower: Who): boolean;
  /** Ends the streams of those who may not follow any more, before anything is sent to them. */
  admit?(followers: readonly Who[]): Promise<void>;
  /** Somebody is live; what came while nobody was has to be announced now. */
  wake(): void;
  /** A follower's stream was ended because the log could not be read for it. */
  onFailure(error: unknown): void;
}

/** All who follow one log in this process: each event is read and made once, however many get it. */
export interface Audience<Event, Who extends Follower<Event>> {
  readonly followers: ReadonlySet<Who>;
  /** Up to here all was announced to those who are live. */
  readonly announced: number;
  /** Tells the follower all behind its position, and then all that comes, until its stream is over. */
  join(follower: Who): void;
  /** Reads what is new, and tells all who are live. */
  announceNew(signal: AbortSignal): Promise<void>;
}

/** Followers that are written to in one go: more would hold up the event loop. */
const SLICE = 50;

/** The audience of a log that ends at a position just now. */
export function createAudience<Event, Who extends Follower<Event>>(
  log: FollowedLog<Event, Who>,
  end: number,
): Audience<Event, Who> {
  const followers = new Set<Who>();
  /** Those to whom all is announced as it comes; the others are behind, and read the log until they are not. */
  const live = new Set<Who>();
  let announced = end;

  /** Sends what is new to the follower, and for it. @returns false when it does not take what it was sent. */
  function tell(follower: Who, { position, event }: PlacedEvent<Event>): boolean {
    if (position <= follower.position) return true;
    follower.position = position;
    return log.isFor?.(event, follower) === false || follower.stream.send(event);
  }

  /** Sends a follower all that it missed, as fast as it takes it; then it is live. */
  async function catchUp(follower: Who): Promise<void> {
    const { stream } = follower;
    try {
      for (;;) {
        await stream.drained();
        await log.admit?.([follower]);
        if (!stream.isOpen) return;
        if (follower.position >= announced) return goLive(follower);
        await log.inTurn(async () => {
          // The log holds all of this now; what is announced while it is read may be missing from what was read.
          const known = announced;
          const reading = await log.readFor(follower);
          for (const event of reading.events) tell(follower, event);
          follower.position = Math.max(follower.position, reading.end ?? known);
        });
      }
    } catch (error) {
      log.onFailure(error);
      stream.end("failed");
    }
  }

  function goLive(follower: Who): void {
    live.add(follower);
    log.wake();
  }

  return {
    followers,
    get announced() {
      return announced;
    },
    join(follower) {
      followers.add(follower);
      follower.stream.onClose(() => {
        live.delete(follower);
        followers.delete(follower);
      });
      if (follower.position >= announced) goLive(follower);
      else void catchUp(follower);
    },
    async announceNew(signal) {
      for (let isMore = true; isMore && !signal.aborted && live.size > 0; ) {
        const { events, end: readTo } = await log.readNew(announced);
        isMore = readTo !== null;
        if (events.length > 0) await log.admit?.([...live]);
        // Who joins from here on is behind, and catches up.
        const told = [...live];
        announced = Math.max(announced, readTo ?? events.at(-1)?.position ?? 0);
        for (const [index, follower] of told.entries()) {
          // Who takes nothing just now reads the rest from the log later, so that nothing is kept for it here.
          if (!events.every((event) => tell(follower, event)) && live.delete(follower)) void catchUp(follower);
          if (index % SLICE === SLICE - 1) await setImmediate();
        }
      }
    },
  };
}
