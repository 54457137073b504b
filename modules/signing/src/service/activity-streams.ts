import { setImmediate } from "node:timers/promises";
import { type Id, toTypeId } from "@reef/crypto";
import { type DatabaseHandle, listErrors } from "@reef/db";
import type { EventStream, PersonCaller, StreamEvent, StreamOpener } from "@reef/http/call";
import { createBell, type Loop, type LoopContext } from "@reef/supervision";
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

interface Follower {
  caller: PersonCaller;
  stream: EventStream<Activity>;
  /** All up to here was sent. */
  position: number;
  /** When it was last known that the person may listen, in milliseconds on this process's own clock. */
  admittedAt: number;
}

/** The followers of one organization. */
interface Audience {
  organizationId: Id<"org">;
  everybody: Set<Follower>;
  /** Those to whom all is announced as it comes; the others are behind, and read the table until they are not. */
  live: Set<Follower>;
  /** Up to here all was announced to the live ones. */
  announced: number;
}

/** Records that are announced at once, and that a client which is behind gets at once. */
const ANNOUNCED = 50;
/** An answer to whether a person may listen holds for so long: nothing is sent on an older one. */
const ADMITTED_MS = 2_000;
/** A notification may be lost with its connection, and a session may end in silence: both are looked for this often. */
const POLL_MS = 5_000;
/** Between two looks, so that a rush of changes costs few queries. */
const LEAST_PAUSE_MS = 50;
/** How often the loop shows that it lives while nobody follows. */
const IDLE_MS = 30_000;
/** Followers that are asked about at the same time. */
const ASKED = 10;
/** Streams that are written to in one go: more would hold up the event loop. */
const SLICE = 50;

/** Streams of the organizations' ledgers over one database. */
export function createActivityStreams(dependencies: ActivityStreamDependencies): ActivityStreams {
  const { database, logger, stillAdmitted } = dependencies;
  const db = database.kysely;
  const audiences = new Map<Id<"org">, Audience>();
  /** Organizations with followers whose ledgers may have grown. */
  const grown = new Set<Id<"org">>();
  let polledAt = Number.NEGATIVE_INFINITY;
  const bell = createBell();
  /** Clients that are behind read the table one after another: after a restart all come back together. */
  let reading: Promise<unknown> = Promise.resolve();

  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = reading.then(work);
    reading = turn.catch(() => {});
    return turn;
  }

  function wake(organizationId: Id<"org">): void {
    if (!audiences.has(organizationId)) return;
    grown.add(organizationId);
    bell.ring();
  }

  async function read(organizationId: Id<"org">, position: number): Promise<StreamEvent<Activity>[]> {
    const records = await store.listNextRecords(db, organizationId, { beyond: position, limit: ANNOUNCED });
    return records.map((record) => ({ id: String(record.position), data: activityOf(record) }));
  }

  /** Ends the stream of a person who may not listen any more. @returns whether the stream goes on. */
  async function admit(follower: Follower, holdsForMs: number): Promise<boolean> {
    if (!follower.stream.isOpen) return false;
    const asked = performance.now();
    if (asked - follower.admittedAt < holdsForMs) return true;
    if (await stillAdmitted(follower.caller)) follower.admittedAt = asked;
    else follower.stream.end("not_admitted");
    return follower.stream.isOpen;
  }

  async function admitAll(followers: readonly Follower[], holdsForMs: number): Promise<void> {
    for (let start = 0; start < followers.length; start += ASKED) {
      await Promise.all(followers.slice(start, start + ASKED).map((follower) => admit(follower, holdsForMs)));
    }
  }

  /** Sends what is new to the follower. @returns false when it does not take what it was sent. */
  function tell(follower: Follower, event: StreamEvent<Activity>): boolean {
    if (event.data.position <= follower.position) return true;
    follower.position = event.data.position;
    return follower.stream.send(event);
  }

  /** Reads what is new, and tells all who are live. Who joins meanwhile is behind `announced`, and catches up. */
  async function announceNew(audience: Audience, signal: AbortSignal): Promise<void> {
    const { organizationId, live } = audience;
    for (let isMore = true; isMore && !signal.aborted && live.size > 0; ) {
      const events = await read(organizationId, audience.announced);
      isMore = events.length === ANNOUNCED;
      if (events.length > 0) await admitAll([...live], ADMITTED_MS);
      const followers = [...live];
      audience.announced = Math.max(audience.announced, events.at(-1)?.data.position ?? 0);
      for (const [index, follower] of followers.entries()) {
        // Who takes nothing just now reads the rest from the table later, so that nothing is kept for it here.
        if (!events.every((event) => tell(follower, event)) && live.delete(follower)) void catchUp(audience, follower);
        if (index % SLICE === SLICE - 1) await setImmediate();
      }
    }
  }

  /** Sends a client all that it missed, as fast as it takes it; then it is live. */
  async function catchUp(audience: Audience, follower: Follower): Promise<void> {
    const { stream } = follower;
    try {
      for (;;) {
        await stream.drained();
        if (!(await admit(follower, ADMITTED_MS))) return;
        if (follower.position >= audience.announced) return goLive(audience, follower);
        await inTurn(async () => {
          for (const event of await read(audience.organizationId, follower.position)) tell(follower, event);
        });
      }
    } catch (error) {
      logger?.error({ err: error }, "A stream of activity could not go on.");
      stream.end("failed");
    }
  }

  function goLive({ organizationId, live }: Audience, follower: Follower): void {
    if (follower.stream.isOpen) live.add(follower);
    // What was appended while nobody was live waits to be announced.
    wake(organizationId);
  }

  function join(follower: Follower, end: number): void {
    const { stream, caller, position } = follower;
    const { organizationId } = caller;
    const audience = audiences.get(organizationId) ?? {
      organizationId,
      everybody: new Set<Follower>(),
      live: new Set<Follower>(),
      announced: end,
    };
    audiences.set(organizationId, audience);
    audience.everybody.add(follower);
    stream.onClose(() => {
      audience.live.delete(follower);
      audience.everybody.delete(follower);
      if (audience.everybody.size === 0) audiences.delete(organizationId);
    });
    stream.mark(String(position));
    if (position >= audience.announced) goLive(audience, follower);
    else void catchUp(audience, follower);
    bell.ring();
  }

  /** Finds what no notification told of: ledgers that grew, and people who may not listen any more. */
  async function poll(): Promise<void> {
    polledAt = performance.now();
    const followers = [...audiences.values()].flatMap(({ everybody }) => [...everybody]);
    await admitAll(followers, 0);
    for (const [organizationId, position] of await store.listHeads(db, [...audiences.keys()])) {
      if (position > (audiences.get(organizationId)?.announced ?? position)) grown.add(organizationId);
    }
  }

  /** Tells all who follow the ledgers that grew. Whoever may have missed something is ended, and comes back behind what it got. */
  async function announceGrown(signal: AbortSignal): Promise<void> {
    const due = [...grown];
    grown.clear();
    for (const organizationId of due) {
      const audience = audiences.get(organizationId);
      if (audience === undefined) continue;
      try {
        await announceNew(audience, signal);
      } catch (error) {
        for (const { stream } of [...audience.everybody]) stream.end("failed");
        throw error;
      }
    }
  }

  async function run({ signal, beat, sleep }: LoopContext): Promise<void> {
    let notifications: { close(): Promise<void> } | undefined;
    signal.addEventListener("abort", bell.ring, { once: true });
    try {
      while (!signal.aborted) {
        bell.clear();
        beat();
        if (audiences.size > 0) {
          notifications ??= await database.listen(store.LEDGER_CHANNEL, (uuid) =>
            uuid === "" ? pollNow() : wake(toTypeId("org", uuid)),
          );
          if (untilPoll() === 0) await poll();
          await announceGrown(signal);
          await sleep(LEAST_PAUSE_MS);
          await bell.rest(untilPoll());
        } else {
          grown.clear();
          await notifications?.close();
          notifications = undefined;
          await bell.rest(IDLE_MS);
        }
      }
    } finally {
      signal.removeEventListener("abort", bell.ring);
      await notifications?.close();
    }
  }

  const untilPoll = () => Math.max(0, polledAt + POLL_MS - performance.now());

  /** A new connection for notifications has missed those before it. */
  function pollNow(): void {
    polledAt = Number.NEGATIVE_INFINITY;
    bell.ring();
  }

  return {
    async open(caller, lastEventId) {
      const asked = lastEventId === undefined ? undefined : positionOf(lastEventId);
      // Known before the client hears that it is heard, so that nothing which is done from then on is left out.
      const end = (await store.findHead(db, caller.organizationId)).position;
      const position = Math.min(asked ?? end, end);
      return (stream) => join({ caller, stream, position, admittedAt: performance.now() }, end);
    },
    wake,
    loop: { name: "signing.activity", stallSeconds: 120, run },
  };
}

/** @throws list.invalid_cursor when it is no position of a ledger. */
function positionOf(lastEventId: string): number {
  if (!/^\d{1,15}$/.test(lastEventId)) throw listErrors.invalid_cursor();
  return Number(lastEventId);
}
