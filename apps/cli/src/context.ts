import type { Environment } from "./environment.ts";
import type { Output } from "./terminal/output.ts";

/** The options that every command takes. */
export interface GlobalOptions {
  json?: boolean;
  url?: string;
  profile?: string;
  /** The organization that a person acts in, by slug or id. */
  organization?: string;
}

/** What a command has to work with. */
export interface Context {
  readonly environment: Environment;
  readonly options: GlobalOptions;
  readonly output: Output;
  /** Aborted by Ctrl-C. Whatever waits must listen to it. */
  readonly signal: AbortSignal;
}
