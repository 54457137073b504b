import { deliveredBy, deltasOf } from "../dialects/answer-deltas.ts";
import { type Answer, NO_USAGE, type UpstreamFailure, type Usage } from "../dialects/conversation.ts";
import type { ClientFailure } from "../dialects/dialect.ts";
import { isObject, type Json, objectIn } from "../dialects/reading.ts";
import { readStreamFailure } from "../dialects/upstream-failure.ts";
import { type Operation, type ProviderKind, ProviderRefusal } from "../providers/provider.ts";
import { endpointOf } from "./endpoints.ts";
import { refuse } from "./refusal.ts";
import { BadBody, parse, scanRequest } from "./scan-request.ts";
import type { Way } from "./ways.ts";

/** What an answer in one piece is the answer to, as far as its spelling depends on it. */
export interface AnsweredCall {
  /** What the client called. */
  operation: Operation;
  /** The model, as the client named it. */
  model: string;
  streamed: boolean;
  /** What an answer may repeat of its request, or depends on. */
  echo(): Json;
  createdSeconds: number;
  /** Which provider answered. */
  slug: string;
}

/** An answer that came in one piece: what the client is to read, or what is wrong with it. */
export type Whole = WholeBody | { kind: "refused"; failure: UpstreamFailure } | Unreadable;

interface WholeBody {
  kind: "body";
  /** As the client reads it: JSON, or a stream where it asked for one. */
  body: Buffer;
  isStream: boolean;
  /** As the provider told it; undefined where it did not. */
  usage: Usage | undefined;
  /** What is counted where the provider did not. */
  delivered?: string;
}

interface Unreadable {
  kind: "unreadable";
  failure: ClientFailure;
}

/** Spells an answer for its client. Goes over all of it, some of it several times. */
export function spellAnswer(
  bytes: Buffer,
  call: AnsweredCall,
  way: Way,
  { embeddings }: Pick<ProviderKind, "embeddings">,
): Whole {
  const { dialect } = way;
  const isStreamed = call.streamed && dialect !== undefined;
  if (way.spelling === "same" && !isStreamed) return lookInto(bytes, way);
  try {
    const answer: unknown = JSON.parse(bytes.toString("utf8"));
    if (isError(objectIn(answer).error)) return { kind: "refused", failure: readStreamFailure(answer) };
    if (way.spelling === "vectors") {
      const { body, usage } = embeddings?.read(answer, call.echo(), call.model) ?? {};
      return bodyOf(asJson(body), usage, () => "");
    }
    const read = dialect?.readAnswer(answer);
    if (read === undefined) return unreadable(call);
    // An answer has a usage in any case, and the gauge says whether anybody told it.
    const usage = dialect?.createGauge().ofAnswer(answer);
    if (isStreamed) return streamOf(read, usage, call);
    const { client } = endpointOf(call.operation);
    return bodyOf(asJson(client.writeAnswer(read, call.model, call.echo())), usage, () => bytes.toString("utf8"));
  } catch (error) {
    return error instanceof ProviderRefusal ? { kind: "unreadable", failure: error.failure } : unreadable(call);
  }
}

const unreadable = ({ slug }: AnsweredCall): Unreadable => ({
  kind: "unreadable",
  failure: refuse.malformed(slug).failure,
});

const bodyOf = (body: Buffer, usage: Usage | undefined, delivered: () => string): WholeBody => ({
  kind: "body",
  body,
  isStream: false,
  usage,
  // All that the provider sent stands for what was delivered; vectors are no text.
  ...(usage === undefined && { delivered: delivered() }),
});

function streamOf(answer: Answer, usage: Usage | undefined, call: AnsweredCall): WholeBody {
  const { client } = endpointOf(call.operation);
  const writer = client.createWriter({ model: call.model, request: call.echo(), createdSeconds: call.createdSeconds });
  const deltas = deltasOf(answer, usage);
  const body = Buffer.from(deltas.map((delta) => writer.write(delta)).join(""));
  return { ...bodyOf(body, usage, () => deltas.map(deliveredBy).join("")), isStream: true };
}

const asJson = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Servers that are compatible with OpenAI's say `error: null` beside an answer, or nothing at all. */
const isError = (error: unknown): boolean =>
  (typeof error === "string" && error !== "") || (isObject(error) && Object.keys(error).length > 0);

const LOOKED_FOR = new Set(["usage", "error"]);

/** The usage in an answer that passes through, or its error; of the rest nothing is read. */
function lookInto(bytes: Buffer, { dialect, operation }: Way): Whole {
  const asItIs = (told: Usage | undefined) =>
    // Counting is not answering: no provider takes anything for it.
    bodyOf(bytes, operation === "count-tokens" ? NO_USAGE : told, () =>
      operation === "embeddings" ? "" : bytes.toString("utf8"),
    );
  try {
    const { spans } = scanRequest(bytes, LOOKED_FOR);
    const error = spans.get("error");
    if (error !== undefined && isError(parse(bytes, error)))
      return { kind: "refused", failure: readStreamFailure(parse(bytes, { start: 0, end: bytes.length })) };
    const span = spans.get("usage");
    const usage = span === undefined ? undefined : parse(bytes, span);
    return asItIs(operation === "embeddings" ? usageOfVectors(usage) : dialect?.createGauge().ofAnswer({ usage }));
  } catch (error) {
    if (error instanceof BadBody) return asItIs(undefined);
    throw error;
  }
}

/** OpenAI's embeddings count their input alone. */
function usageOfVectors(usage: unknown): Usage | undefined {
  const { prompt_tokens: inputTokens } = (usage ?? {}) as { prompt_tokens?: unknown };
  if (typeof inputTokens !== "number") return undefined;
  return { ...NO_USAGE, inputTokens };
}
