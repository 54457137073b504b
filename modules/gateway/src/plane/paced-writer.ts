import type { ServerResponse } from "node:http";

/** Writes a stream's bytes to its client as they come, but at most once every two milliseconds; to one who left, nothing. */
export interface PacedWriter {
  /** Writes at once where the last write is two milliseconds ago or more; else with what else comes until then. */
  write(bytes: Buffer): void;
  /** What has not been written yet: whoever takes it writes it. */
  take(): Buffer[];
}

/** Where the bytes come from: it rests while the client reads too slowly. */
export interface PacedSource {
  pause(): void;
  resume(): void;
}

/** Nobody who reads sees two milliseconds, but a write costs as much as all the rest that happens to a piece of a stream. */
const PACE_MS = 2;
/** A client that takes nothing for so long will not: it would hold its upstream and what is set aside for it for ever. */
const PATIENCE_MS = 5 * 60_000;

let due: (() => void)[] = [];

/** One timer for all streams: what they have is written in one turn. */
function schedule(write: () => void): void {
  if (due.push(write) === 1) setTimeout(writeAll, PACE_MS);
}

function writeAll(): void {
  const now = due;
  due = [];
  for (const write of now) write();
}

/**
 * A writer for one response, whose head goes out with the first bytes. Whoever takes nothing for `patienceMs` is cut off, as if
 * it had left.
 */
export function createPacedWriter(
  response: ServerResponse,
  source: PacedSource,
  { patienceMs = PATIENCE_MS } = {},
): PacedWriter {
  let waiting: Buffer[] = [];
  let isScheduled = false;
  let isPaused = false;
  let writtenAt = Number.NEGATIVE_INFINITY;

  function writeOut(bytes: Buffer): void {
    if (response.destroyed) return;
    writtenAt = performance.now();
    if (response.write(bytes) || isPaused) return;
    isPaused = true;
    source.pause();
    const patience = setTimeout(() => response.destroy(), patienceMs).unref();
    const goOn = () => {
      clearTimeout(patience);
      response.off("drain", goOn);
      response.off("close", goOn);
      isPaused = false;
      source.resume();
    };
    response.on("drain", goOn);
    response.on("close", goOn);
  }

  function writeWaiting(): void {
    isScheduled = false;
    if (waiting.length > 0) writeOut(joined(take()));
  }

  function take(): Buffer[] {
    const taken = waiting;
    waiting = [];
    return taken;
  }

  return {
    write(bytes) {
      if (!isScheduled && performance.now() - writtenAt >= PACE_MS) return writeOut(bytes);
      waiting.push(bytes);
      if (isScheduled) return;
      isScheduled = true;
      schedule(writeWaiting);
    },
    take,
  };
}

/** All pieces in one; without a copy where there is one. */
export const joined = (pieces: readonly Buffer[]): Buffer =>
  pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
