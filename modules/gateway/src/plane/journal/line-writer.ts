import type { Segment } from "./segment.ts";
import type { Segments } from "./segments.ts";

/** Writes lines in groups: all of one turn of the event loop by one write, since each write costs as much as many lines. */
export interface LineWriter {
  /**
   * Adds a line to this turn's group. `onWritten` is called when it stands in a file.
   *
   * @returns resolves when it survives what it is to survive; one promise for the whole group. Rejects with the system's error
   * when the group could not be written: then none of it stands anywhere, unless `onWritten` was called.
   */
  add(line: string, onWritten: (segment: Segment) => void): Promise<void>;
  /** Writes what was added in this turn, at once. */
  flush(): void;
  /** Resolves when everything that was written is as safe as it gets. */
  settled(): Promise<void>;
}

interface Group {
  lines: string[];
  onWritten: ((segment: Segment) => void)[];
  done: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

function newGroup(): Group {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Whoever added a line hears of it; the group's own promise may have no listener when all of them only noted progress.
  promise.catch(() => {});
  return { lines: [], onWritten: [], done: promise, resolve, reject };
}

/**
 * A writer of lines. Writes are synchronous: for groups of some kilobytes that takes a few microseconds, and a thread's
 * answer takes longer. With `isDurable` a group resolves after the disk has it: one sync at a time, for all groups that were
 * written before it.
 */
export function createLineWriter(segments: Segments, isDurable: boolean): LineWriter {
  let group: Group | undefined;
  let unsynced: Group[] = [];
  let unsyncedIn = new Set<Segment>();
  let syncing: Promise<void> | undefined;

  function flush(): void {
    const due = group;
    if (due === undefined) return;
    group = undefined;
    let segment: Segment | undefined;
    try {
      segment = segments.current();
      segment.write(Buffer.from(due.lines.join("")));
    } catch (error) {
      // The next group goes to another file, and this one is deleted as soon as its calls are over: that makes room.
      if (segment !== undefined && segment.bytes > 0) segments.seal();
      due.reject(error);
      return;
    }
    for (const follow of due.onWritten) follow(segment);
    if (!isDurable) {
      due.resolve();
      return;
    }
    unsynced.push(due);
    unsyncedIn.add(segment);
    syncing ??= syncAll();
  }

  async function syncAll(): Promise<void> {
    while (unsynced.length > 0) {
      const groups = unsynced;
      const files = unsyncedIn;
      unsynced = [];
      unsyncedIn = new Set();
      try {
        await Promise.all(Array.from(files, (segment) => segment.sync()));
        for (const { resolve } of groups) resolve();
      } catch (error) {
        // What the system failed to sync once it may report as synced the next time: nothing more goes to that file.
        segments.seal();
        for (const { reject } of groups) reject(error);
      }
    }
    syncing = undefined;
  }

  return {
    add(line, onWritten) {
      if (group === undefined) {
        group = newGroup();
        setImmediate(flush);
      }
      group.lines.push(line);
      group.onWritten.push(onWritten);
      return group.done;
    },
    flush,
    async settled() {
      flush();
      await syncing;
    },
  };
}
