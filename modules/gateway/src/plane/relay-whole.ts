import { type Answer, NO_USAGE, type Usage } from "../dialects/conversation.ts";
import type { ClientFailure } from "../dialects/dialect.ts";
import { ProviderRefusal } from "../providers/provider.ts";
import { originHeaders } from "./answer-head.ts";
import type { Target } from "./parts.ts";
import { refuse } from "./refusal.ts";
import { type Ending, noteDelivery, type RunningCall, type SettlingParts, settle } from "./running-call.ts";
import { BadBody, parse, scanRequest } from "./scan-request.ts";
import { ClientGone, type Exchange, gather } from "./upstream.ts";
import type { Way } from "./ways.ts";

/** An answer larger than this is none of a model. */
const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Relays an answer that comes in one piece: it goes out when the call is on record. */
export async function relayWhole(
  call: RunningCall,
  target: Target,
  way: Way,
  answer: Exchange,
  parts: SettlingParts,
): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = await gather(answer, LONGEST_ANSWER_BYTES);
  } catch (error) {
    if (error instanceof ClientGone) return settle(call, ending("abandoned", 499, undefined, ""), parts);
    await settle(call, ending("cut", 502, undefined, ""), parts);
    return sendFailure(call, target, refuse.malformed(target.provider.slug).failure);
  }
  const spelled = spellAnswer(bytes, call, target, way);
  if ("status" in spelled) {
    await settle(call, ending("failed", spelled.status), parts);
    return sendFailure(call, target, spelled);
  }
  noteDelivery(call);
  // Where the provider counted nothing, all that it sent stands for what was delivered.
  const delivered = spelled.usage === undefined ? bytes.toString("utf8") : undefined;
  await settle(call, ending("completed", answer.status, spelled.usage, delivered), parts);
  send(call, target, answer.status, spelled.body);

  function ending(outcome: Ending["outcome"], status: number, usage?: Usage, delivered?: string): Ending {
    return { outcome, status, target, usage, ...(delivered !== undefined && { delivered }) };
  }
}

/** An answer as the client reads it, with what it used; or what is wrong with it. */
function spellAnswer(
  bytes: Buffer,
  { endpoint, asked }: RunningCall,
  { provider }: Target,
  way: Way,
): { body: Buffer; usage: Usage | undefined } | ClientFailure {
  if (way.spelling === "same") return { body: bytes, usage: usageIn(bytes, way) };
  try {
    const answer: unknown = JSON.parse(bytes.toString("utf8"));
    if (way.spelling === "vectors") {
      const { body, usage } = provider.kind.embeddings?.read(answer, asked.request(), asked.model) ?? {};
      return { body: Buffer.from(JSON.stringify(body)), usage };
    }
    const read = way.dialect?.readAnswer(answer);
    if (read === undefined) return refuse.malformed(provider.slug).failure;
    const body = endpoint.client.writeAnswer(read, asked.model, asked.request());
    return { body: Buffer.from(JSON.stringify(body)), usage: read.usage };
  } catch (error) {
    return error instanceof ProviderRefusal ? error.failure : refuse.malformed(provider.slug).failure;
  }
}

const USAGE = new Set(["usage"]);

/** The usage in an answer that passes through; of the rest nothing is read. */
function usageIn(bytes: Buffer, { dialect, operation }: Way): Usage | undefined {
  // Counting is not answering: no provider takes anything for it.
  if (operation === "count-tokens") return NO_USAGE;
  try {
    const span = scanRequest(bytes, USAGE).spans.get("usage");
    if (span === undefined) return undefined;
    const usage = parse(bytes, span);
    return operation === "embeddings" ? usageOfVectors(usage) : dialect?.createGauge().ofAnswer({ usage });
  } catch (error) {
    if (error instanceof BadBody) return undefined;
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
  send(
    call,
    target,
    200,
    Buffer.from(JSON.stringify(endpoint.client.writeAnswer(answer, asked.model, asked.request()))),
  );
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
