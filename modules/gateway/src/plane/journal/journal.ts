import { join } from "node:path";
import { type Bell, createBell } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import type { EndedCall } from "../call.ts";
import type { Journal } from "../parts.ts";
import { createBeginLines } from "./begin-lines.ts";
import type { Durability } from "./config.ts";
import { newCall, unpin } from "./journal-call.ts";
import { createLineWriter } from "./line-writer.ts";
import { ensureOwner, removeOwn } from "./owner.ts";
import { endedLineOf, lineOf } from "./record.ts";
import { JournalRefusal } from "./refusal.ts";
import type { JournalCall, Segment, WriteBytes } from "./segment.ts";
import { createSegments } from "./segments.ts";
import { createUnwritten } from "./unwritten.ts";
import type { UsageRecord } from "./usage-event.ts";

export interface JournalOptions {
  /** Where the journals of all processes that share a disk lie, each in a folder of its own. */
  root: string;
  /** UUID of this process, by which it also holds slices of budgets. */
  processId: string;
  durability: Durability;
  /** What the journal may take on the disk; beyond it no call begins. */
  mostBytes: number;
  logger: Logger;
  now?: () => number;
  segmentBytes?: number;
  segmentMs?: number;
  /** Ended calls that wait for the database in memory; more of them wait on the disk alone. */
  mostWaiting?: number;
  writeBytes?: WriteBytes;
}

const MEBIBYTE = 1_048_576;
/** Progress is noted so often, and first after so long: most calls are over before. */
const PROGRESS_MS = 1_000;
/** Calls that are open for longer than this are written anew, so that they do not hold up the deletion of old files. */
const CARRY_MS = 30_000;
/** Calls that are written anew at a time: what takes about a millisecond. */
const CARRIED_AT_ONCE = 500;
/** From so many on, the shipper does not rest. */
const MANY = 1_000;

/** A process's own journal, as its shipper sees it too. */
export interface LocalJournal extends Journal {
  readonly folder: string;
  readonly processId: string;
  /** Rings when many ended calls wait for the database. */
  readonly bell: Bell;
  /** The ended calls that have waited longest, so many at most. They stay until they are {@link shipped}. */
  peek(limit: number): UsageRecord[];
  /** So many of those that waited longest are in the database. */
  shipped(count: number): void;
  /**
   * The files in which ended calls stand that wait on the disk alone, and what to call when all of these are in the database;
   * undefined where there are none.
   */
  spilled(): { paths: string[]; shipped(): void } | undefined;
  /** Deletes files that nobody needs, and writes calls anew that hold up others. To be called every second or so. */
  tend(): void;
  counts(): JournalCounts;
  /**
   * Takes no more calls, and resolves when all is written and what is not needed is gone. `release` is called when all of its
   * calls are in the database, before its folder goes: where it rejects, the next process adopts the folder and does the same.
   *
   * @returns whether all of its calls are in the database; if not, the next process adopts what is left.
   */
  close(release?: () => Promise<void>): Promise<boolean>;
}

interface JournalCounts {
  /** Calls that have begun and not ended. */
  open: number;
  /** Ended calls that wait for the database, in memory. */
  waiting: number;
  bytes: number;
}

/** Opens a journal in a folder of its own, which nobody but this user can read. @throws the system's error */
export function createJournal(options: JournalOptions): LocalJournal {
  const { root, processId, durability, mostBytes, logger, now = Date.now, mostWaiting = 20_000 } = options;
  const { segmentBytes = 8 * MEBIBYTE, segmentMs = 5_000, writeBytes } = options;
  const folder = join(root, processId);
  const isDurable = durability === "disk";
  ensureOwner(folder);
  const files = { folder, logger, now, isDurable, segmentBytes, segmentMs, writeBytes };
  const segments = createSegments(files);
  const lines = createLineWriter(segments, isDurable);
  const unwritten = createUnwritten({ logger, write: writeEnd });
  const bell = createBell();
  const beginLineOf = createBeginLines();
  const openCalls = new Map<string, JournalCall>();
  const waiting: JournalCall[] = [];
  let isClosed = false;

  function refuse(): JournalRefusal | undefined {
    if (isClosed) return new JournalRefusal("closed");
    if (unwritten.isBlocked()) return new JournalRefusal("unwritable");
    return segments.bytes() > mostBytes ? new JournalRefusal("full") : undefined;
  }

  function wait(call: JournalCall): void {
    if (call.isWaiting) return;
    call.isWaiting = true;
    waiting.push(call);
    if (waiting.length === MANY) bell.ring();
  }

  /** Puts an ended call's line into the group of this turn. Rejects with the system's error. */
  function writeEnd(call: JournalCall, ended: EndedCall): Promise<void> {
    return lines.add(lineOf({ e: endedLineOf(call.begun, ended) }), (segment) => {
      if (call.endedIn !== undefined || call.isShipped) return;
      call.endedIn = segment;
      unpin(call);
      const count = !call.isWaiting && waiting.length >= mostWaiting ? "spilled" : "pending";
      for (const file of [call.begunIn, segment]) if (file !== undefined) file[count] += 1;
      if (count === "pending") wait(call);
    });
  }

  function carry(call: JournalCall): void {
    call.isCarried = true;
    const { begun, outputTokens, begunIn: from, progressIn: progressFrom } = call;
    const progress = outputTokens > 0 ? lineOf({ p: [begun.id, outputTokens, call.notedAt] }) : "";
    let to: Segment | undefined;
    const written = lines.add(beginLineOf(begun) + progress, (segment) => {
      to = segment;
      segment.open.add(call);
    });
    const follow = () => {
      call.isCarried = false;
      if (to === undefined) return;
      if (call.ended !== undefined) {
        to.open.delete(call);
        return;
      }
      from?.open.delete(call);
      call.begunIn = to;
      if (call.progressIn === progressFrom) {
        progressFrom?.open.delete(call);
        call.progressIn = to;
      }
      to.open.add(call);
    };
    written.then(follow, (error) => {
      call.isCarried = false;
      if (to !== call.progressIn) to?.open.delete(call);
      logger.warn({ err: error }, "The gateway's journal cannot be written.");
    });
  }

  return {
    folder,
    processId,
    bell,

    async begin(begun) {
      const refusal = refuse();
      if (refusal !== undefined) throw refusal;
      const call = newCall(begun, now());
      const written = lines.add(beginLineOf(begun), (segment) => {
        call.begunIn = segment;
        segment.open.add(call);
      });
      try {
        await written;
      } catch (cause) {
        unpin(call);
        unwritten.block(cause);
        throw new JournalRefusal("unwritable", cause);
      }
      openCalls.set(begun.id, call);
    },

    progress(id, outputTokens) {
      const call = openCalls.get(id);
      if (call === undefined || outputTokens <= call.outputTokens) return;
      const at = now();
      if (at - call.notedAt < PROGRESS_MS) return;
      call.notedAt = at;
      call.outputTokens = outputTokens;
      // It is worth no fuss where it fails: the next one is due in a second.
      lines
        .add(lineOf({ p: [id, outputTokens, at] }), (segment) => {
          if (call.ended !== undefined) return;
          if (call.progressIn !== call.begunIn) call.progressIn?.open.delete(call);
          call.progressIn = segment;
          segment.open.add(call);
        })
        .catch(() => {});
    },

    async end(ended) {
      const call = openCalls.get(ended.id);
      if (call === undefined) throw new Error("A call was ended that is not on record as begun, or was ended before.");
      openCalls.delete(ended.id);
      call.ended = ended;
      try {
        await writeEnd(call, ended);
      } catch (cause) {
        wait(call);
        bell.ring();
        await unwritten.add(call, ended, cause);
      }
    },

    peek: (limit) =>
      waiting.slice(0, limit).flatMap(({ begun, ended }) => (ended === undefined ? [] : [{ begun, ended }])),

    shipped(count) {
      for (const call of waiting.splice(0, count)) {
        call.isShipped = true;
        unpin(call);
        unwritten.delete(call);
        if (call.endedIn === undefined) continue;
        call.endedIn.pending -= 1;
        if (call.begunIn !== undefined) call.begunIn.pending -= 1;
      }
    },

    spilled() {
      if (!segments.list().some(({ spilled }) => spilled > 0)) return undefined;
      // What is spilled from now on ends in a later file, and is not counted here.
      segments.seal();
      const files = segments.list().map((segment) => ({ segment, count: segment.spilled }));
      return {
        paths: files.map(({ segment }) => segment.path),
        shipped() {
          for (const { segment, count } of files) segment.spilled -= count;
        },
      };
    },

    tend() {
      segments.tend();
      const before = now() - CARRY_MS;
      let carried = 0;
      for (const segment of segments.list()) {
        if (!segment.isSealed || segment.openedAt > before || segment.pending + segment.spilled > 0) continue;
        for (const call of segment.open) {
          // Until the disk has what was written anew, it stays where it was: another copy would keep another file.
          if (call.ended !== undefined || call.isCarried) continue;
          carry(call);
          carried += 1;
          if (carried === CARRIED_AT_ONCE) return;
        }
      }
    },

    counts: () => ({ open: openCalls.size, waiting: waiting.length, bytes: segments.bytes() }),

    async close(release) {
      isClosed = true;
      unwritten.close();
      await lines.settled();
      segments.seal();
      segments.tend();
      await segments.settled();
      const isEmpty = segments.list().length === 0 && waiting.length === 0;
      if (!isEmpty) return false;
      await release?.();
      await removeOwn(folder);
      return true;
    },
  };
}
