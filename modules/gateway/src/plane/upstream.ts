import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { joined } from "./paced-writer.ts";
import { isLarge, joinBody, slicesOf } from "./read-body.ts";

/** One request to an upstream, and its answer as it comes. */
export interface Exchange {
  status: number;
  headers: IncomingHttpHeaders;
  /** Delivers what has come and what comes. Called once. */
  deliver(sink: Sink): void;
  pause(): void;
  resume(): void;
  /** Breaks it off; the sink hears no more. */
  abort(): void;
}

/** Where an answer's bytes go. Exactly one of `end` and `fail` is called, once. */
interface Sink {
  data(bytes: Buffer): void;
  end(): void;
  fail(error: Error): void;
}

/** The client left before its answer was whole. */
export class ClientGone extends Error {}

/** Whether the client is still there; `onGone` is called once, when it leaves. */
export interface Departure {
  isGone: boolean;
  onGone: () => void;
}

export interface UpstreamRequest {
  path: string;
  /** Names and values in turn. */
  headers: string[];
  body: Buffer;
}

/**
 * Sends a request and resolves with the answer's head. Rejects with undici's error where no head comes, or where the client
 * leaves before it does.
 */
export function exchange(dispatcher: Dispatcher, request: UpstreamRequest, departure: Departure): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    // What is read at once comes in many pieces where they are small, and in the same turn as the head, before anybody could say
    // where they go: it is delivered when all of it is there, in one.
    let pieces: Buffer[] = [];
    let isDue = false;
    let ended: { error: Error | undefined } | undefined;
    let sink: Sink | undefined;
    let isOver = false;
    let control: Dispatcher.DispatchController | undefined;

    const abort = () => {
      isOver = true;
      control?.abort(new ClientGone());
    };
    const deliverPieces = () => {
      isDue = false;
      if (sink === undefined || isOver || pieces.length === 0) return;
      const bytes = joined(pieces);
      pieces = [];
      sink.data(bytes);
    };
    const finish = (error: Error | undefined) => {
      deliverPieces();
      if (isOver) return;
      if (sink === undefined) ended = { error };
      else {
        isOver = true;
        if (error === undefined) sink.end();
        else sink.fail(error);
      }
    };

    const leave = () => {
      if (isOver) return;
      abort();
      if (sink === undefined) reject(new ClientGone());
      else sink.fail(new ClientGone());
    };
    departure.onGone = leave;
    if (departure.isGone) return leave();

    dispatcher.dispatch(
      {
        path: request.path,
        method: "POST",
        ...(isLarge(request.body) ? inSlices(request) : { headers: request.headers, body: request.body }),
      },
      {
        onRequestStart(controller) {
          control = controller;
          if (isOver) abort();
        },
        onResponseStart(controller, status, headers) {
          resolve({
            status,
            headers,
            deliver(to) {
              // A client that has left by now was told of when nobody asked for the bytes yet.
              if (departure.isGone) {
                abort();
                return to.fail(new ClientGone());
              }
              sink = to;
              deliverPieces();
              if (ended !== undefined && !isOver) finish(ended.error);
            },
            pause: () => controller.pause(),
            resume: () => controller.resume(),
            abort,
          });
        },
        onResponseData(_controller, bytes) {
          if (isOver) return;
          pieces.push(bytes);
          if (sink === undefined || isDue) return;
          isDue = true;
          Promise.resolve()
            .then(deliverPieces)
            .catch((error) => control?.abort(error));
        },
        onResponseEnd: () => finish(undefined),
        onResponseError(_controller, error) {
          reject(error);
          finish(error);
        },
      },
    );
  });
}

/** So that none of it takes long to encrypt and to send. */
const inSlices = ({ headers, body }: UpstreamRequest) => ({
  headers: [...headers, "content-length", String(body.length)],
  body: slicesOf(body) as unknown as Buffer,
});

/** All bytes of an answer. @throws RangeError past the limit, and undici's error where it is cut off. */
export function gather(answer: Exchange, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    answer.deliver({
      data(bytes) {
        size += bytes.length;
        pieces.push(bytes);
        if (size <= limitBytes) return;
        answer.abort();
        reject(new RangeError("The answer is too large."));
      },
      end: () => resolve(joinBody(pieces, size)),
      fail: reject,
    });
  });
}
