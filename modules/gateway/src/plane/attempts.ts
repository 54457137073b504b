import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { BadPrompt } from "../dialects/conversation.ts";
import type { ClientFailure } from "../dialects/dialect.ts";
import { ProviderRefusal } from "../providers/provider.ts";
import { callLibrary } from "./call-library.ts";
import type { PlaneProvider, Route, Target, UpstreamKey } from "./parts.ts";
import { refuse } from "./refusal.ts";
import { relayDeltas } from "./relay-deltas.ts";
import { relayEvents } from "./relay-events.ts";
import { relayWhole, sendFailure, sendRefusal } from "./relay-whole.ts";
import { type RunningCall, type SettlingParts, settle } from "./running-call.ts";
import { ClientGone, type Exchange, exchange, gather } from "./upstream.ts";
import { findWays, headersFor, spell, type Way } from "./ways.ts";

export interface AttemptParts extends SettlingParts {
  /** The connections to a provider. */
  dispatcherOf(provider: PlaneProvider): Dispatcher;
}

/** However many ways there are, a client waits for so many of them. */
const MOST_ATTEMPTS = 6;
/** A provider that asks for no more rest than this is waited for, where no other way is left. */
const LONGEST_REST_SECONDS = 2;
const TIMER_SLACK_MS = 50;
/** What is shorter is no secret, but a word like `ollama` that stands in for one. */
const SHORTEST_SECRET = 12;
const LONGEST_REFUSAL_BYTES = 1024 * 1024;

/** What one upstream said in place of an answer, while nothing has gone to the client yet. */
interface Failed {
  target: Target;
  failure: ClientFailure;
  /** The upstream's own bytes, where the client reads its dialect. */
  raw?: Buffer;
  /** Whether another way may answer. Where not, the request itself is at fault. */
  mayRetry: boolean;
  retryAfterSeconds: number | undefined;
}

/** No head of an answer came: nobody could be reached there, whom TLS believes and who speaks HTTP. */
class NoAnswer extends Error {
  constructor(cause: unknown) {
    super("An upstream did not answer.", { cause });
  }
}

/** Tries the ways of a route, in order, until one answers; if none does, the client gets what the last one said. */
export async function answerFrom(call: RunningCall, route: Route, parts: AttemptParts): Promise<void> {
  let last: Failed | undefined;
  for (const target of route.targets) {
    const ways = findWays(call.endpoint, target.provider.kind);
    if (ways.length === 0) continue;
    const tried = new Set<string>();
    while (call.attempts < MOST_ATTEMPTS) {
      const key = target.provider.pickKey(tried);
      if (key === undefined) break;
      tried.add(key.id);
      call.attempts += 1;
      const failed = await attempt(call, target, ways, key, parts);
      if (failed === undefined) return;
      last = failed;
      if (!failed.mayRetry) return fail(call, failed, parts);
    }
  }
  if (last === undefined) return failWithout(call, route, parts);
  const { retryAfterSeconds } = last;
  if (retryAfterSeconds !== undefined && retryAfterSeconds <= LONGEST_REST_SECONDS && call.attempts < MOST_ATTEMPTS) {
    // Timers may ring a little early, and then the circuit would still be open.
    await sleep(retryAfterSeconds * 1_000 + TIMER_SLACK_MS);
    if (!call.departure.isGone) return answerFrom(call, route, parts);
  }
  return fail(call, last, parts);
}

/** One upstream, asked once. Resolves with undefined when the call is over, whether it was answered or the client left. */
async function attempt(
  call: RunningCall,
  target: Target,
  ways: readonly Way[],
  key: UpstreamKey,
  parts: AttemptParts,
): Promise<Failed | undefined> {
  const { provider } = target;
  try {
    if (provider.kind.library !== undefined) {
      await callLibrary(call, target, provider.kind.library, key, parts);
      return undefined;
    }
    const { way, body } = spell(ways, call, target);
    const request = {
      path:
        provider.pathPrefix +
        way.endpoint.path({ model: target.model, streamed: call.asked.streamed, options: provider.options }),
      headers: headersFor(way, call, target, key),
      body,
    };
    const answer = await exchange(parts.dispatcherOf(provider), request, call.departure).catch((cause) => {
      throw cause instanceof ClientGone ? cause : new NoAnswer(cause);
    });
    if (answer.status >= 300 && answer.status < 400) {
      // A redirect would lead where nobody has checked the address.
      answer.abort();
      key.failed(undefined);
      return { target, failure: refuse.malformed(provider.slug).failure, mayRetry: true, retryAfterSeconds: undefined };
    }
    if (answer.status >= 400) return await readRefusal(target, way, key, answer);
    key.succeeded();
    await relay(call, target, way, answer, parts);
    return undefined;
  } catch (error) {
    if (error instanceof ClientGone) {
      await settle(call, { outcome: "abandoned", status: 499, target, usage: undefined, delivered: "" }, parts);
      return undefined;
    }
    // What has begun to go out is never asked for again.
    if (call.response.headersSent) throw error;
    return failedBy(error, target, key);
  }
}

function relay(call: RunningCall, target: Target, way: Way, answer: Exchange, parts: AttemptParts): Promise<void> {
  const isStream = String(answer.headers["content-type"]).startsWith("text/event-stream");
  if (!isStream) return relayWhole(call, target, way, answer, parts);
  return way.spelling === "translated"
    ? relayDeltas(call, target, way, answer, parts)
    : relayEvents(call, target, way, answer, parts);
}

/** What an answer with an error status says, and what it means for the key and for other ways. */
async function readRefusal(target: Target, way: Way, key: UpstreamKey, answer: Exchange): Promise<Failed> {
  const body = await gather(answer, LONGEST_REFUSAL_BYTES).catch((error) => {
    // What is too long to be a refusal is passed on by nobody.
    if (error instanceof RangeError) return Buffer.alloc(0);
    throw error;
  });
  // A dialect may have a status of its own for what others call 401, and say in the body when to come again.
  const said = way.dialect?.readFailure(answer.status, body.toString("utf8"));
  const status = said?.status ?? answer.status;
  const retryAfterSeconds = secondsOf(answer.headers["retry-after"]) ?? said?.retryAfterSeconds;
  const isOverloaded = status === 408 || status === 425 || status === 429 || status >= 500;
  if (status === 401 || status === 403 || isOverloaded) key.failed(retryAfterSeconds, status);
  else key.succeeded();
  // What a provider says of a key it does not take may hold a piece of the key, and anything else might hold all of it.
  const holdsKey = key.secret.length >= SHORTEST_SECRET && body.includes(key.secret);
  if (status === 401 || status === 403 || holdsKey) {
    const { failure } = refuse.refusedKey(target.provider.slug);
    return { target, failure, mayRetry: true, retryAfterSeconds: undefined };
  }
  const failure: ClientFailure = {
    status,
    code: said?.code ?? "upstream_error",
    message: said?.message ?? `The provider answered with status ${status}.`,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
  const raw = way.spelling === "same" ? body : undefined;
  return { target, failure, mayRetry: isOverloaded, retryAfterSeconds, ...(raw && { raw }) };
}

/** No connection, no answer in time, or a request that the provider's dialect cannot say. */
function failedBy(error: unknown, target: Target, key: UpstreamKey): Failed {
  const { slug } = target.provider;
  const none = { target, retryAfterSeconds: undefined };
  if (error instanceof BadPrompt) {
    const { failure } = refuse.badBody(error.message, { path: error.path });
    return { ...none, failure, mayRetry: true };
  }
  if (error instanceof ProviderRefusal) {
    const { failure } = error;
    const isOurs = failure.status === 401 || failure.status === 403;
    const mayRetry = isOurs || failure.status === 429 || failure.status >= 500;
    if (mayRetry) key.failed(failure.retryAfterSeconds, failure.status);
    else key.succeeded();
    return {
      target,
      failure: isOurs ? refuse.refusedKey(slug).failure : failure,
      mayRetry,
      retryAfterSeconds: failure.retryAfterSeconds,
    };
  }
  const { code = "" } = (error instanceof NoAnswer ? error.cause : error) as NodeJS.ErrnoException;
  if (code === "UND_ERR_HEADERS_TIMEOUT") {
    key.failed(undefined);
    // It has the request, and may be at work on it: asking another one would make the answer twice.
    return { ...none, failure: refuse.slow(slug).failure, mayRetry: false };
  }
  if (!(error instanceof NoAnswer) && !isOfConnection(code)) throw error;
  key.failed(undefined);
  return { ...none, failure: refuse.unreachable(slug).failure, mayRetry: true };
}

/** The codes of undici and of the system. */
const isOfConnection = (code: string): boolean => code.startsWith("UND_ERR_") || /^E(?!RR_)[A-Z0-9_]+$/.test(code);

/** `Retry-After` in seconds; dates are rare here, and are read as well (RFC 9110, section 10.2.3). */
function secondsOf(retryAfter: string | string[] | undefined): number | undefined {
  if (typeof retryAfter !== "string") return undefined;
  const seconds = Number(retryAfter);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const moment = Date.parse(retryAfter);
  return Number.isNaN(moment) ? undefined : Math.max(0, (moment - Date.now()) / 1_000);
}

async function fail(call: RunningCall, { target, failure, raw, retryAfterSeconds }: Failed, parts: AttemptParts) {
  await settle(call, { outcome: "failed", status: failure.status, target, usage: undefined }, parts);
  if (call.departure.isGone) return;
  const rest = retryAfterSeconds === undefined ? undefined : String(Math.ceil(retryAfterSeconds));
  if (raw === undefined) sendFailure(call, target, failure);
  else sendRefusal(call, target, failure.status, raw, rest);
}

/** No way could be tried at all: none speaks what is asked, or all circuits are open. */
async function failWithout(call: RunningCall, { targets }: Route, parts: AttemptParts): Promise<void> {
  const [target] = targets;
  if (target === undefined) throw new Error("A route has one target at least.");
  const isSpoken = targets.some(({ provider }) => findWays(call.endpoint, provider.kind).length > 0);
  const { failure } = isSpoken ? refuse.noUpstream(5) : refuse.notSpoken(call.endpoint.operation);
  await settle(call, { outcome: "failed", status: failure.status, target, usage: undefined }, parts);
  sendFailure(call, target, failure);
}
