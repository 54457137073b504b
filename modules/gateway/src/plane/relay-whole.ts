import type { Answer, UpstreamFailure, Usage } from "../dialects/conversation.ts";
import type { ClientFailure } from "../dialects/dialect.ts";
import { originFields, streamFields } from "./answer-head.ts";
import type { LargeRequests } from "./large-requests.ts";
import type { Target } from "./parts.ts";
import { isLarge } from "./read-body.ts";
import { Refusal, refuse } from "./refusal.ts";
import { type Ending, noteDelivery, type RunningCall, type SettlingParts, settle } from "./running-call.ts";
import type { Source } from "./source.ts";
import { spellAnswer, type Whole } from "./spell-answer.ts";
import { ClientGone, gather } from "./upstream.ts";
import type { Way } from "./ways.ts";

export interface RelayParts extends SettlingParts {
  largeRequests: LargeRequests;
}

/** An answer larger than this is none of a model. */
const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Relays an answer that comes in one piece: it goes out when the call is on record, as a stream where the client asked for one.
 * Resolves with what the upstream says where that is a refusal, whatever its status; then nothing has gone out.
 */
export async function relayWhole(
  call: RunningCall,
  { target, way, key, answer }: Source,
  parts: RelayParts,
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
  let spelled: Whole;
  try {
    spelled = await spell(bytes, call, target, way, parts);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    key.succeeded(target.model);
    await end("cut", error.failure.status, undefined, "");
    sendFailure(call, target, error.failure);
    return undefined;
  }
  if (spelled.kind === "refused") return spelled.failure;
  key.succeeded(target.model);
  if (spelled.kind === "unreadable") {
    await end("failed", spelled.failure.status);
    sendFailure(call, target, spelled.failure);
    return undefined;
  }
  noteDelivery(call);
  await end(call.departure.isGone ? "abandoned" : "completed", answer.status, spelled.usage, spelled.delivered);
  if (!spelled.isStream) send(call, target, answer.status, spelled.body);
  else call.response.writeHead(answer.status, streamFields(call, target)).end(spelled.body);
  return undefined;

  function end(outcome: Ending["outcome"], status: number, usage?: Usage, delivered?: string): Promise<void> {
    return settle(call, { outcome, status, target, usage, ...(delivered !== undefined && { delivered }) }, parts);
  }
}

/** The answer for its client; a large one is gone over beside the event loop. @throws Refusal where too much waits there. */
function spell(
  bytes: Buffer,
  { endpoint, asked, begun }: RunningCall,
  { provider }: Target,
  way: Way,
  { largeRequests }: RelayParts,
): Whole | Promise<Whole> {
  const answered = {
    operation: endpoint.operation,
    model: asked.model,
    streamed: asked.streamed,
    echo: () => asked.echo(),
    createdSeconds: Math.floor(begun.startedAt / 1_000),
    slug: provider.slug,
  };
  return isLarge(bytes)
    ? largeRequests.spellAnswer(bytes, answered, way, provider.kind)
    : spellAnswer(bytes, answered, way, provider.kind);
}

/** Sends an answer that came through a provider's library. */
export function sendAnswer(call: RunningCall, target: Target, answer: Answer): void {
  const { endpoint, asked } = call;
  send(call, target, 200, Buffer.from(JSON.stringify(endpoint.client.writeAnswer(answer, asked.model, asked.echo()))));
}

function send(call: RunningCall, target: Target, status: number, body: Buffer): void {
  const content = ["content-type", "application/json", "content-length", String(body.length)];
  call.response.writeHead(status, content.concat(originFields(call, target)));
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
