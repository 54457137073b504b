import type { Logger } from "@reef/telemetry";
import type { EndedCall } from "../call.ts";
import type { JournalCall } from "./segment.ts";

export interface UnwrittenOptions {
  logger: Logger;
  /** Writes an ended call's line. Rejects with the system's error. */
  write(call: JournalCall, ended: EndedCall): Promise<void>;
}

/** Ended calls whose line the disk did not take: they are kept in memory until it does, or until the database has them. */
export interface Unwritten {
  /**
   * Keeps one, and resolves when it is on record after all, on the disk or in the database; or when its client has waited for
   * long enough: it was served, and the record is as safe as this process.
   */
  add(call: JournalCall, ended: EndedCall, cause: unknown): Promise<void>;
  /** The database has it. */
  delete(call: JournalCall): void;
  /** The disk took nothing just now: no call begins until it takes something again, or a moment has passed. */
  block(cause: unknown): void;
  isBlocked(): boolean;
  close(): void;
}

const RETRY_MS = 250;
/** How often the log says that the disk takes nothing. */
const TELL_MS = 10_000;
/** How long the last byte of an answer is held back for a record that cannot be written. */
const PATIENCE_MS = 2_000;

interface Kept {
  ended: EndedCall;
  release(): void;
}

/** Keeps what the disk does not take, and tries again four times a second. */
export function createUnwritten({ logger, write }: UnwrittenOptions): Unwritten {
  const kept = new Map<JournalCall, Kept>();
  let timer: NodeJS.Timeout | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;

  function block(cause: unknown): void {
    const now = performance.now();
    if (now - toldAt > TELL_MS) {
      toldAt = now;
      logger.error({ err: cause }, "The gateway's journal cannot be written; no call begins until it can.");
    }
    timer ??= setTimeout(retry, RETRY_MS).unref();
  }

  function retry(): void {
    timer = undefined;
    for (const [call, { ended }] of kept) {
      write(call, ended).then(() => remove(call), block);
    }
  }

  function remove(call: JournalCall): void {
    kept.get(call)?.release();
    kept.delete(call);
  }

  return {
    add(call, ended, cause) {
      block(cause);
      const { promise, resolve } = Promise.withResolvers<void>();
      const patience = setTimeout(resolve, PATIENCE_MS).unref();
      kept.set(call, {
        ended,
        release() {
          clearTimeout(patience);
          resolve();
        },
      });
      return promise;
    },
    delete: remove,
    block,
    isBlocked: () => timer !== undefined || kept.size > 0,
    close() {
      clearTimeout(timer);
      for (const { release } of kept.values()) release();
    },
  };
}
