import { answerRequests, Transferred } from "@reef/supervision/thread";
import { BadPrompt } from "../../dialects/conversation.ts";
import { findProviderKind } from "../../providers/index.ts";
import { readAsked } from "../asked.ts";
import { endpointOf } from "../endpoints.ts";
import { BadBody, parse, scanRequest } from "../scan-request.ts";
import { findWays, spell } from "../ways.ts";
import type { LargeAnswer, LargeJob, ReadJob, SpellJob } from "./jobs.ts";

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

function spellBody({ body: shared, operation, kind: name, model, maxOutputTokens }: SpellJob): LargeAnswer {
  const endpoint = endpointOf(operation);
  const kind = findProviderKind(name);
  if (kind === undefined) throw new Error("The thread knows all kinds of providers.");
  const asked = readAsked(Buffer.from(shared), endpoint);
  const ways = findWays(endpoint, kind);
  const { way, body } = spell(ways, { asked, endpoint }, { model, maxOutputTokens, provider: { kind } });
  const index = ways.indexOf(way);
  if (body === asked.body) return { way: index, body: shared };
  // What lies in a pool of small buffers cannot be handed over.
  const isAlone = body.byteLength === body.buffer.byteLength;
  return { way: index, body: (isAlone ? body.buffer : new Uint8Array(body).buffer) as ArrayBuffer };
}

function work(job: LargeJob): LargeAnswer {
  try {
    return "kind" in job ? spellBody(job) : read(job);
  } catch (error) {
    if (error instanceof BadPrompt) return { badPrompt: [error.path, error.message] };
    if (error instanceof BadBody) return { badBody: error.message };
    return { failure: String(error) };
  }
}

/** Reads and spells large requests in a thread of its own: what takes longer than 5 ms would hold up all other calls. */
answerRequests<LargeJob, LargeAnswer>((job) => {
  const answer = work(job);
  return "way" in answer && answer.body instanceof ArrayBuffer ? new Transferred(answer, [answer.body]) : answer;
});
