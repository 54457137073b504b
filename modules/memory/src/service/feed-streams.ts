import { setImmediate } from "node:timers/promises";
import type { Cursors, DatabaseHandle } from "@reef/db";
import type { EventStream, StreamEvent, StreamOpener } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import { createBell, type Loop, type LoopContext } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import type { FeedItem } from "../contract.ts";
import * as store from "../store/feed.ts";
import { toFeedItems } from "./feed-items.ts";
import { createTurns } from "./turns.ts";

export interface FeedStreamDependencies {
  database: DatabaseHandle;
  cursors: Cursors;
  identity: Pick<IdentityApi, "listAgentsById">;
  logger: Logger;
}

/** All who follow the feed in this process. */
export interface FeedStreams {
  /** Opens a stream behind the event with the id, or from now on. @throws list.invalid_cursor */
  open(filter: store.FeedFilter, lastEventId: string | undefined): Promise<StreamOpener<FeedItem>>;
  /** Something was published by this process; of others a notification tells. */
  wake(): void;
  /** Looks for what was published, once for all who follow. While nobody does, it asks the database nothing. */
  readonly loop: Loop;
}

interface Follower {
  stream: EventStream<FeedItem>;
  filter: store.FeedFilter;
  /** All up to here was sent, or does not fit. */
  position: number;
}

/** A publication that is ready to be sent: made once, however many get it. */
interface Announcement {
  position: number;
  item: FeedItem;
  event: StreamEvent<FeedItem>;
}

const CURSOR = "memory.feed.stream";
/** Publications that are announced at once. */
const ANNOUNCED = 50;
/** Publications that a client which is behind gets at once, and that are looked at for them. */
const CAUGHT_UP = 10;
const LOOKED_AT = 400;
/** Clients for which the table is read at the same time: after a restart all come back together. */
const READERS = 4;
/** A notification may be lost with its connection, so it is looked for without one this often. */
const POLL_MS = 5_000;
/** Between two looks, so that a rush of publications costs few queries. */
const LEAST_PAUSE_MS = 50;
/** How often the loop shows that it lives while nobody follows. */
const IDLE_MS = 30_000;
/** Streams that are written to in one go: more would hold up the event loop. */
const SLICE = 50;

/** Streams of the feed over one database. */
export function createFeedStreams({ database, cursors, identity, logger }: FeedStreamDependencies): FeedStreams {
  const db = database.kysely;
  const inTurn = createTurns(READERS);
  /** Those to whom all is announced as it comes; the others are behind, and read the table until they are not. */
  const live = new Set<Follower>();
  let following = 0;
  /** Up to here all was announced to the live ones; undefined while nobody follows. */
  let announced: number | undefined;
  const { ring: wake, clear, rest } = createBell();

  const idAt = (position: number): string => cursors.encode(CURSOR, [position]);

  async function read(span: store.FeedSpan, filter: store.FeedFilter) {
    const { found, end } = await store.readFeed(db, span, filter);
    const items = await toFeedItems(db, identity, found);
    const announcements = found.flatMap(({ position }, index): Announcement[] => {
      const item = items[index];
      return item === undefined ? [] : [{ position, item, event: { id: idAt(position), data: item } }];
    });
    return { announcements, end };
  }

  /** Sends what fits and is new to the follower. @returns false when it does not take what it was sent. */
  function tell(follower: Follower, { position, item, event }: Announcement): boolean {
    if (position <= follower.position) return true;
    follower.position = position;
    return !fits(item, follower.filter) || follower.stream.send(event);
  }

  /** Reads what is new, and tells all who are live. Who joins meanwhile is behind `announced`, and catches up. */
  async function announceNew(signal: AbortSignal): Promise<void> {
    for (let isMore = true; isMore && !signal.aborted && live.size > 0 && announced !== undefined; ) {
      const span = { from: announced, direction: "newer", limit: ANNOUNCED, most: ANNOUNCED } as const;
      const { announcements, end } = await read(span, { includeSuspicious: true });
      isMore = end !== null;
      const followers = [...live];
      announced = Math.max(announced, end ?? announcements.at(-1)?.position ?? 0);
      for (const [index, follower] of followers.entries()) {
        // Who takes nothing just now reads the rest from the table later, so that nothing is kept for it here.
        if (!announcements.every((announcement) => tell(follower, announcement)) && live.delete(follower)) {
          void catchUp(follower);
        }
        if (index % SLICE === SLICE - 1) await setImmediate();
      }
    }
  }

  /** Sends a client all that it missed, as fast as it takes it; then it is live. */
  async function catchUp(follower: Follower): Promise<void> {
    const { stream, filter } = follower;
    try {
      await stream.drained();
      while (stream.isOpen && follower.position < (announced ?? 0)) {
        await inTurn(async () => {
          // The table holds all of this now; what is announced while it is read may be missing from the answer.
          const known = announced ?? 0;
          const span = { from: follower.position, direction: "newer", limit: CAUGHT_UP, most: LOOKED_AT } as const;
          const { announcements, end } = await read(span, filter);
          for (const announcement of announcements) tell(follower, announcement);
          follower.position = Math.max(follower.position, end ?? known);
        });
        await stream.drained();
      }
      goLive(follower);
    } catch (error) {
      logger.error({ err: error }, "A stream of the feed could not go on.");
      stream.end("failed");
    }
  }

  function goLive(follower: Follower): void {
    if (follower.stream.isOpen) live.add(follower);
    // What was published while nobody was live waits to be announced.
    wake();
  }

  function join(follower: Follower, end: number): void {
    const { stream, position } = follower;
    following += 1;
    announced ??= end;
    stream.onClose(() => {
      following -= 1;
      live.delete(follower);
    });
    stream.mark(idAt(position));
    if (position >= announced) goLive(follower);
    else void catchUp(follower);
  }

  async function run({ signal, beat, sleep }: LoopContext): Promise<void> {
    let notifications: { close(): Promise<void> } | undefined;
    signal.addEventListener("abort", wake, { once: true });
    try {
      while (!signal.aborted) {
        clear();
        beat();
        if (following > 0) {
          notifications ??= await database.listen(store.FEED_CHANNEL, wake);
          await announceNew(signal);
          await sleep(LEAST_PAUSE_MS);
          await rest(POLL_MS);
        } else {
          announced = undefined;
          await notifications?.close();
          notifications = undefined;
          await rest(IDLE_MS);
        }
      }
    } finally {
      signal.removeEventListener("abort", wake);
      await notifications?.close();
    }
  }

  return {
    async open(filter, lastEventId) {
      const asked = lastEventId === undefined ? undefined : Number(cursors.decode(CURSOR, lastEventId)[0]);
      // Known before the client hears that it is heard, so that nothing which is published from then on is left out.
      const end = announced ?? (await store.getFeedEnd(db));
      return (stream) => join({ stream, filter, position: asked ?? end }, end);
    },
    wake,
    loop: { name: "memory.feed", stallSeconds: 120, run },
  };
}

const fits = (item: FeedItem, { tag, includeSuspicious }: store.FeedFilter): boolean =>
  (includeSuspicious || !item.injectionRisk) && (tag === undefined || item.tags.includes(tag));
