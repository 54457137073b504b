import { anySignal, pause } from "./abort.ts";
import { errorOf, networkError, ReefError, unreadableError } from "./errors.ts";
import { fetchInit, type TransportOptions, type TransportRequest } from "./exchange.ts";
import { type EventBlock, readEventBlocks } from "./read-event-blocks.ts";

/** A stream to follow. */
export interface Subscription {
  /** The name of the events that are wanted. */
  event: string;
  /** The request, whose signal ends the stream. */
  request: TransportRequest;
  transport: TransportOptions;
  /** Is told when a connection stands, and when it is lost and will be tried again. */
  onConnection?: ((state: "open" | "waiting") => void) | undefined;
}

/** The server sends a comment every 15 seconds; after three times that nobody is there any more. */
const SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
/** A stream that never began is given up after so many tries; one that broke off is not. */
const FIRST_TRIES = 3;
const PASSING = new Set([429, 502, 503, 504]);

/**
 * What the events carry, one after another (https://html.spec.whatwg.org/multipage/server-sent-events.html). When the stream
 * breaks off or ends, it is taken up again behind the last event, so that none is missed and none comes twice.
 */
export async function* followEvents({
  event,
  request,
  transport,
  onConnection,
}: Subscription): AsyncGenerator<unknown> {
  const signal = anySignal(request.signal, transport.signal);
  const headers = new Headers(request.headers);
  headers.set("Accept", "text/event-stream");
  let pauseMs = FIRST_PAUSE_MS;
  let failures = 0;
  let hasBegun = false;
  for (;;) {
    let error: unknown;
    try {
      for await (const block of open({ ...request, headers, signal }, transport, onConnection)) {
        hasBegun = true;
        failures = 0;
        if (block.id !== undefined) headers.set("Last-Event-ID", block.id);
        if (block.retryMs !== undefined) pauseMs = block.retryMs;
        if (block.event === event && block.data !== "") yield JSON.parse(block.data);
        if (block.event === "end") break;
      }
    } catch (caught) {
      error = caught;
    }
    signal?.throwIfAborted();
    failures += 1;
    if (error !== undefined && (!isPassing(error) || (!hasBegun && failures >= FIRST_TRIES))) throw error;
    onConnection?.("waiting");
    const asked = error instanceof ReefError ? error.retryAfterSeconds : undefined;
    const grown = Math.min(LONGEST_PAUSE_MS, pauseMs * 2 ** (failures - 1));
    // All who lost one server would else come back in the same moment.
    await pause(asked === undefined ? grown * (0.5 + Math.random()) : asked * 1_000, signal);
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof ReefError && (error.code === "network" || PASSING.has(error.status));

/** One connection, until it ends. @throws ReefError when it is refused, breaks off or falls silent. */
async function* open(
  request: TransportRequest,
  transport: TransportOptions,
  onConnection: Subscription["onConnection"],
): AsyncGenerator<EventBlock> {
  const { url, fetch } = transport;
  const silence = new AbortController();
  const timer = createTimer(() => silence.abort());
  const signal = anySignal(request.signal, silence.signal) ?? null;
  try {
    const response = await fetch(`${url}${request.path}`, { ...fetchInit(request, transport), signal });
    if (!response.ok) throw await errorOf(response);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    if (!isStream || response.body === null) throw unreadableError(response, undefined);
    onConnection?.("open");
    yield* readEventBlocks(response.body, timer.restart);
  } catch (error) {
    throw error instanceof ReefError ? error : networkError(new URL(url).origin, error);
  } finally {
    timer.stop();
    // Whoever stops listening is not to be sent any more.
    silence.abort();
  }
}

function createTimer(ring: () => void) {
  let timer = setTimeout(ring, SILENCE_MS);
  return {
    restart() {
      clearTimeout(timer);
      timer = setTimeout(ring, SILENCE_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
