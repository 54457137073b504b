import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { BadPrompt } from "../dialects/conversation.ts";
import { callLibrary } from "./call-library.ts";
import type { PlaneProvider, Route, Target, UpstreamKey } from "./parts.ts";
import { isLarge } from "./read-body.ts";
import { refuse } from "./refusal.ts";
import { relayDeltas } from "./relay-deltas.ts";
import { relayEvents } from "./relay-events.ts";
import { type RelayParts, relayWhole, sendFailure, sendRefusal } from "./relay-whole.ts";
import { type RunningCall, settle } from "./running-call.ts";
import type { Source } from "./source.ts";
import { ClientGone, exchange } from "./upstream.ts";
import { type Failed, failedBy, NoAnswer, readRefusal, refusedBy, unsayable } from "./upstream-refusal.ts";
import { findWays, headersFor, type Spelled, spell, type Way } from "./ways.ts";

export interface AttemptParts extends RelayParts {
  /** The connections to a provider. */
  dispatcherOf(provider: PlaneProvider): Dispatcher;
}

/** However many ways there are, a client waits for so many of them. */
const MOST_ATTEMPTS = 6;
/** A provider that asks for no more rest than this is waited for, where no other way is left. */
const LONGEST_REST_SECONDS = 2;
const TIMER_SLACK_MS = 50;

/** Tries the ways of a route, in order, until one answers; if none does, the client gets what the last one said. */
export async function answerFrom(call: RunningCall, route: Route, parts: AttemptParts): Promise<void> {
  let last: Failed | undefined;
  for (const target of route.targets) {
    const ways = findWays(call.endpoint, target.provider.kind);
    if (ways.length === 0) continue;
    const tried = new Set<string>();
    let spelled: Spelled | undefined;
    try {
      while (call.attempts < MOST_ATTEMPTS) {
        const key = target.provider.pickKey(tried, target.model);
        if (key === undefined) break;
        tried.add(key.id);
        // A library spells for itself.
        if (target.provider.kind.library === undefined && spelled === undefined) {
          const pending = spellFor(ways, call, target, parts);
          spelled = pending instanceof Promise ? await pending : pending;
        }
        if (call.departure.isGone) return leave(call, target, parts);
        call.attempts += 1;
        const failed = await attempt(call, target, spelled, key, parts);
        if (failed === undefined) return;
        last = failed;
        if (!failed.mayRetry) return fail(call, failed, parts);
      }
    } catch (error) {
      if (!(error instanceof BadPrompt) || call.response.headersSent) throw error;
      last ??= unsayable(error, target);
    }
  }
  if (last === undefined) return failWithout(call, route, parts);
  const { retryAfterSeconds } = last;
  if (retryAfterSeconds !== undefined && retryAfterSeconds <= LONGEST_REST_SECONDS && call.attempts < MOST_ATTEMPTS) {
    // Timers may ring a little early, and then the circuit would still be open.
    await restWith(call, retryAfterSeconds * 1_000 + TIMER_SLACK_MS);
    return call.departure.isGone ? leave(call, last.target, parts) : answerFrom(call, route, parts);
  }
  return fail(call, last, parts);
}

const spellFor = (ways: readonly Way[], call: RunningCall, target: Target, { largeRequests }: AttemptParts) =>
  isLarge(call.asked.body) ? largeRequests.spell(ways, call, target) : spell(ways, call, target);

/** Resolves when so much time has passed, or the client has left. */
async function restWith({ departure }: RunningCall, forMs: number): Promise<void> {
  const leaving = new AbortController();
  departure.onGone = () => leaving.abort();
  if (!departure.isGone) await sleep(forMs, undefined, { signal: leaving.signal }).catch(() => {});
}

/** One upstream, asked once. Resolves with undefined when the call is over, whether it was answered or the client left. */
async function attempt(
  call: RunningCall,
  target: Target,
  spelled: Spelled | undefined,
  key: UpstreamKey,
  parts: AttemptParts,
): Promise<Failed | undefined> {
  const { provider } = target;
  try {
    if (spelled === undefined) {
      await callLibrary(call, target, key, parts);
      return undefined;
    }
    const { way, body } = spelled;
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
    const refused = await relay(call, { target, way, key, answer }, parts);
    return refused && refusedBy(refused, target, key);
  } catch (error) {
    if (error instanceof ClientGone) {
      await settle(call, { outcome: "abandoned", status: 499, target, usage: undefined, delivered: "" }, parts);
      return undefined;
    }
    if (error instanceof BadPrompt) call.attempts -= 1;
    // What has begun to go out is never asked for again.
    if (call.response.headersSent) throw error;
    return failedBy(error, target, key);
  }
}

const STREAM = /^text\/event-stream/i;
/** What is surely no stream. Of all else that a streamed call is answered with, some leave out the type, or say text/plain. */
const WHOLE = /\bjson\b|^text\/html/i;

function relay(call: RunningCall, source: Source, parts: AttemptParts) {
  const { way, answer } = source;
  const type = String(answer.headers["content-type"] ?? "");
  const isStream = STREAM.test(type) || (isStreamed(call, way) && !WHOLE.test(type));
  if (!isStream) return relayWhole(call, source, parts);
  return way.spelling === "translated" ? relayDeltas(call, source, parts) : relayEvents(call, source, parts);
}

/** Counts and vectors come in one piece whatever is asked. */
const isStreamed = ({ asked }: RunningCall, { dialect }: Way): boolean => asked.streamed && dialect !== undefined;

/** The client left while no upstream was at work for it. */
const leave = (call: RunningCall, target: Target, parts: AttemptParts): Promise<void> =>
  settle(call, { outcome: "abandoned", status: 499, target, usage: undefined }, parts);

async function fail(call: RunningCall, { target, failure, raw, retryAfterSeconds }: Failed, parts: AttemptParts) {
  await settle(call, { outcome: "failed", status: failure.status, target, usage: undefined }, parts);
  if (call.departure.isGone) return;
  const rest = retryAfterSeconds === undefined ? undefined : String(Math.ceil(retryAfterSeconds));
  if (raw === undefined) sendFailure(call, target, failure);
  else sendRefusal(call, target, failure.status, raw, rest);
}

/** No way could be tried at all: none speaks what is asked, all circuits are open, or the model is refused everywhere. */
async function failWithout(call: RunningCall, { targets }: Route, parts: AttemptParts): Promise<void> {
  const [target] = targets;
  if (target === undefined) throw new Error("A route has one target at least.");
  const spoken = targets.filter(({ provider }) => findWays(call.endpoint, provider.kind).length > 0);
  const isRefused = spoken.every(({ provider, model }) => provider.refuses(model));
  const { failure } =
    spoken.length === 0
      ? refuse.notSpoken(call.endpoint.operation)
      : isRefused
        ? refuse.modelRefused(call.asked.model)
        : refuse.noUpstream(5);
  await settle(call, { outcome: "failed", status: failure.status, target, usage: undefined }, parts);
  sendFailure(call, target, failure);
}
