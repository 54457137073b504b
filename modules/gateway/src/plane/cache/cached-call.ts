import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { newId, toUuid } from "@reef/crypto";
import { originFields } from "../answer-head.ts";
import type { Asked } from "../asked.ts";
import type { BegunCall, KeyCaching, PlaneKey } from "../call.ts";
import { type Captures, captureAnswer } from "../capture/captures.ts";
import type { PlaneEndpoint } from "../endpoints.ts";
import type { Journal, Route } from "../parts.ts";
import { refuse } from "../refusal.ts";
import type { RunningCall } from "../running-call.ts";
import { watchAnswer } from "../watched-answer.ts";
import type { AnswerCache, Hit, Keeping } from "./answer-cache.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { formOf, respell } from "./respell.ts";

/** What a key with caching asks, before anything is set aside for it. */
interface CacheableCall {
  key: PlaneKey;
  endpoint: PlaneEndpoint;
  asked: Asked;
  route: Route;
  headers: IncomingHttpHeaders;
  forwarded: RunningCall["forwarded"];
  response: ServerResponse & { requestId: string };
  startedAt: number;
  /** `performance.now()` when the request's head had come. */
  beganAt: number;
}

/** What the cache does for a call. */
interface CacheOutcome {
  /** Whether the call is answered. */
  isAnswered: boolean;
  /** By what the answer of a provider is kept; undefined where it is not. */
  keeping: Keeping | undefined;
}

interface CachingParts {
  cache: AnswerCache;
  captures: Pick<Captures, "take">;
  journal: Journal;
}

/** A larger answer is not kept. */
const LONGEST_ANSWER_BYTES = 524_288;
/** Says of every answer with a key that caches where it came from: `hit`, `miss` or `bypass`. */
const HEADER = "x-reef-cache";

/**
 * Answers a call by what was answered before, if there is such; a header field tells which. `Cache-Control: no-cache` asks for a
 * new answer, which is kept; `no-store` for one that is not (RFC 9111, sections 5.2.1.4 and 5.2.1.5).
 *
 * Of two calls for the same that come at once both go to the provider: who waits for another's answer would wait in vain where
 * that one fails or is broken off.
 *
 * @throws Refusal where an answer is there, and the call cannot be recorded.
 */
export async function answerFromCache(
  call: CacheableCall,
  caching: KeyCaching,
  parts: CachingParts,
): Promise<CacheOutcome> {
  const { key, endpoint, asked, headers, response } = call;
  const directives = String(headers["cache-control"] ?? "").toLowerCase();
  const isKept = !directives.includes("no-store");
  const fingerprint = isKept ? fingerprintOf(parts.cache.fingerprintingKey, caching, call) : undefined;
  const mayRead = !directives.includes("no-cache");
  response.setHeader(HEADER, fingerprint === undefined || !mayRead ? "bypass" : "miss");
  if (fingerprint === undefined) return { isAnswered: false, keeping: undefined };
  const looked = parts.cache.look(key.organizationId, caching, fingerprint, { mayRead });
  const { hit, keeping } = looked instanceof Promise ? await looked : looked;
  const body = hit && respell(hit.answer, endpoint, asked);
  if (body === undefined || hit === undefined) return { isAnswered: false, keeping };
  await giveAgain(call, { ...hit, body }, parts);
  return { isAnswered: true, keeping: undefined };
}

/** Has the cache keep what a provider answers to a call, once it is there as a whole. */
export function keepAnswer(cache: AnswerCache, keeping: Keeping, call: RunningCall): void {
  const { response, endpoint, asked } = call;
  let ended: Parameters<NonNullable<RunningCall["onSettled"]>> | undefined;
  call.onSettled = (ending, usage) => {
    ended = [ending, usage];
  };
  watchAnswer(response, LONGEST_ANSWER_BYTES, ({ pieces, sizeBytes }) => {
    const [ending, usage] = ended ?? [];
    if (ending?.outcome !== "completed" || ending.status !== 200 || usage === undefined) return;
    const bytes = Buffer.concat(pieces);
    if (bytes.length !== sizeBytes || !isAnswer(bytes, asked.streamed)) return;
    const { provider, model, price } = ending.target;
    const source = { providerId: provider.id, slug: provider.slug, model, usage, price };
    cache.keep(keeping, { form: formOf(endpoint, asked), bytes, source });
  });
}

/** Whether it has the form that was asked for, and is no error under the status 200. */
function isAnswer(bytes: Buffer, streamed: boolean): boolean {
  const isWhole = /^\s*\{/.test(bytes.toString("latin1", 0, 64));
  if (streamed) return !isWhole;
  if (!isWhole) return false;
  try {
    const { error } = JSON.parse(bytes.toString("utf8")) as { error?: unknown };
    return error === undefined || error === null;
  } catch {
    return false;
  }
}

/** Begin of a call that is answered from the cache: it reaches no provider, and is charged to no budget. */
const begunFromCache = (
  { key, endpoint, asked, response, startedAt }: CacheableCall,
  { answer: { source } }: Hit,
): BegunCall => ({
  id: toUuid(newId("use")),
  organizationId: key.organizationId,
  keyId: key.id,
  agentId: key.agentId,
  workspaceId: key.workspaceId,
  providerId: source.providerId,
  requestedModel: asked.model,
  model: source.model,
  dialect: endpoint.operation,
  streamed: asked.streamed,
  startedAt,
  requestId: response.requestId,
  price: source.price,
  charges: [],
  estimatedInputTokens: 0,
});

/** Gives an answer again, once the call is on record with the tokens that it saved. @throws Refusal */
async function giveAgain(
  call: CacheableCall,
  hit: Hit & { body: Buffer },
  { journal, captures }: CachingParts,
): Promise<void> {
  const { key, asked, response, beganAt } = call;
  const { answer, body, how, similarity } = hit;
  const { source, bornAt } = answer;
  const begun = begunFromCache(call, hit);
  await journal.begin(begun).catch(() => {
    throw refuse.notRecorded();
  });
  const latencyMs = performance.now() - beganAt;
  await journal.end({
    id: begun.id,
    outcome: "cached",
    status: 200,
    usage: source.usage,
    countedBy: "provider",
    costNanos: 0,
    latencyMs,
    firstTokenMs: latencyMs,
    attempts: 0,
    providerId: source.providerId,
    model: source.model,
    price: source.price,
  });
  if (key.capture !== null) captureAnswer({ ...call, begun }, key.capture, captures);
  const fields = {
    ...(asked.streamed
      ? { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" }
      : { "content-type": "application/json", "content-length": String(body.length) }),
    [HEADER]: "hit",
    "x-reef-cache-kind": how,
    "x-reef-cache-similarity": similarity.toFixed(4),
    age: String(Math.max(0, Math.floor((performance.now() - bornAt) / 1_000))),
  };
  const origin = { provider: source, model: source.model };
  const ofOrigin = originFields({ attempts: 0, reservation: { nearlyUsed: false } }, origin);
  response.writeHead(200, [...Object.entries(fields).flat(), ...ofOrigin]);
  response.end(body);
}
