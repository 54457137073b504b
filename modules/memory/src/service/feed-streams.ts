import type { Cursors, DatabaseHandle } from "@reef/db";
import {
  type Audience,
  createAudience,
  createNewsLoop,
  createTurns,
  type Follower,
  type LogReading,
} from "@reef/events";
import type { EventStream, StreamEvent, StreamOpener } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import { createBell, type Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import type { FeedItem } from "../contract.ts";
import * as store from "../store/feed.ts";
import { toFeedItems } from "./feed-items.ts";

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

interface FeedFollower extends Follower<StreamEvent<FeedItem>> {
  stream: EventStream<FeedItem>;
  filter: store.FeedFilter;
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
/** Streams of the feed over one database. */
export function createFeedStreams({ database, cursors, identity, logger }: FeedStreamDependencies): FeedStreams {
  const db = database.kysely;
  const bell = createBell();
  const inTurn = createTurns(READERS);
  /** Undefined while nobody follows. */
  let audience: Audience<StreamEvent<FeedItem>, FeedFollower> | undefined;

  const idAt = (position: number): string => cursors.encode(CURSOR, [position]);

  /** What was published behind a position. */
  async function read(
    span: Pick<store.FeedSpan, "from" | "limit" | "most">,
    filter: store.FeedFilter,
  ): Promise<LogReading<StreamEvent<FeedItem>>> {
    const { found, end } = await store.readFeed(db, { ...span, direction: "newer" }, filter);
    const items = await toFeedItems(db, identity, found);
    const events = found.flatMap(({ position }, index) => {
      const data = items[index];
      return data === undefined ? [] : [{ position, event: { id: idAt(position), data } }];
    });
    return { events, end };
  }

  const audienceFrom = (end: number) =>
    createAudience<StreamEvent<FeedItem>, FeedFollower>(
      {
        readNew: (from) => read({ from, limit: ANNOUNCED, most: ANNOUNCED }, { includeSuspicious: true }),
        readFor: ({ position, filter }) => read({ from: position, limit: CAUGHT_UP, most: LOOKED_AT }, filter),
        isFor: ({ data }, { filter }) => fits(data, filter),
        inTurn,
        wake: bell.ring,
        onFailure: (error) => logger.error({ err: error }, "A stream of the feed could not go on."),
      },
      end,
    );

  function join(follower: FeedFollower, end: number): void {
    const joined = audience ?? audienceFrom(end);
    audience = joined;
    follower.stream.mark(idAt(follower.position));
    joined.join(follower);
    follower.stream.onClose(() => {
      if (joined.followers.size === 0 && audience === joined) audience = undefined;
    });
  }

  return {
    async open(filter, lastEventId) {
      const asked = lastEventId === undefined ? undefined : Number(cursors.decode(CURSOR, lastEventId)[0]);
      // Known before the client hears that it is heard, so that nothing which is published from then on is left out.
      const end = audience?.announced ?? (await store.getFeedEnd(db));
      return (stream) => join({ stream, filter, position: asked ?? end }, end);
    },
    wake: bell.ring,
    loop: createNewsLoop({
      name: "memory.feed",
      bell,
      isAwaited: () => audience !== undefined,
      listen: () => database.listen(store.FEED_CHANNEL, bell.ring),
      look: async (signal) => audience?.announceNew(signal),
      restMs: () => POLL_MS,
    }),
  };
}

const fits = (item: FeedItem, { tag, includeSuspicious }: store.FeedFilter): boolean =>
  (includeSuspicious || !item.injectionRisk) && (tag === undefined || item.tags.includes(tag));
