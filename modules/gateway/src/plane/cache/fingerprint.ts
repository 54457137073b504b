import { createHmac } from "node:crypto";
import type { Conversation } from "../../dialects/conversation.ts";
import type { Operation } from "../../providers/provider.ts";
import type { Asked } from "../asked.ts";
import type { KeyCaching } from "../call.ts";
import type { PlaneEndpoint } from "../endpoints.ts";
import type { Route } from "../parts.ts";

/** By what a request is known again. Digests are keyed, so that nobody who reads the database can try prompts. */
export interface Fingerprint {
  /** Of all that the answer depends on. */
  exact: Buffer;
  /** What may be asked in other words; undefined for a request that only the same one is like. */
  question: Question | undefined;
}

interface Question {
  /** Of all that the answer depends on but the words of the question. */
  context: Buffer;
  text: string;
}

interface Fingerprinted {
  asked: Asked;
  endpoint: PlaneEndpoint;
  route: Route;
  /** Header fields that go on to the provider. */
  forwarded: Readonly<Record<string, string>> | undefined;
}

/** A longer request is not cached: to put it into one form would hold up the event loop. */
const LONGEST_REQUEST_BYTES = 131_072;
const CACHED: ReadonlySet<Operation> = new Set<Operation>([
  "openai-chat",
  "openai-responses",
  "anthropic",
  "embeddings",
]);
/** Fields that change how an answer is delivered, or for whom it is, but not what it says. */
const WITHOUT_MEANING = new Set([
  "stream",
  "stream_options",
  "user",
  "metadata",
  "safety_identifier",
  "prompt_cache_key",
  "prompt_cache_retention",
  "service_tier",
]);
/** Fields that ask for what is lost when a stream is made of a whole answer, or the other way round. */
const OF_ONE_FORM = ["logprobs", "top_logprobs", "modalities", "audio", "n"];
/** Fields that hold the turns of a conversation, of which the last one's words are compared by themselves. */
const OF_TURNS = new Set(["messages", "input"]);
/** What of a turn holds its words. */
const OF_WORDS = new Set(["content", "text"]);
/** What only says what a provider is to keep, in some dialect. */
const MARKS = new Set(["cache_control", "prompt_cache_breakpoint"]);
/** Shorter ones say too little, and longer ones too much, to be told apart by one vector. */
const [SHORTEST_QUESTION, LONGEST_QUESTION] = [8, 2_000];

/** By what the request is known again; undefined for one that is not cached. */
export function fingerprintOf(key: Uint8Array, caching: KeyCaching, given: Fingerprinted): Fingerprint | undefined {
  const { asked, endpoint, route, forwarded } = given;
  if (asked.body.length > LONGEST_REQUEST_BYTES || !CACHED.has(endpoint.operation)) return undefined;
  try {
    const request = asked.request();
    // Where a field is there twice the provider may read the other one, and the answer would be to another question.
    if (isAmbiguous(asked.body, request)) return undefined;
    // What goes on from an answer that a provider keeps cannot be told by the request alone.
    if (typeof request.previous_response_id === "string" || request.conversation != null) return undefined;
    const meant = Object.fromEntries(Object.entries(request).filter(([name]) => !WITHOUT_MEANING.has(name)));
    const ofOneForm = OF_ONE_FORM.some((name) => request[name] != null);
    const ways = route.targets.map(({ provider, model }) => [provider.id, model]);
    const around = {
      partition: caching.partition,
      operation: endpoint.operation,
      ways: ways.sort(([one = ""], [other = ""]) => (one < other ? -1 : 1)),
      forwarded,
      form: ofOneForm ? asked.streamed : null,
    };
    const exact = digest(key, "exact", [around, meant]);
    if (caching.threshold === null || ofOneForm || endpoint.operation === "embeddings") {
      return { exact, question: undefined };
    }
    return { exact, question: questionOf(key, around, meant, endpoint.client.readConversation(request)) };
  } catch {
    // A request that cannot be read is refused further on, and one that is nested too deeply is not cached.
    return undefined;
  }
}

/** The question of a simple conversation: texts alone, no tools, an answer of no form, and last a user's words. */
function questionOf(
  key: Uint8Array,
  around: object,
  meant: Readonly<Record<string, unknown>>,
  conversation: Conversation,
): Question | undefined {
  const { messages, tools, format } = conversation;
  const last = messages.at(-1);
  if (last?.role !== "user" || tools.length > 0 || format !== undefined) return undefined;
  if (!messages.every(({ parts }) => parts.every(({ type }) => type === "text"))) return undefined;
  const text = last.parts
    .map((part) => (part.type === "text" ? part.text : ""))
    .join("\n")
    .trim();
  if (text.length < SHORTEST_QUESTION || text.length > LONGEST_QUESTION) return undefined;
  // All that was sent stands for itself but these words: what is not read of it here, as a name or an order, may matter.
  const turns = Object.entries(meant).map(([name, value]) => [
    name,
    OF_TURNS.has(name) ? withoutLastWords(value) : value,
  ]);
  return { context: digest(key, "context", [around, withoutMarks(Object.fromEntries(turns)), marksOf(text)]), text };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const mapFields = (record: object, change: (name: string, value: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]));

/** The turns, with the last one's words left out. */
const withoutLastWords = (turns: unknown): unknown =>
  Array.isArray(turns) ? [...turns.slice(0, -1), withoutWords(turns.at(-1))] : null;

function withoutWords(turn: unknown): unknown {
  if (Array.isArray(turn)) return turn.map(withoutWords);
  if (!isRecord(turn)) return null;
  return mapFields(turn, (name, value) => (OF_WORDS.has(name) ? withoutWords(value) : value));
}

function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (!isRecord(value)) return value;
  return mapFields(value, (name, field) => (MARKS.has(name) ? undefined : withoutMarks(field)));
}

/** Whether the body has a field twice in some object: there are more colons beside its texts than fields that were read. */
function isAmbiguous(body: Buffer, request: object): boolean {
  const beside = body.toString("utf8").replace(/"(?:[^"\\]|\\.)*"/gs, "");
  return beside.split(":").length - 1 !== countFields(request);
}

function countFields(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value).reduce<number>((sum, field) => sum + countFields(field), 0);
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}

/** What vectors hardly tell apart, and answers depend on: numbers, and what is negated. */
const marksOf = (text: string): string[] => [
  ...(text.match(/\d+(?:[.,:]\d+)*/g) ?? []).sort(),
  ...(text.toLowerCase().match(/\b(?:not|no|never|none|nobody|without|except|cannot|\w{1,12}n['’]t)\b/g) ?? []).sort(),
];

const digest = (key: Uint8Array, what: string, value: unknown): Buffer =>
  createHmac("sha256", key)
    .update(what)
    .update(JSON.stringify(inOrder(value)))
    .digest();

/** The same value with the fields of each object in one order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return fields.sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, field]) => [name, inOrder(field)]);
}
