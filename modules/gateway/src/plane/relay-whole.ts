import { deltasOf } from "../dialects/answer-deltas.ts";
import { type Answer, NO_USAGE, type UpstreamFailure, type Usage } from "../dialects/conversation.ts";
import type { ClientFailure } from "../dialects/dialect.ts";
import { isObject, objectIn } from "../dialects/reading.ts";
import { readStreamFailure } from "../dialects/upstream-failure.ts";
import { ProviderRefusal } from "../providers/provider.ts";
import { originHeaders } from "./answer-head.ts";
import type { Target } from "./parts.ts";
import { refuse } from "./refusal.ts";
import { createDeltaRelay } from "./relay-deltas.ts";
import { type Ending, noteDelivery, type RunningCall, type SettlingParts, settle } from "./running-call.ts";
import { BadBody, parse, scanRequest } from "./scan-request.ts";
import type { Source } from "./source.ts";
import { ClientGone, gather } from "./upstream.ts";
import type { Way } from "./ways.ts";

/** An answer larger than this is none of a model. */
const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Relays an answer that comes in one piece: it goes out when the call is on record, as a stream where the client asked for one.
 * Resolves with what the upstream says where that is a refusal, whatever its status; then nothing has gone out.
 */
export async function relayWhole(
  call: RunningCall,
  { target, way, key, answer }: Source,
  parts: SettlingParts,
): Promise<UpstreamFailure | undefined> {
  let bytes: Buffer;
  try {
    bytes = await gather(answer, LONGEST_ANSWER_BYTES);
  } catch (error) {
    key.succeeded(target.model);
    if (error instanceof ClientGone) {
      await end("abandoned", 499, undefined, "");
      return undefined;
    }
    await end("cut", 502, undefined, "");
    sendFailure(call, target, refuse.malformed(target.provider.slug).failure);
    return undefined;
  }
  const spelled = spellAnswer(bytes, call, target, way);
  if (spelled.kind === "refused") return spelled.failure;
  key.succeeded(target.model);
  if (spelled.kind === "unreadable") {
    await end("failed", spelled.failure.status);
    sendFailure(call, target, spelled.failure);
    return undefined;
  }
  const { usage } = spelled;
  if (spelled.kind === "answer") {
    const relay = createDeltaRelay(call, target, parts);
    relay.push(deltasOf(spelled.answer, usage));
    await relay.finish(undefined);
    return undefined;
  }
  noteDelivery(call);
  // Where the provider counted nothing, all that it sent stands for what was delivered.
  await end("completed", answer.status, usage, usage === undefined ? bytes.toString("utf8") : undefined);
  send(call, target, answer.status, spelled.body);
  return undefined;

  function end(outcome: Ending["outcome"], status: number, usage?: Usage, delivered?: string): Promise<void> {
    return settle(call, { outcome, status, target, usage, ...(delivered !== undefined && { delivered }) }, parts);
  }
}

/** What came in one piece: a body as the client reads it, an answer that is still to be streamed, or what is wrong with it. */
type Whole =
  | { kind: "body"; body: Buffer; usage: Usage | undefined }
  | { kind: "answer"; answer: Answer; usage: Usage | undefined }
  | { kind: "refused"; failure: UpstreamFailure }
  | { kind: "unreadable"; failure: ClientFailure };

function spellAnswer(bytes: Buffer, { endpoint, asked }: RunningCall, { provider }: Target, way: Way): Whole {
  const { dialect } = way;
  const isStreamed = asked.streamed && dialect !== undefined;
  if (way.spelling === "same" && !isStreamed) return lookInto(bytes, way);
  try {
    const answer: unknown = JSON.parse(bytes.toString("utf8"));
    if (isError(objectIn(answer).error)) return { kind: "refused", failure: readStreamFailure(answer) };
    if (way.spelling === "vectors") {
      const { body, usage } = provider.kind.embeddings?.read(answer, asked.echo(), asked.model) ?? {};
      return { kind: "body", body: asJson(body), usage };
    }
    const read = dialect?.readAnswer(answer);
    if (read === undefined) return { kind: "unreadable", failure: refuse.malformed(provider.slug).failure };
    // An answer has a usage in any case, and the gauge says whether anybody told it.
    const usage = dialect?.createGauge().ofAnswer(answer);
    if (isStreamed) return { kind: "answer", answer: read, usage };
    return { kind: "body", body: asJson(endpoint.client.writeAnswer(read, asked.model, asked.echo())), usage };
  } catch (error) {
    const { failure } = error instanceof ProviderRefusal ? error : refuse.malformed(provider.slug);
    return { kind: "unreadable", failure };
  }
}

const asJson = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Servers that are compatible with OpenAI's say `error: null` beside an answer, or nothing at all. */
const isError = (error: unknown): boolean =>
  (typeof error === "string" && error !== "") || (isObject(error) && Object.keys(error).length > 0);

const LOOKED_FOR = new Set(["usage", "error"]);

/** The usage in an answer that passes through, or its error; of the rest nothing is read. */
function lookInto(bytes: Buffer, { dialect, operation }: Way): Whole {
  const unread: Whole = { kind: "body", body: bytes, usage: operation === "count-tokens" ? NO_USAGE : undefined };
  try {
    const { spans } = scanRequest(bytes, LOOKED_FOR);
    const error = spans.get("error");
    if (error !== undefined && isError(parse(bytes, error)))
      return { kind: "refused", failure: readStreamFailure(parse(bytes, { start: 0, end: bytes.length })) };
    const span = spans.get("usage");
    // Counting is not answering: no provider takes anything for it.
    if (span === undefined || operation === "count-tokens") return unread;
    const usage = parse(bytes, span);
    return {
      ...unread,
      usage: operation === "embeddings" ? usageOfVectors(usage) : dialect?.createGauge().ofAnswer({ usage }),
    };
  } catch (error) {
    if (error instanceof BadBody) return unread;
    throw error;
  }
}

/** OpenAI's embeddings count their input alone. */
function usageOfVectors(usage: unknown): Usage | undefined {
  const { prompt_tokens: inputTokens } = (usage ?? {}) as { prompt_tokens?: unknown };
  if (typeof inputTokens !== "number") return undefined;
  return { inputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };
}

/** Sends an answer that came through a provider's library. */
export function sendAnswer(call: RunningCall, target: Target, answer: Answer): void {
  const { endpoint, asked } = call;
  send(call, target, 200, Buffer.from(JSON.stringify(endpoint.client.writeAnswer(answer, asked.model, asked.echo()))));
}

function send(call: RunningCall, target: Target, status: number, body: Buffer): void {
  call.response.writeHead(status, {
    "content-type": "application/json",
    "content-length": body.length,
    ...originHeaders(call, target),
  });
  call.response.end(body);
}

/** Tells the client in its dialect what went wrong with an upstream. */
export function sendFailure(call: RunningCall, target: Target, failure: ClientFailure): void {
  const body = Buffer.from(JSON.stringify(call.endpoint.client.writeFailure(failure)));
  if (failure.retryAfterSeconds !== undefined)
    call.response.setHeader("retry-after", Math.ceil(failure.retryAfterSeconds));
  send(call, target, failure.status, body);
}

/** Passes an upstream's own refusal on, every byte as it was. */
export function sendRefusal(
  call: RunningCall,
  target: Target,
  status: number,
  body: Buffer,
  retryAfter?: string,
): void {
  if (retryAfter !== undefined) call.response.setHeader("retry-after", retryAfter);
  send(call, target, status, body);
}
