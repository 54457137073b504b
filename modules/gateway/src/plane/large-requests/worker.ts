import { answerRequests, Transferred } from "@reef/supervision/thread";
import { BadPrompt } from "../../dialects/conversation.ts";
import { findProviderKind } from "../../providers/index.ts";
import type { ProviderKind } from "../../providers/provider.ts";
import { readAsked } from "../asked.ts";
import { endpointOf } from "../endpoints.ts";
import { BadBody, parse, scanRequest } from "../scan-request.ts";
import { spellAnswer } from "../spell-answer.ts";
import { findWays, spell } from "../ways.ts";
import type { AnswerJob, LargeAnswer, LargeJob, ReadJob, SpellJob } from "./jobs.ts";

/** What answers repeat of their request, or depend on: all but the conversation itself. */
const ECHOED = new Set([
  "dimensions",
  "encoding_format",
  "instructions",
  "max_output_tokens",
  "metadata",
  "parallel_tool_calls",
  "reasoning",
  "stream_options",
  "temperature",
  "text",
  "tool_choice",
  "tools",
  "top_p",
]);
/** What is longer is not repeated: it would have to be read again where it must not be. */
const LONGEST_ECHO_BYTES = 32_768;

function read({ body: shared, operation }: ReadJob): LargeAnswer {
  const body = Buffer.from(shared);
  const { scan, model, streamed, maxOutputTokens, choices, estimatedInputTokens } = readAsked(
    body,
    endpointOf(operation),
  );
  const echo: Record<string, unknown> = {};
  for (const [name, span] of scanRequest(body, ECHOED).spans)
    if (span.end - span.start <= LONGEST_ECHO_BYTES) echo[name] = parse(body, span);
  return { fields: { scan, model, streamed, maxOutputTokens, choices, estimatedInputTokens }, echo };
}

const kindOf = (name: string): ProviderKind => {
  const kind = findProviderKind(name);
  if (kind === undefined) throw new Error("The thread knows all kinds of providers.");
  return kind;
};

function spellBody({ body: shared, operation, kind: name, model, maxOutputTokens }: SpellJob): LargeAnswer {
  const endpoint = endpointOf(operation);
  const kind = kindOf(name);
  const asked = readAsked(Buffer.from(shared), endpoint);
  const ways = findWays(endpoint, kind);
  const { way, body } = spell(ways, { asked, endpoint }, { model, maxOutputTokens, provider: { kind } });
  const index = ways.indexOf(way);
  if (body === asked.body) return { way: index, body: shared };
  return { way: index, body: alone(body).buffer };
}

function spellWhole({ body, kind: name, way: operation, answered }: AnswerJob): LargeAnswer {
  const kind = kindOf(name);
  const way = findWays(endpointOf(answered.operation), kind).find((known) => known.operation === operation);
  if (way === undefined) throw new Error("The thread knows all ways.");
  const bytes = Buffer.from(body);
  const whole = spellAnswer(bytes, { ...answered, echo: () => answered.echo }, way, kind);
  return { whole: whole.kind === "body" && whole.body !== bytes ? { ...whole, body: alone(whole.body) } : whole };
}

/** What lies in a pool of small buffers cannot be handed over. */
const alone = (body: Buffer): Buffer<ArrayBuffer> =>
  body.buffer instanceof ArrayBuffer && body.byteLength === body.buffer.byteLength
    ? (body as Buffer<ArrayBuffer>)
    : Buffer.from(new Uint8Array(body).buffer);

function work(job: LargeJob): LargeAnswer {
  try {
    if ("answered" in job) return spellWhole(job);
    return "kind" in job ? spellBody(job) : read(job);
  } catch (error) {
    if (error instanceof BadPrompt) return { badPrompt: [error.path, error.message] };
    if (error instanceof BadBody) return { badBody: error.message };
    return { failure: String(error) };
  }
}

/** The memory of an answer that is the loop's from now on. */
function handedOver(answer: LargeAnswer): ArrayBuffer[] {
  const whole = "whole" in answer && answer.whole.kind === "body" ? answer.whole.body.buffer : undefined;
  const memory = "way" in answer ? answer.body : whole;
  return memory instanceof ArrayBuffer ? [memory] : [];
}

/** Goes over what is large in a thread of its own: what takes longer than 5 ms would hold up all other calls. */
answerRequests<LargeJob, LargeAnswer>((job) => {
  const answer = work(job);
  return new Transferred(answer, handedOver(answer));
});
