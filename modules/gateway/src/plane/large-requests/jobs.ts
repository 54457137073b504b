import type { Json } from "../../dialects/reading.ts";
import type { Operation } from "../../providers/provider.ts";
import type { AskedFields } from "../asked.ts";
import type { AnsweredCall, Whole } from "../spell-answer.ts";

/** What the thread for large requests is asked: to read a body, whose memory it shares. */
export interface ReadJob {
  body: SharedArrayBuffer;
  operation: Operation;
}

/** Or to spell it for a provider of some kind. */
export interface SpellJob extends ReadJob {
  kind: string;
  model: string;
  maxOutputTokens: number;
}

/** Or to spell the answer to one for its client: of a provider of some kind, which came in this way. */
export interface AnswerJob {
  body: SharedArrayBuffer;
  kind: string;
  way: Operation;
  answered: Omit<AnsweredCall, "echo"> & { echo: Json };
}

/** Anything that the thread is asked. */
export type LargeJob = ReadJob | SpellJob | AnswerJob;

/** What the thread answers. */
export type LargeAnswer =
  | { fields: AskedFields; echo: Record<string, unknown> }
  /** Which of the ways it is, and the body for it; the request's own where nothing of it changes. */
  | { way: number; body: ArrayBuffer | SharedArrayBuffer }
  /** Its body as a plain array, whose memory is handed over or shared. */
  | { whole: Whole }
  | { badPrompt: [path: string, message: string] }
  | { badBody: string }
  | { failure: string };
