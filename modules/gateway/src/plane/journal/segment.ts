import { closeSync, fdatasync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import type { BegunCall, EndedCall } from "../call.ts";

/** Writes bytes to an open file and tells how many it took; the system's own unless a test breaks it. */
export type WriteBytes = (file: number, bytes: Uint8Array, offset: number) => number;

/** One file of the journal. Lines are only ever added to it, and it is deleted as a whole. */
export interface Segment {
  readonly path: string;
  readonly openedAt: number;
  readonly bytes: number;
  /** Calls that began here, or whose latest progress stands here, and that have not ended. */
  readonly open: Set<JournalCall>;
  /** Calls that began or ended here, have ended, wait in memory, and are not in the database yet; those that do both count twice. */
  pending: number;
  /** The same, of calls that wait on the disk alone. */
  spilled: number;
  readonly isSealed: boolean;
  /** Adds lines: all of them or none. @throws the system's error, such as ENOSPC */
  write(lines: Uint8Array): void;
  /** Resolves when all that was written survives a loss of power. */
  sync(): Promise<void>;
  /** Nothing is written to it any more. */
  seal(): void;
  /** Whether no call needs it. */
  isNeeded(): boolean;
  delete(): Promise<void>;
}

/** A call as this process's journal knows it: where its lines stand, until it is in the database. */
export interface JournalCall {
  readonly begun: BegunCall;
  /** Undefined until it is over. */
  ended: EndedCall | undefined;
  begunIn: Segment | undefined;
  progressIn: Segment | undefined;
  endedIn: Segment | undefined;
  /** Tokens delivered as last noted, and when that was written, in milliseconds since 1970. */
  outputTokens: number;
  notedAt: number;
  /** Whether it is being written anew to another segment. */
  isCarried: boolean;
  /** Whether it waits in memory for the database. */
  isWaiting: boolean;
  isShipped: boolean;
}

/** The name of the segment with this number, so that names sort as they were written. */
const segmentName = (number: number): string => `${String(number).padStart(6, "0")}.log`;

/** Whether a file is a segment. */
export const isSegment = (name: string): boolean => /^\d{6,}\.log$/.test(name);

export interface SegmentOptions {
  folder: string;
  number: number;
  now: number;
  /** Whether what is written must survive a loss of power: then the folder is synced too, and each write by {@link Segment.sync}. */
  isDurable: boolean;
  writeBytes: WriteBytes | undefined;
}

/** Creates the file, readable for this user alone. @throws the system's error */
export function createSegment({ folder, number, now, isDurable, writeBytes = defaultWrite }: SegmentOptions): Segment {
  const path = join(folder, segmentName(number));
  // Each write goes to the end of the file, wherever one stopped of which nothing was to stay.
  const file = openSync(path, "ax", 0o600);
  if (isDurable) syncFolder(folder);
  let bytes = 0;
  let isSealed = false;
  let syncing = 0;
  let isUnsynced = false;
  let isClosed = false;

  function closeWhenDone(): void {
    if (!isSealed || isUnsynced || syncing > 0 || isClosed) return;
    isClosed = true;
    closeSync(file);
  }

  return {
    path,
    openedAt: now,
    get bytes() {
      return bytes;
    },
    open: new Set(),
    pending: 0,
    spilled: 0,
    get isSealed() {
      return isSealed;
    },
    write(lines) {
      let offset = 0;
      try {
        while (offset < lines.length) offset += writeBytes(file, lines, offset);
      } catch (error) {
        // Half a group must not stay: its calls are told that they are not on record.
        if (offset > 0) ftruncateSync(file, bytes);
        throw error;
      }
      bytes += lines.length;
      isUnsynced = isDurable;
    },
    sync() {
      isUnsynced = false;
      syncing += 1;
      return new Promise((resolve, reject) => {
        fdatasync(file, (error) => {
          syncing -= 1;
          closeWhenDone();
          if (error === null) resolve();
          else reject(error);
        });
      });
    },
    seal() {
      isSealed = true;
      closeWhenDone();
    },
    isNeeded() {
      return !isSealed || this.open.size > 0 || this.pending > 0 || this.spilled > 0;
    },
    delete: () => unlink(path),
  };
}

const defaultWrite: WriteBytes = (file, bytes, offset) => writeSync(file, bytes, offset);

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
