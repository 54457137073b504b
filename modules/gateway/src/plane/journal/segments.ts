import type { Logger } from "@reef/telemetry";
import { ensureOwner } from "./owner.ts";
import { createSegment, type Segment, type WriteBytes } from "./segment.ts";

export interface SegmentsOptions {
  folder: string;
  logger: Logger;
  now(): number;
  /** Whether what is written must survive a loss of power. */
  isDurable: boolean;
  /** A segment of this size or age gets no more lines. */
  segmentBytes: number;
  segmentMs: number;
  writeBytes: WriteBytes | undefined;
}

/** The files of one process's journal. */
export interface Segments {
  /** Where the next lines go. @throws the system's error when no file can be made */
  current(): Segment;
  /** Nothing more goes to the current one. */
  seal(): void;
  /** Seals the current one when it is due, and deletes those that no call needs. */
  tend(): void;
  /** All that were not deleted, oldest first. */
  list(): readonly Segment[];
  /** What they all take on the disk. */
  bytes(): number;
  /** Resolves when all files that no call needs are gone. */
  settled(): Promise<void>;
}

/** Opens a journal's files, the first with the first line. */
export function createSegments(options: SegmentsOptions): Segments {
  const { folder, logger, now, isDurable, segmentBytes, segmentMs, writeBytes } = options;
  let all: Segment[] = [];
  let current: Segment | undefined;
  let lastNumber = 0;
  let sealedBytes = 0;
  const deletions = new Set<Promise<void>>();

  const isDue = ({ bytes, openedAt }: Segment): boolean =>
    bytes > 0 && (bytes >= segmentBytes || now() - openedAt >= segmentMs);

  function seal(): void {
    if (current === undefined) return;
    current.seal();
    sealedBytes += current.bytes;
    current = undefined;
  }

  function remove(segment: Segment): void {
    sealedBytes -= segment.bytes;
    const deletion = segment
      .delete()
      .catch((error: NodeJS.ErrnoException) => {
        // Gone with its folder, when another process took it: then it has counted what stands in it.
        if (error.code !== "ENOENT") logger.error({ err: error }, "A file of the gateway's journal cannot be deleted.");
      })
      .finally(() => deletions.delete(deletion));
    deletions.add(deletion);
  }

  function create(): Segment {
    lastNumber += 1;
    if (ensureOwner(folder)) {
      logger.error(
        { folder },
        "The gateway's journal was taken for a dead process's; calls in flight count as interrupted.",
      );
    }
    return createSegment({ folder, number: lastNumber, now: now(), isDurable, writeBytes });
  }

  return {
    current() {
      if (current !== undefined && isDue(current)) seal();
      if (current === undefined) {
        current = create();
        all.push(current);
      }
      return current;
    },
    seal,
    tend() {
      if (current !== undefined && isDue(current)) seal();
      const needed = all.filter((segment) => segment.isNeeded());
      if (needed.length === all.length) return;
      for (const segment of all) if (!segment.isNeeded()) remove(segment);
      all = needed;
    },
    list: () => all,
    bytes: () => sealedBytes + (current?.bytes ?? 0),
    async settled() {
      await Promise.all(deletions);
    },
  };
}
