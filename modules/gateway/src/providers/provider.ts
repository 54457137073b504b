import type { Dispatcher } from "undici";
import type { Answer, Conversation, Delta, UpstreamFailure } from "../dialects/conversation.ts";
import type { DialectName } from "../dialects/dialect.ts";
import type { EmbeddingsDialect } from "../dialects/embeddings.ts";

/** What a provider is asked for: an answer in one of the dialects, vectors, or a count of tokens. */
export type Operation = DialectName | "embeddings" | "count-tokens";

/** What kind of provider it is: one entry of the table in `index.ts`. Most speak OpenAI's dialect, and differ in a line. */
export interface ProviderKind {
  /** As people name it when they add one: `openai`. */
  kind: string;
  title: string;
  /** Without a slash at its end; undefined where each has its own. */
  baseUrl?: string;
  /** What it speaks, the dialect first that says the most: what a client speaks as well passes through untouched. */
  speaks: Partial<Record<Operation, Endpoint>>;
  /** How the key is sent: a header's name, or as a bearer token; `none` for those that want no key. */
  auth: "bearer" | "none" | (string & {});
  /** Header fields of every request. */
  headers?: Readonly<Record<string, string>>;
  /** Settings that it needs besides, such as `region`; each with what it is, for people. */
  options?: Readonly<Record<string, { describe: string; required: boolean }>>;
  /** The environment variable that by custom holds its key: offered as a provider on the first start. */
  environmentKey?: string;
  /** Where its models are listed; undefined where it lists none. */
  models?: { path: string; read(body: unknown): string[] };
  /** How its vectors are asked for, where it is not in OpenAI's way. */
  embeddings?: EmbeddingsDialect;
  /** For one that is called through its own library instead of by HTTP. */
  library?: ProviderLibrary;
}

/** Where an operation is asked for. */
export interface Endpoint {
  /** Under the base address, with its slash and its query. The model in it is escaped. */
  path(request: EndpointRequest): string;
}

interface EndpointRequest {
  model: string;
  streamed: boolean;
  options: Readonly<Record<string, string>>;
}

/** Calls a provider through its own library. Rejects and throws {@link ProviderRefusal}. */
export interface ProviderLibrary {
  answer(conversation: Conversation, connection: ProviderConnection): Promise<Answer>;
  stream(conversation: Conversation, connection: ProviderConnection): AsyncIterable<Delta>;
}

export interface ProviderConnection {
  baseUrl: string;
  options: Readonly<Record<string, string>>;
  /** The provider's key, in whatever form its kind takes it. */
  apiKey: string;
  /** The connections to the base address: a library calls through them alone, so that they are guarded as all are. */
  dispatcher: Dispatcher;
  signal: AbortSignal;
}

/** A provider's own refusal, from its library. */
export class ProviderRefusal extends Error {
  readonly failure: UpstreamFailure;

  constructor(failure: UpstreamFailure) {
    super(failure.message);
    this.name = "ProviderRefusal";
    this.failure = failure;
  }
}
