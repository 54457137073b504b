import type { Answer, Conversation, Delta, UpstreamFailure, Usage } from "./conversation.ts";
import type { SseEvent } from "./sse.ts";

/** How requests and answers are spelled. `gemini` and `bedrock` are spoken by providers alone. */
export type DialectName = "openai-chat" | "openai-responses" | "anthropic" | "gemini" | "bedrock";

/** The dialect of those who call the gateway. */
export interface ClientDialect {
  name: DialectName;
  /** Reads a request's parsed body. @throws BadPrompt */
  readConversation(body: Record<string, unknown>): Conversation;
  /**
   * The body of a whole answer. `model` is what the client asked for, by whatever name; `request` its request, of which some
   * dialects repeat parts.
   */
  writeAnswer(answer: Answer, model: string, request?: Record<string, unknown>): Record<string, unknown>;
  /** Spells one answer as a stream. */
  createWriter(options: WriterOptions): AnswerWriter;
  /** Spells a refusal or a failure, for a response that has not begun. */
  writeFailure(failure: ClientFailure): Record<string, unknown>;
}

export interface WriterOptions {
  /** What the client asked for, by whatever name. */
  model: string;
  /** The request, of which some dialects repeat parts in the answer, and of which some say whether usage is wanted. */
  request: Record<string, unknown>;
  /** Seconds since 1970, for dialects that date their answers. */
  createdSeconds: number;
}

/** Spells the steps of one answer as server-sent events, in order. */
export interface AnswerWriter {
  /** The bytes of one step as text; empty where the dialect says nothing of it. After `end` or `failure` nothing follows. */
  write(delta: Delta): string;
}

/** What a client is told in place of an answer. */
export interface ClientFailure {
  status: number;
  /** The reef's own code, such as `gateway.budget_exhausted`, or the provider's. */
  code: string;
  message: string;
  /** Which parameter is wrong, where one is. */
  path?: string;
  retryAfterSeconds?: number;
  /** Of a budget: how much of it is used, of how much, until when. */
  budget?: BudgetFailure;
}

export interface BudgetFailure {
  unit: "tokens" | "micros";
  used: number;
  limit: number;
  /** ISO-8601; null for a budget that never begins anew. */
  resetsAt: string | null;
}

/** The dialect of those whom the gateway calls. */
export interface ProviderDialect {
  name: DialectName;
  /** The body of a request. @throws BadPrompt for what this dialect cannot say. */
  writeConversation(conversation: Conversation): Record<string, unknown>;
  /** Reads the parsed body of a whole answer. @throws Error when it is none. */
  readAnswer(body: unknown): Answer;
  /** Reads the events of one streamed answer. */
  createReader(): AnswerReader;
  /** Reads the body of an answer with an error status. `text` may be anything. */
  readFailure(status: number, text: string): UpstreamFailure;
  /** Finds the tokens in what passes through untranslated. */
  createGauge(): Gauge;
}

/** Reads the events of one answer, in order. */
export interface AnswerReader {
  /** What one event says: none, one or several steps. What it does not know it passes over. */
  read(event: SseEvent): Delta[];
  /** What the end of the stream says: an `end` that was due, or a `failure` where the answer is cut off. */
  close(): Delta[];
}

/**
 * Reads the usage of an answer that passes through as it is. It is asked once, when the answer is over, so the way of the
 * bytes is not held up.
 */
export interface Gauge {
  /** From the parsed body of a whole answer; undefined where it tells none. */
  ofAnswer(body: unknown): Usage | undefined;
  /**
   * From the first and the last events of a stream; `usage` is undefined where they tell none, `isWhole` whether the stream
   * came to the end that its dialect prescribes, `failed` whether it ended in an error. `begun` is what the first events told
   * of the input, where the stream broke off before the last ones told all: its output is still to be counted.
   */
  ofStream(events: readonly SseEvent[]): { usage: Usage | undefined; isWhole: boolean; failed: boolean; begun?: Usage };
  /** All text that the events deliver, thoughts and arguments of tools included, for counting where the provider does not. */
  textOf(events: readonly SseEvent[]): string;
  /** Bytes that stand only in the event which ends a stream: what holds them is released after the call is recorded. */
  endMarks: readonly string[];
}
