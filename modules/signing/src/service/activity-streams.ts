import { type Id, toTypeId } from "@reef/crypto";
import { type DatabaseHandle, listErrors } from "@reef/db";
import {
  type Audience,
  createAudience,
  createNewsLoop,
  createTurns,
  type Follower,
  type LogReading,
} from "@reef/events";
import type { EventStream, PersonCaller, StreamEvent, StreamOpener } from "@reef/http/call";
import { createBell, type Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import type { Activity } from "../contract.ts";
import * as store from "../store/ledger.ts";
import { activityOf } from "./activity.ts";

export interface ActivityStreamDependencies {
  database: DatabaseHandle;
  /** Absent where nobody follows, as in tests of other modules. */
  logger?: Logger | undefined;
  /** Whether the person is still signed in, and still a member of an organization that is not suspended. */
  stillAdmitted(caller: PersonCaller): Promise<boolean>;
}

/** All who follow what happens in their organizations, in this process. */
export interface ActivityStreams {
  /** Opens a stream behind the record at that position, or from now on. @throws list.invalid_cursor */
  open(caller: PersonCaller, lastEventId: string | undefined): Promise<StreamOpener<Activity>>;
  /** This process appended to the organization's ledger; of others a notification tells. */
  wake(organizationId: Id<"org">): void;
  /** Looks for what was appended, once for all who follow an organization. While nobody does, it asks the database nothing. */
  readonly loop: Loop;
}

interface ActivityFollower extends Follower<StreamEvent<Activity>> {
  caller: PersonCaller;
  stream: EventStream<Activity>;
  /** When it was last known that the person may listen, in milliseconds on this process's own clock. */
  admittedAt: number;
}

/** Records that are announced at once, and that a client which is behind gets at once. */
const ANNOUNCED = 50;
/** An answer to whether a person may listen holds for so long: nothing is sent on an older one. */
const ADMITTED_MS = 2_000;
/** A notification may be lost with its connection, and a session may end in silence: both are looked for this often. */
const POLL_MS = 5_000;
/** Followers that are asked about at the same time. */
const ASKED = 10;
/** Streams of the organizations' ledgers over one database. */
export function createActivityStreams(dependencies: ActivityStreamDependencies): ActivityStreams {
  const { database, logger, stillAdmitted } = dependencies;
  const db = database.kysely;
  const bell = createBell();
  const admitAll = createAdmission(stillAdmitted);
  const inTurn = createTurns(1);
  const audiences = new Map<Id<"org">, Audience<StreamEvent<Activity>, ActivityFollower>>();
  /** Organizations with followers whose ledgers may have grown. */
  const grown = new Set<Id<"org">>();
  let polledAt = Number.NEGATIVE_INFINITY;

  function wake(organizationId: Id<"org">): void {
    if (!audiences.has(organizationId)) return;
    grown.add(organizationId);
    bell.ring();
  }

  async function read(organizationId: Id<"org">, position: number): Promise<LogReading<StreamEvent<Activity>>> {
    const records = await store.listNextRecords(db, organizationId, { beyond: position, limit: ANNOUNCED });
    const events = records.map((record) => ({
      position: record.position,
      event: { id: String(record.position), data: activityOf(record) },
    }));
    return { events, end: events.length === ANNOUNCED ? (events.at(-1)?.position ?? null) : null };
  }

  const audienceOf = (organizationId: Id<"org">, end: number) =>
    createAudience<StreamEvent<Activity>, ActivityFollower>(
      {
        readNew: (position) => read(organizationId, position),
        readFor: ({ position }) => read(organizationId, position),
        admit: (followers) => admitAll(followers, ADMITTED_MS),
        inTurn,
        wake: () => wake(organizationId),
        onFailure: (error) => logger?.error({ err: error }, "A stream of activity could not go on."),
      },
      end,
    );

  function join(follower: ActivityFollower, end: number): void {
    const { stream, caller, position } = follower;
    const { organizationId } = caller;
    const audience = audiences.get(organizationId) ?? audienceOf(organizationId, end);
    audiences.set(organizationId, audience);
    stream.mark(String(position));
    audience.join(follower);
    stream.onClose(() => {
      if (audience.followers.size === 0 && audiences.get(organizationId) === audience) audiences.delete(organizationId);
    });
    bell.ring();
  }

  /** Finds what no notification told of: ledgers that grew, and people who may not listen any more. */
  async function poll(): Promise<void> {
    polledAt = performance.now();
    await admitAll(
      [...audiences.values()].flatMap(({ followers }) => [...followers]),
      0,
    );
    for (const [organizationId, position] of await store.listHeads(db, [...audiences.keys()])) {
      if (position > (audiences.get(organizationId)?.announced ?? position)) grown.add(organizationId);
    }
  }

  const untilPoll = () => Math.max(0, polledAt + POLL_MS - performance.now());

  /** A new connection for notifications has missed those before it. */
  function pollNow(): void {
    polledAt = Number.NEGATIVE_INFINITY;
    bell.ring();
  }

  /** Tells all who follow the ledgers that grew. Whoever may have missed something is ended, and comes back behind what it got. */
  async function look(signal: AbortSignal): Promise<void> {
    if (untilPoll() === 0) await poll();
    const due = [...grown];
    grown.clear();
    for (const organizationId of due) {
      const audience = audiences.get(organizationId);
      try {
        await audience?.announceNew(signal);
      } catch (error) {
        for (const { stream } of [...(audience?.followers ?? [])]) stream.end("failed");
        throw error;
      }
    }
  }

  return {
    async open(caller, lastEventId) {
      // The request was admitted before anything here is waited for.
      const admittedAt = performance.now();
      const asked = lastEventId === undefined ? undefined : positionOf(lastEventId);
      // Known before the client hears that it is heard, so that nothing which is done from then on is left out.
      const end = (await store.findHead(db, caller.organizationId)).position;
      const position = Math.min(asked ?? end, end);
      return (stream) => join({ caller, stream, position, admittedAt }, end);
    },
    wake,
    loop: createNewsLoop({
      name: "signing.activity",
      bell,
      isAwaited: () => audiences.size > 0,
      listen: () =>
        database.listen(store.LEDGER_CHANNEL, (uuid) => (uuid === "" ? pollNow() : wake(toTypeId("org", uuid)))),
      look,
      restMs: untilPoll,
    }),
  };
}

/**
 * Asks whether those who follow still may, and ends the streams of those who may not. An answer that is younger than
 * `holdsForMs` is good enough.
 */
function createAdmission(stillAdmitted: ActivityStreamDependencies["stillAdmitted"]) {
  async function admit(follower: ActivityFollower, holdsForMs: number): Promise<void> {
    const asked = performance.now();
    if (!follower.stream.isOpen || asked - follower.admittedAt < holdsForMs) return;
    if (await stillAdmitted(follower.caller)) follower.admittedAt = asked;
    else follower.stream.end("not_admitted");
  }
  return async (followers: readonly ActivityFollower[], holdsForMs: number): Promise<void> => {
    for (let start = 0; start < followers.length; start += ASKED) {
      await Promise.all(followers.slice(start, start + ASKED).map((follower) => admit(follower, holdsForMs)));
    }
  };
}

/** @throws list.invalid_cursor when it is no position of a ledger. */
function positionOf(lastEventId: string): number {
  if (!/^\d{1,15}$/.test(lastEventId)) throw listErrors.invalid_cursor();
  return Number(lastEventId);
}
