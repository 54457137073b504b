/**
 * What the dialects have in common: a question to a model and its answer, in no dialect's own words. A dialect reads its
 * requests into a {@link Conversation} and writes one out; what one dialect says and another cannot is refused with a
 * {@link BadPrompt} where it changes the meaning, and left out where it only advises (a cache mark, a user's name).
 */

/** One question to a model. */
export interface Conversation {
  /** The model as the provider calls it; the router has resolved aliases before anything is written. */
  model: string;
  /** Instructions that stand above the messages, in order; both `system` and `developer` messages. */
  system: TextPart[];
  messages: Message[];
  tools: Tool[];
  toolChoice?: ToolChoice;
  /** False: one tool call in an answer at most. */
  parallelToolCalls?: boolean;
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  stop?: string[];
  seed?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
  /** How much the model should think before it answers. */
  reasoning?: Reasoning;
  /** What form the answer has; text unless set. */
  format?: AnswerFormat;
  /** Who of the caller's users asks, for the provider's detection of abuse. */
  user?: string;
  stream: boolean;
}

export interface Message {
  role: "user" | "assistant";
  parts: Part[];
}

/** A provider may keep what stands up to here, for that long. */
export interface CacheMark {
  ttl?: "5m" | "1h";
}

export interface TextPart {
  type: "text";
  text: string;
  cache?: CacheMark;
}

/** An image or a document, by address or by its bytes in standard base64. */
export interface MediaPart {
  type: "image" | "file";
  source: { url: string } | { mediaType: string; base64: string };
  name?: string;
  /** How closely an image is looked at. */
  detail?: "auto" | "low" | "high";
  cache?: CacheMark;
}

/** What the model thought. `signature` is the provider's own, and must come back to it unchanged. */
export interface ThinkingPart {
  type: "thinking";
  text: string;
  signature?: string;
  /** Thoughts that the provider shows to nobody, encrypted: then `text` is empty. */
  redacted?: string;
}

export interface ToolCallPart {
  type: "tool_call";
  id: string;
  name: string;
  /** The arguments as the model wrote them: JSON where it did as it was told. */
  arguments: string;
  cache?: CacheMark;
}

export interface ToolResultPart {
  type: "tool_result";
  callId: string;
  parts: (TextPart | MediaPart)[];
  isError?: boolean;
  cache?: CacheMark;
}

export type Part = TextPart | MediaPart | ThinkingPart | ToolCallPart | ToolResultPart;

export interface Tool {
  name: string;
  description?: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
  strict?: boolean;
  cache?: CacheMark;
}

export type ToolChoice = "auto" | "none" | "required" | { name: string };

export interface Reasoning {
  effort?: "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";
  /** Tokens that may be thought, where the caller counts them. */
  budgetTokens?: number;
  /** Whether the caller wants to be told what was thought, where that is asked for by itself. */
  isTold?: boolean;
}

export type AnswerFormat =
  | { type: "json" }
  | { type: "json_schema"; name: string; description?: string; schema: Record<string, unknown>; strict?: boolean };

/** What a model answered. */
export interface Answer {
  /** As the provider names it. */
  id: string;
  model: string;
  parts: AnswerPart[];
  stop: StopReason;
  /** Which of the stop texts ended it. */
  stopSequence?: string;
  usage: Usage;
}

export type AnswerPart = TextPart | ThinkingPart | ToolCallPart;

/** Why an answer ended. `refusal` is the model's own or its provider's filter; `paused` is a turn that may be continued. */
export type StopReason = "end" | "length" | "tool_calls" | "stop_sequence" | "refusal" | "paused";

/** Tokens of one call, as its provider counted them. */
export interface Usage {
  /** All of the input, what was read from and written to a cache included. */
  inputTokens: number;
  /** Of the input: read from the provider's cache. */
  cachedInputTokens: number;
  /** Of the input: written to the provider's cache. */
  cacheWriteTokens: number;
  /** Of what was written: to be kept for an hour, which costs more. None where it is left out. */
  hourCacheWriteTokens?: number;
  /** All of the output, thoughts included. */
  outputTokens: number;
  /** Of the output: thought. */
  reasoningTokens: number;
}

/** Usage of nothing. */
export const NO_USAGE: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

/**
 * One step of an answer that comes as a stream: `start`, then each part from `part_start` over its pieces to `part_end`,
 * parts never interleaved and counted from 0, then one `end`; or, at any moment, one `failure`, which ends it.
 */
export type Delta =
  | { type: "start"; id: string; model: string; usage?: Usage }
  | {
      type: "part_start";
      index: number;
      part: { type: "text" } | { type: "thinking"; redacted?: string } | ToolCallStart;
    }
  | { type: "text"; index: number; text: string }
  | { type: "thinking"; index: number; text: string }
  | { type: "signature"; index: number; signature: string }
  | { type: "arguments"; index: number; json: string }
  | { type: "part_end"; index: number }
  | { type: "end"; stop: StopReason; stopSequence?: string; usage?: Usage }
  | { type: "failure"; failure: UpstreamFailure };

interface ToolCallStart {
  type: "tool_call";
  id: string;
  name: string;
}

/** What an upstream answered in place of an answer. */
export interface UpstreamFailure {
  /** As an HTTP status; 200 cannot be. An error in a stream that began well has that of its kind. */
  status: number;
  /** The provider's own word for it, such as `rate_limit_error`; empty where it has none. */
  code: string;
  /** What the provider said, for whoever called: it never holds the provider's key. */
  message: string;
  retryAfterSeconds?: number;
}

/** A request that its dialect does not allow, or that cannot be said in the provider's dialect. */
export class BadPrompt extends Error {
  /** Where in the request, such as `messages[2].content[0].type`. */
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.name = "BadPrompt";
    this.path = path;
  }
}
