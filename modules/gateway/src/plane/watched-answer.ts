import type { ServerResponse } from "node:http";

/** What went to the client of one answer. */
export interface WatchedAnswer {
  /** In the order in which they were written; the beginning, where there was more than is noted. */
  pieces: readonly Buffer[];
  /** All that was written. */
  sizeBytes: number;
}

/**
 * Notes what is written to a client, up to so many bytes, and tells of it once: when the answer is ended, or the client is gone.
 * Only calls that are captured or cached are watched, so the others are written to as ever.
 */
export function watchAnswer(
  response: ServerResponse,
  limitBytes: number,
  onOver: (answer: WatchedAnswer) => void,
): void {
  const { write, end } = response;
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  let noted = 0;
  let isOver = false;

  function note(piece: unknown): void {
    if (typeof piece !== "string" && !(piece instanceof Uint8Array)) return;
    const bytes =
      typeof piece === "string" ? Buffer.from(piece) : Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    sizeBytes += bytes.length;
    const kept = bytes.subarray(0, Math.max(0, limitBytes - noted));
    noted += kept.length;
    if (kept.length > 0) pieces.push(kept);
  }

  function finish(): void {
    if (isOver) return;
    isOver = true;
    onOver({ pieces, sizeBytes });
  }

  response.write = ((...given: unknown[]) => {
    note(given[0]);
    return Reflect.apply(write, response, given);
  }) as ServerResponse["write"];
  response.end = ((...given: unknown[]) => {
    note(given[0]);
    finish();
    return Reflect.apply(end, response, given);
  }) as ServerResponse["end"];
  response.once("close", finish);
}
