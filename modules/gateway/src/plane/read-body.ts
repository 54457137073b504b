import type { IncomingMessage } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";

/** A body that is larger than is read. */
export class BodyTooLarge extends Error {}

/** From so many bytes on a body, of a request or an answer, is read and spelled beside the event loop, where that would take longer than 5 ms. */
const LARGE_BYTES = 256 * 1024;
/** What is copied at a time, in less than a millisecond. */
const COPIED_BYTES = 256 * 1024;

/** Whether it is so large that nothing may go over all of it on the event loop. Its memory is shared with other threads. */
export const isLarge = (body: Buffer): boolean => body.length > LARGE_BYTES;

/** All bytes of a request's body. @throws BodyTooLarge, and the socket's error where the client leaves on the way. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limitBytes) return Promise.reject(new BodyTooLarge());
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    request.on("data", (piece: Buffer) => {
      size += piece.length;
      pieces.push(piece);
      if (size <= limitBytes) return;
      request.pause();
      reject(new BodyTooLarge());
    });
    // Each comes once at most; asking for it with `once` would cost more.
    request.on("end", () => {
      resolve(joinBody(pieces, size));
    });
    request.on("error", reject);
    request.on("aborted", () => reject(new Error("The client left while it sent its request.")));
  });
}

/** The pieces of a body in one; a large one, which {@link isLarge} tells, in memory that threads share. */
export function joinBody(pieces: readonly Buffer[], size: number): Buffer | Promise<Buffer> {
  if (size > LARGE_BYTES) return joinShared(pieces, size);
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, size);
}

/** The pieces in memory that threads share, copied a little at a time. */
async function joinShared(pieces: readonly Buffer[], size: number): Promise<Buffer> {
  const joined = Buffer.from(new SharedArrayBuffer(size));
  let at = 0;
  let copied = 0;
  for (const piece of pieces) {
    at += piece.copy(joined, at);
    copied += piece.length;
    if (copied < COPIED_BYTES) continue;
    copied = 0;
    await nextTurn();
  }
  return joined;
}

/** A body in pieces of which none takes long to encrypt and to send. */
export function* slicesOf(body: Buffer): Generator<Buffer> {
  for (let from = 0; from < body.length; from += COPIED_BYTES) yield body.subarray(from, from + COPIED_BYTES);
}
