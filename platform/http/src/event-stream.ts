import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { z } from "zod";
import { httpErrors } from "./errors.ts";

/** One event of a stream. A client that lost the stream sends the last `id` back, and the stream goes on behind it. */
export interface StreamEvent<Data> {
  id: string;
  data: Data;
}

/**
 * Why the server ended a stream, as its last event says. The client may come back with `Last-Event-ID`, whichever it is; one
 * that is `not_admitted` any more is then told why.
 */
type EndReason = "time_is_up" | "stopping" | "too_slow" | "failed" | "not_admitted";

/** A client that listens (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface EventStream<Data> {
  /**
   * Sends an event. One object that is sent to many streams is written out once.
   *
   * @returns false when the client does not take what it was sent: then wait for {@link drained} before sending more. One
   * that lags too far behind is ended.
   */
  send(event: StreamEvent<Data>): boolean;
  /** Tells the client behind what the stream goes on, without an event. */
  mark(id: string): void;
  /** Resolves when the client has caught up, or is gone. */
  drained(): Promise<void>;
  /** Calls `follow` once the stream is over, whoever ended it. */
  onClose(follow: () => void): void;
  readonly isOpen: boolean;
  /** Sends an `end` event with the reason, and ends the stream. */
  end(reason: EndReason): void;
}

/** What a stream's handler gives back: it is called with the stream once the answer's head was sent. */
export type StreamOpener<Data> = (stream: EventStream<Data>) => void;

/** What bounds the streams of a process. */
export interface StreamLimits {
  perAddress: number;
  total: number;
  /** A stream is ended after this long, so that clients spread over processes anew. */
  longestSeconds: number;
  /** A comment is sent this often, by which each side sees that the other is there. */
  heartbeatSeconds: number;
  /** What a client may leave untaken before it is ended. */
  untakenBytes: number;
}

/** All streams of this process. Idle ones share one timer, and cost a socket each. */
export interface EventStreams {
  /**
   * Answers a request with a stream. `begin` runs when there is a place for it, so it may still refuse.
   *
   * @throws http.rate_limited when the address has all its streams, http.unavailable when the process has.
   */
  answer(request: StreamRequest, route: StreamRoute, begin: () => Promise<unknown>): Promise<Response>;
  /** Ends all streams, and takes no new ones: the server stops. */
  stop(): void;
  /** Streams that are open now. */
  count(): number;
}

/** A request for a stream. */
export interface StreamRequest {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  /** Whose streams it counts as. */
  address: string;
  /** Header fields of the answer beside the stream's own. */
  headers: Record<string, string>;
}

interface StreamRoute {
  event: string;
  data: z.ZodType;
}

const DEFAULT_LIMITS: StreamLimits = {
  perAddress: 5,
  total: 2_000,
  longestSeconds: 1_800,
  heartbeatSeconds: 15,
  untakenBytes: 262_144,
};
/** What a client waits for before it comes back. */
const RETRY_MS = 5_000;
/** Where all places are taken, one becomes free about this soon. */
const FULL_RETRY_SECONDS = 60;
/** Streams that are written to in one go: more would hold up the event loop. */
const SLICE = 100;
/** A client that takes nothing gets its last words for so long. */
const LAST_WORDS_MS = 2_000;
const HEARTBEAT = Buffer.from(":\n\n");

/** The streams of one process, within limits; what is left out is as the API's documentation says. */
export function createEventStreams(chosen: Partial<StreamLimits> = {}): EventStreams {
  const limits: StreamLimits = { ...DEFAULT_LIMITS, ...chosen };
  const open = new Set<OpenStream>();
  const placesByAddress = new Map<string, number>();
  const frames = new WeakMap<StreamEvent<unknown>, Buffer>();
  let places = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopping = false;

  /** Takes a place until the answer is over. */
  function takePlace(address: string): () => void {
    if (isStopping) throw httpErrors.unavailable();
    const taken = placesByAddress.get(address) ?? 0;
    if (taken >= limits.perAddress) {
      throw httpErrors.rate_limited({
        detail: `This address has ${taken} streams open already, which is the most. Close one, or wait.`,
        retryAfterSeconds: FULL_RETRY_SECONDS,
      });
    }
    if (places >= limits.total) {
      throw httpErrors.unavailable({
        detail: "All streams of this process are taken. Try again in a minute, or read the list instead.",
        retryAfterSeconds: FULL_RETRY_SECONDS,
      });
    }
    places += 1;
    placesByAddress.set(address, taken + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      places -= 1;
      const left = (placesByAddress.get(address) ?? 1) - 1;
      if (left === 0) placesByAddress.delete(address);
      else placesByAddress.set(address, left);
    };
  }

  function frameOf(event: StreamEvent<unknown>, route: StreamRoute): Buffer {
    const known = frames.get(event);
    if (known !== undefined) return known;
    // As with any answer, a field that the contract does not name never leaves the server.
    const data = JSON.stringify(route.data.parse(event.data));
    const frame = Buffer.from(`id: ${event.id}\nevent: ${route.event}\ndata: ${data}\n\n`);
    frames.set(event, frame);
    return frame;
  }

  async function beat(): Promise<void> {
    const now = performance.now();
    let written = 0;
    for (const stream of [...open]) {
      stream.beat(now);
      written += 1;
      if (written % SLICE === 0) await setImmediate();
    }
  }

  function keep(stream: OpenStream): void {
    open.add(stream);
    timer ??= setInterval(() => void beat(), limits.heartbeatSeconds * 1_000).unref();
    stream.onClose(() => {
      open.delete(stream);
      if (open.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
  }

  return {
    async answer({ incoming, outgoing, address, headers: given }, route, begin) {
      const headers = { ...given, ...HEADERS };
      if (incoming.method === "HEAD") return new Response(null, { headers });
      const leave = takePlace(address);
      outgoing.once("close", leave);
      try {
        const opener = (await begin()) as StreamOpener<unknown>;
        if (isStopping) throw httpErrors.unavailable();
        if (outgoing.destroyed) {
          leave();
          return RESPONSE_ALREADY_SENT;
        }
        outgoing.writeHead(200, headers);
        outgoing.write(`retry: ${RETRY_MS}\n\n`);
        const stream = createOpenStream(outgoing, limits, (event) => frameOf(event, route));
        keep(stream);
        opener(stream);
        return RESPONSE_ALREADY_SENT;
      } catch (error) {
        leave();
        throw error;
      }
    },
    stop() {
      isStopping = true;
      for (const stream of [...open]) stream.end("stopping");
    },
    count: () => open.size,
  };
}

const HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream",
  "cache-control": "no-store, no-transform",
  // A proxy that collects an answer before it passes it on would keep the events to itself.
  "x-accel-buffering": "no",
  // The connection ends with the stream: then a server that stops need not wait for it.
  connection: "close",
};

interface OpenStream extends EventStream<unknown> {
  /** Once in a heartbeat: ends what is over or stuck, and greets the others. */
  beat(now: number): void;
}

function createOpenStream(
  response: ServerResponse,
  limits: StreamLimits,
  frameOf: (event: StreamEvent<unknown>) => Buffer,
): OpenStream {
  const openedAt = performance.now();
  const closings: (() => void)[] = [];
  let isOpen = true;
  let wasStuck = false;

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    for (const follow of closings.splice(0)) follow();
  }
  response.once("close", close);
  // A client that goes away in the middle of a write is no failure of ours.
  response.on("error", close);

  function end(reason: EndReason): void {
    if (!isOpen) return;
    close();
    response.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`);
    if (response.writableLength > 0) setTimeout(() => response.destroy(), LAST_WORDS_MS).unref();
  }

  function write(frame: Buffer | string): boolean {
    if (!isOpen) return false;
    const isTaken = response.write(frame);
    if (response.writableLength > limits.untakenBytes) end("too_slow");
    return isTaken && isOpen;
  }

  return {
    send: (event) => isOpen && write(frameOf(event)),
    mark(id) {
      write(`id: ${id}\n\n`);
    },
    drained: () =>
      new Promise((resolve) => {
        if (!isOpen || !response.writableNeedDrain) return resolve();
        response.once("drain", resolve);
        closings.push(resolve);
      }),
    onClose(follow) {
      if (isOpen) closings.push(follow);
      else follow();
    },
    get isOpen() {
      return isOpen;
    },
    end,
    beat(now) {
      if (now - openedAt >= limits.longestSeconds * 1_000) return end("time_is_up");
      const isStuck = response.writableNeedDrain;
      // Nothing was taken for a whole heartbeat.
      if (isStuck && wasStuck) return end("too_slow");
      wasStuck = isStuck;
      if (!isStuck) write(HEARTBEAT);
    },
  };
}
