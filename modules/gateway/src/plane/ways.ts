import { BadPrompt, type Conversation } from "../dialects/conversation.ts";
import type { DialectName, ProviderDialect } from "../dialects/dialect.ts";
import { providerDialects } from "../dialects/index.ts";
import { keyHeaders } from "../providers/headers.ts";
import type { Endpoint, Operation, ProviderKind } from "../providers/provider.ts";
import type { Asked } from "./asked.ts";
import type { PlaneEndpoint } from "./endpoints.ts";
import type { Target, UpstreamKey } from "./parts.ts";
import type { RunningCall } from "./running-call.ts";
import { type Splice, splice } from "./splice.ts";

/** How a provider is asked for an operation. */
export interface Way {
  /** What it is asked for, in its own dialect. */
  operation: Operation;
  endpoint: Endpoint;
  /** The dialect that bytes go and come in; undefined for vectors, counts, and libraries. */
  dialect: ProviderDialect | undefined;
  /**
   * Whether bytes go through as they are (`same`), are spelled anew (`translated`), also where only vectors are (`vectors`),
   * or a library makes them (`library`).
   */
  spelling: "same" | "translated" | "vectors" | "library";
}

const dialectOf = (operation: Operation): ProviderDialect | undefined => providerDialects[operation as DialectName];

/**
 * The ways in which a provider can be asked, the best first: untouched where it speaks what the client speaks; else by each
 * dialect that it has, since one may say what another cannot. None where it does not offer the operation.
 */
export function findWays({ operation }: PlaneEndpoint, { speaks, library, embeddings }: ProviderKind): readonly Way[] {
  const same = speaks[operation];
  if (same !== undefined) {
    const spelling = operation === "embeddings" && embeddings !== undefined ? "vectors" : "same";
    return [{ operation, endpoint: same, dialect: dialectOf(operation), spelling }];
  }
  if (operation === "embeddings" || operation === "count-tokens") return [];
  const ways: Way[] = [];
  for (const [name, endpoint] of Object.entries(speaks) as [Operation, Endpoint][]) {
    const dialect = dialectOf(name);
    if (library !== undefined) ways.push({ operation: name, endpoint, dialect: undefined, spelling: "library" });
    else if (dialect !== undefined) ways.push({ operation: name, endpoint, dialect, spelling: "translated" });
  }
  return ways;
}

/** Whether OpenAI's chat dialect must be told to count a stream's tokens, which the client did not ask for. */
export const mustAskForUsage = ({ operation }: PlaneEndpoint, { streamed, scan, body }: Asked): boolean => {
  if (operation !== "openai-chat" || !streamed) return false;
  const options = scan.spans.get("stream_options");
  return (
    options === undefined || !/"include_usage"\s*:\s*true/.test(body.toString("latin1", options.start, options.end))
  );
};

/** A way with the body of its request. */
export interface Spelled {
  way: Way;
  body: Buffer;
}

/** Of a call, what its request is spelled by. */
type Question = Pick<RunningCall, "asked" | "endpoint">;

/** Of a target, what a request is spelled for. */
type Answerer = Pick<Target, "model" | "maxOutputTokens"> & { provider: Pick<Target["provider"], "kind"> };

/** The request in the first of the ways that can say it. @throws BadPrompt where none can. */
export function spell(ways: readonly Way[], call: Question, target: Answerer): Spelled {
  let refusal: BadPrompt | undefined;
  for (const way of ways) {
    try {
      return { way, body: bodyFor(way, call, target) };
    } catch (error) {
      if (!(error instanceof BadPrompt)) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? new Error("A provider is asked in one way at least.");
}

const asJson = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const NOTHING = Buffer.alloc(0);

function bodyFor({ spelling, dialect }: Way, call: Question, target: Answerer): Buffer {
  const { asked } = call;
  if (spelling === "vectors") return asJson(target.provider.kind.embeddings?.write(asked.request(), target.model));
  if (spelling === "translated") return asJson(dialect?.writeConversation(conversationFor(call, target)));
  return spelling === "library" ? NOTHING : splicedBody(call, target);
}

function splicedBody({ asked, endpoint }: Question, { model }: Answerer): Buffer {
  const splices: Splice[] = [];
  const span = asked.scan.spans.get("model");
  if (span !== undefined && model !== asked.model) splices.push({ span, json: JSON.stringify(model) });
  if (mustAskForUsage(endpoint, asked)) {
    const options = asked.scan.spans.get("stream_options");
    const json = JSON.stringify({ ...optionsOf(asked), include_usage: true });
    splices.push(options === undefined ? { field: "stream_options", json } : { span: options, json });
  }
  return splice(asked.body, splices);
}

function optionsOf({ scan, body }: Asked): object {
  const span = scan.spans.get("stream_options");
  const options: unknown = span === undefined ? undefined : JSON.parse(body.toString("utf8", span.start, span.end));
  return typeof options === "object" && options !== null ? options : {};
}

/** The call's question, as the target is asked it. @throws BadPrompt */
export function conversationFor({ endpoint, asked }: Question, { model, maxOutputTokens }: Answerer): Conversation {
  const conversation = endpoint.client.readConversation(asked.request());
  // What was set aside of the budgets is what the model may write.
  return { ...conversation, model, maxOutputTokens: conversation.maxOutputTokens ?? maxOutputTokens };
}

/** What calls of one upstream key have in common in their header fields, for streams and for the others. */
const commonFields = new WeakMap<UpstreamKey, { ofStreams: string[]; ofOthers: string[] }>();

/** Header fields of the upstream's request: names and values in turn. */
export function headersFor(
  { spelling }: Way,
  { asked: { streamed }, forwarded }: Pick<RunningCall, "asked" | "forwarded">,
  { provider: { kind } }: Target,
  key: UpstreamKey,
): string[] {
  if (spelling === "same" && forwarded !== undefined) return fieldsFor(kind, key, streamed, forwarded);
  let common = commonFields.get(key);
  if (common === undefined) {
    common = { ofStreams: fieldsFor(kind, key, true), ofOthers: fieldsFor(kind, key, false) };
    commonFields.set(key, common);
  }
  return streamed ? common.ofStreams : common.ofOthers;
}

const fieldsFor = (kind: ProviderKind, { secret }: UpstreamKey, streamed: boolean, forwarded?: object): string[] =>
  Object.entries({
    "content-type": "application/json",
    accept: streamed ? "text/event-stream" : "application/json",
    // What comes compressed could not be looked into on its way.
    "accept-encoding": "identity",
    ...kind.headers,
    ...forwarded,
    ...keyHeaders(kind, secret),
  }).flat();
