import { anySignal, pause } from "./abort.ts";
import { errorOf, networkError, ReefError, unreadableError } from "./errors.ts";

/** One HTTP request to the reef. */
export interface TransportRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Headers;
  body: string | URLSearchParams | undefined;
  /** Whether a second sending does no harm: reading, or creating under an idempotency key. */
  isSafeToRepeat: boolean;
  signal: AbortSignal | undefined;
}

/** Where requests go and how long they may take. */
export interface TransportOptions {
  url: string;
  fetch: typeof fetch;
  /** For one try, until its whole answer is here. */
  timeoutSeconds: number;
  /** A server that asks for a longer pause is not waited for: the caller decides. */
  longestPauseSeconds: number;
  /** Ends every request of this client. */
  signal: AbortSignal | undefined;
  /** Whether each request carries the page's cookies. */
  session: boolean;
  /** The organization that requests name, if any. */
  organization: () => string | undefined;
}

const TRIES = 3;
const FIRST_PAUSE_MS = 200;
const PASSING = new Set([502, 503, 504]);

/** One request and its answer, with up to three tries. */
export async function exchange(request: TransportRequest, options: TransportOptions): Promise<unknown> {
  const signal = anySignal(request.signal, options.signal);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryOnce({ ...request, signal }, options);
    } catch (error) {
      const pauseSeconds = pauseAfter(attempt, error, request.isSafeToRepeat);
      if (pauseSeconds === undefined || pauseSeconds > options.longestPauseSeconds) throw error;
      await pause(pauseSeconds * 1000, signal);
    }
  }
}

/** Sends once. What is no answer becomes a {@link ReefError} with the code `network`, but an abort stays an abort. */
async function tryOnce(request: TransportRequest, options: TransportOptions): Promise<unknown> {
  const { method, path, headers, body = null } = request;
  const signal = anySignal(request.signal, AbortSignal.timeout(options.timeoutSeconds * 1000)) ?? null;
  request.signal?.throwIfAborted();
  try {
    const { fetch } = options;
    const response = await fetch(`${options.url}${path}`, { ...fetchInit({ method, headers }, options), body, signal });
    if (!response.ok) throw await errorOf(response);
    const text = await response.text();
    return text === "" ? undefined : parse(response, text);
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    throw error instanceof ReefError ? error : networkError(new URL(options.url).origin, error);
  }
}

/** What every request is sent with. */
export function fetchInit(
  { method, headers }: Pick<TransportRequest, "method" | "headers">,
  options: TransportOptions,
) {
  const organization = options.organization();
  const named = new Headers(headers);
  if (organization !== undefined) named.set("X-Reef-Organization", organization);
  // A redirect would carry the token to another address.
  const init = { method, headers: named, redirect: "error" } satisfies RequestInit;
  // Who is known by a token or key sends no cookie, whatever the page around it holds.
  return options.session ? ({ ...init, credentials: "same-origin" } satisfies RequestInit) : init;
}

function parse(response: Response, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadableError(response, cause);
  }
}

/** How long to wait before the next try; undefined when there must be none. */
function pauseAfter(attempt: number, error: unknown, isSafeToRepeat: boolean): number | undefined {
  if (attempt >= TRIES || !(error instanceof ReefError)) return undefined;
  // Both were refused before anything was done; without a time to come back, asking again would only repeat the answer.
  const wasRefused = error.status === 429 || error.code === "idempotency.in_progress";
  if (wasRefused) return error.retryAfterSeconds;
  if (!isSafeToRepeat || !(error.code === "network" || PASSING.has(error.status))) return undefined;
  return error.retryAfterSeconds ?? (FIRST_PAUSE_MS / 1000) * 2 ** (attempt - 1) * (0.5 + Math.random());
}
