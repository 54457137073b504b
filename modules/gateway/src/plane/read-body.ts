import type { IncomingMessage } from "node:http";

/** A body that is larger than is read. */
export class BodyTooLarge extends Error {}

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
    request.once("end", () => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, size)));
    request.once("error", reject);
    request.once("aborted", () => reject(new Error("The client left while it sent its request.")));
  });
}
