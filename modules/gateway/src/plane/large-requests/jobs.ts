import type { Operation } from "../../providers/provider.ts";
import type { AskedFields } from "../asked.ts";

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

/** Anything that the thread is asked. */
export type LargeJob = ReadJob | SpellJob;

/** What the thread answers. */
export type LargeAnswer =
  | { fields: AskedFields; echo: Record<string, unknown> }
  /** Which of the ways it is, and the body for it; the request's own where nothing of it changes. */
  | { way: number; body: ArrayBuffer | SharedArrayBuffer }
  | { badPrompt: [path: string, message: string] }
  | { badBody: string }
  | { failure: string };
