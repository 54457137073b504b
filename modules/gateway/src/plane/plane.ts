import { randomUUIDv7 } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Problem } from "@reef/errors";
import type { RequestPlane } from "@reef/http";
import type { Logger } from "@reef/telemetry";
import { costNanosOf } from "../prices/price.ts";
import { type Asked, readAsked } from "./asked.ts";
import { type AttemptParts, answerFrom } from "./attempts.ts";
import type { AnswerCache } from "./cache/answer-cache.ts";
import { answerFromCache, keepAnswer } from "./cache/cached-call.ts";
import type { Amounts, PlaneKey } from "./call.ts";
import { type Captures, captureAnswer } from "./capture/captures.ts";
import { findEndpoint, type PlaneEndpoint } from "./endpoints.ts";
import { answerModels } from "./models-endpoint.ts";
import type { BudgetRefusal, Budgets, KeyRing, Reservation, Route, Router } from "./parts.ts";
import { BodyTooLarge, isLarge, readBody } from "./read-body.ts";
import { Refusal, refuse } from "./refusal.ts";
import { type RunningCall, settle } from "./running-call.ts";
import { BadBody } from "./scan-request.ts";
import type { Departure } from "./upstream.ts";

export interface PlaneParts extends AttemptParts {
  keys: KeyRing;
  router: Router;
  budgets: Budgets;
  captures: Pick<Captures, "take">;
  cache: AnswerCache;
  logger: Logger;
}

type PlaneResponse = ServerResponse & { requestId: string };

const PREFIX = "/v1/";
/** Prompts with images and documents are large: 32 MiB is what providers take. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
/** No model writes so much; a larger limit is none. */
const MOST_OUTPUT_TOKENS = 10_000_000;

/** The data plane over its parts: it answers everything under `/v1/`, and refuses there in the client's dialect. */
export const createPlane = (parts: PlaneParts): RequestPlane => ({
  take(request, response) {
    if (!request.url?.startsWith(PREFIX)) return false;
    void handle(request, response, parts);
    return true;
  },
});

async function handle(request: IncomingMessage, response: PlaneResponse, parts: PlaneParts): Promise<void> {
  const path = pathOf(request);
  const endpoint = request.method === "POST" ? findEndpoint(path) : undefined;
  try {
    if (endpoint !== undefined) return await answerCall(request, response, endpoint, parts);
    const key = await findKey(request, parts.keys);
    if (request.method === "GET" && (await answerModels(path, request, response, key, parts.router))) return;
    throw refuse.unknownPath(path);
  } catch (error) {
    // Who left gets no answer, and is no fault of ours.
    if (response.destroyed) return;
    const refusal = refusalOf(error);
    if (!(error instanceof Refusal) && refusal.failure.status >= 500)
      parts.logger.error({ err: error, requestId: response.requestId }, "A call of a model failed within the gateway.");
    sendRefusal(response, endpoint ?? defaultEndpoint(request), refusal);
  }
}

/** One call, step by step. @throws Refusal, and what {@link refusalOf} knows. */
async function answerCall(
  request: IncomingMessage,
  response: PlaneResponse,
  endpoint: PlaneEndpoint,
  parts: PlaneParts,
): Promise<void> {
  const beganAt = performance.now();
  const startedAt = Date.now();
  const departure = watchDeparture(response);
  const found = findKey(request, parts.keys);
  // What is in memory is not waited for: each turn of the queue of promises costs as much as a look into a map.
  const key = found instanceof Promise ? await found : found;
  if (key.unserved !== null && key.unserved.since <= startedAt) throw refuse.unserved(key.unserved);
  const body = await readBody(request, BODY_LIMIT_BYTES);
  const asked = isLarge(body) ? await parts.largeRequests.read(body, endpoint) : readAsked(body, endpoint);
  const routed = parts.router.route(key, asked.model);
  const route = routed instanceof Promise ? await routed : routed;
  const [target] = route?.targets ?? [];
  if (route === undefined || target === undefined) throw refuse.unknownModel(asked.model);

  const declared = declare(asked, route, endpoint);
  const rate = parts.rates.take(key, declared.tokens);
  if (rate !== undefined) throw refuse.rate(rate);
  const forwarded = forwardedHeaders(request);
  const asking = { key, endpoint, asked, route, headers: request.headers, forwarded, response, startedAt, beganAt };
  const cached =
    key.cache === null
      ? undefined
      : await orGiveBack(answerFromCache(asking, key.cache, parts), key, declared, parts.rates);
  if (cached?.isAnswered) return parts.rates.correct(key, declared.tokens, 0);
  const reserved = parts.budgets.reserve(key, declared);
  const told = reserved instanceof Promise ? await orGiveBack(reserved, key, declared, parts.rates) : reserved;
  const reservation = orRefuse(told, key, declared, parts);
  const call: RunningCall = {
    key,
    endpoint,
    asked,
    response,
    departure,
    forwarded,
    begun: {
      id: randomUUIDv7(),
      organizationId: key.organizationId,
      keyId: key.id,
      agentId: key.agentId,
      workspaceId: key.workspaceId,
      providerId: target.provider.id,
      requestedModel: asked.model,
      model: target.model,
      dialect: endpoint.operation,
      streamed: asked.streamed,
      startedAt,
      requestId: response.requestId,
      price: target.price,
      charges: reservation.charges,
      estimatedInputTokens: asked.estimatedInputTokens,
    },
    beganAt,
    attempts: 0,
    firstTokenMs: null,
    reservation,
    declaredTokens: declared.tokens,
    isSettled: false,
  };
  const takeBack = () => {
    reservation.release();
    parts.rates.correct(key, declared.tokens, 0);
  };
  if (departure.isGone) return takeBack();
  try {
    await parts.journal.begin(call.begun);
  } catch (cause) {
    takeBack();
    parts.logger.error({ err: cause, requestId: response.requestId }, "A call of a model could not be recorded.");
    throw refuse.notRecorded();
  }
  if (cached?.keeping !== undefined) keepAnswer(parts.cache, cached.keeping, call);
  if (key.capture !== null) captureAnswer(call, key.capture, parts.captures);
  try {
    await answerFrom(call, route, parts);
  } catch (error) {
    await settle(call, { outcome: "failed", status: 500, target, usage: undefined }, parts);
    throw error;
  }
}

/** What comes of it; a call for which it fails takes nothing of its key's tokens. */
async function orGiveBack<Result>(
  work: Promise<Result>,
  key: PlaneKey,
  declared: Amounts,
  rates: PlaneParts["rates"],
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    rates.correct(key, declared.tokens, 0);
    throw error;
  }
}

/** What was set aside, where it was. @throws Refusal */
function orRefuse(
  reservation: Reservation | BudgetRefusal,
  key: PlaneKey,
  declared: Amounts,
  { rates }: PlaneParts,
): Reservation {
  if (!("refused" in reservation)) return reservation;
  rates.correct(key, declared.tokens, 0);
  throw refuse.budget(reservation);
}

const BEARER = /^bearer /i;

/** The key of `Authorization: Bearer` or of Anthropic's `x-api-key`. @throws Refusal */
function findKey({ headers, socket }: IncomingMessage, keys: KeyRing): PlaneKey | Promise<PlaneKey> {
  const { authorization, "x-api-key": apiKey } = headers;
  const secret = authorization !== undefined && BEARER.test(authorization) ? authorization.slice(7) : apiKey;
  if (typeof secret !== "string") throw refuse.unknownKey();
  const found = keys.find(secret, socket);
  return found instanceof Promise ? found.then(orUnknown) : orUnknown(found);
}

function orUnknown(key: PlaneKey | undefined): PlaneKey {
  if (key === undefined) throw refuse.unknownKey();
  return key;
}

/** The most that a call may take: of the first way, since the others are there for when it fails. */
function declare(asked: Asked, { targets }: Route, { operation }: PlaneEndpoint): Amounts {
  if (operation === "count-tokens") return { tokens: 0, costNanos: 0 };
  const inputTokens = asked.estimatedInputTokens;
  const writes = operation !== "embeddings";
  let outputTokens = 0;
  let costNanos = 0;
  for (const { price, maxOutputTokens } of targets) {
    // What the caller allows counts as it is: what a model writes at most is not known of every one.
    const most = Math.min(asked.maxOutputTokens ?? maxOutputTokens, MOST_OUTPUT_TOKENS);
    const output = writes ? most * asked.choices : 0;
    const counted = { inputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: output };
    outputTokens = Math.max(outputTokens, output);
    // Writing to a provider's cache costs more than reading anew, and for an hour more than for five minutes.
    const hourCacheWriteTokens = price?.cacheWriteMicros !== undefined && asked.body.includes('"1h"') ? inputTokens : 0;
    const dearest = { ...counted, cacheWriteTokens: inputTokens, hourCacheWriteTokens };
    costNanos = Math.max(costNanos, costNanosOf(price, counted), costNanosOf(price, dearest));
  }
  return { tokens: inputTokens + outputTokens, costNanos };
}

/** What providers of the client's own dialect want to know, and what holds no secret. */
function forwardedHeaders({ headers }: IncomingMessage): RunningCall["forwarded"] {
  let forwarded: Record<string, string> | undefined;
  for (const name of ["anthropic-version", "anthropic-beta", "openai-beta"]) {
    const value = headers[name];
    if (typeof value === "string") forwarded = { ...forwarded, [name]: value };
  }
  return forwarded;
}

function watchDeparture(response: ServerResponse): Departure {
  const departure: Departure = { isGone: false, onGone() {} };
  response.on("close", () => {
    if (response.writableFinished) return;
    departure.isGone = true;
    departure.onGone();
  });
  return departure;
}

function pathOf({ url = "" }: IncomingMessage): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof BadBody) return refuse.badBody(error.message);
  if (error instanceof BodyTooLarge) return refuse.tooLarge();
  if (error instanceof Problem && error.status === 503) return refuse.unavailable();
  return refuse.internal();
}

function sendRefusal(response: PlaneResponse, { client }: PlaneEndpoint, { failure }: Refusal): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(client.writeFailure(failure)));
  if (failure.retryAfterSeconds !== undefined) response.setHeader("retry-after", Math.ceil(failure.retryAfterSeconds));
  // A client that tries again at once would be refused until the period ends, or a person has done something.
  if (failure.budget !== undefined || failure.status === 402) response.setHeader("x-should-retry", "false");
  // A body that was not read to its end would be taken for the next request.
  if (failure.status === 413) response.setHeader("connection", "close");
  response.writeHead(failure.status, { "content-type": "application/json", "content-length": body.length }).end(body);
}

/** In whose dialect is spoken where the path does not say: in Anthropic's with those who send its version. */
const defaultEndpoint = ({ headers }: IncomingMessage): PlaneEndpoint =>
  findEndpoint(headers["anthropic-version"] === undefined ? "/v1/chat/completions" : "/v1/messages") as PlaneEndpoint;
