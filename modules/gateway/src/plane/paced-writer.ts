import { randomInt } from "node:crypto";
import type { ServerResponse } from "node:http";

/** Writes a stream's bytes to its client as they come, but at most once every two milliseconds; to one who left, nothing. */
export interface PacedWriter {
  /** Writes at once where the last write is two milliseconds ago or more; else with what else comes until then. */
  write(bytes: Buffer): void;
  /** What has not been written yet: whoever takes it writes it. */
  take(): Buffer[];
}

/** Where the bytes come from: it rests while the client reads too slowly, and for a moment behind the first ones. */
export interface PacedSource {
  pause(): void;
  resume(): void;
}

/** Nobody who reads sees two milliseconds, but a write costs as much as all the rest that happens to a piece of a stream. */
const PACE_MS = 2;
/** A client that takes nothing for so long will not: it would hold its upstream and what is set aside for it for ever. */
const PATIENCE_MS = 5 * 60_000;

/** So few streams do not wait long for each other. */
const FEW = 8;
/**
 * Where there are more, each rests for so long behind its first bytes, so that others get theirs sooner; models that speak take
 * longer for the next word. Not all for as long: streams that began together would come back together.
 */
const REST_MS = { least: 2, most: 11 };

/** Streams on their way to their clients. */
let underWay = 0;
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
  let isFull = false;
  let isResting = false;
  let writtenAt = Number.NEGATIVE_INFINITY;
  // Of a response that is closed already nobody would tell that it is over.
  if (!response.closed) {
    underWay += 1;
    response.once("close", () => {
      underWay -= 1;
    });
  }

  function writeOut(bytes: Buffer): void {
    if (response.destroyed) return;
    if (writtenAt === Number.NEGATIVE_INFINITY && underWay > FEW) rest();
    writtenAt = performance.now();
    if (!response.write(bytes) && !isFull) waitForClient();
  }

  function rest(): void {
    isResting = true;
    source.pause();
    setTimeout(
      () => {
        isResting = false;
        goOn();
      },
      randomInt(REST_MS.least, REST_MS.most + 1),
    );
  }

  function waitForClient(): void {
    isFull = true;
    source.pause();
    const patience = setTimeout(() => response.destroy(), patienceMs).unref();
    const stopWaiting = () => {
      clearTimeout(patience);
      response.off("drain", stopWaiting);
      response.off("close", stopWaiting);
      isFull = false;
      goOn();
    };
    response.on("drain", stopWaiting);
    response.on("close", stopWaiting);
  }

  function goOn(): void {
    if (!isFull && !isResting) source.resume();
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
