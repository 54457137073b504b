import type { StoredSource } from "../../schema.ts";

/** An answer as it was delivered to a client. */
export interface CachedAnswer {
  form: AnswerForm;
  bytes: Buffer;
  source: StoredSource;
  /** On `performance.now()`'s clock, as is `endsAt`. */
  bornAt: number;
  endsAt: number;
}

/** Whole; or as a stream, for OpenAI's chat dialect with or without a chunk of usage. */
export type AnswerForm = "json" | "stream" | "stream+usage";
