import type { Context } from "../context.ts";

/** `fetch` that Ctrl-C ends. */
export const abortableFetch =
  ({ signal }: Context): typeof fetch =>
  (input, init = {}) =>
    fetch(input, { ...init, signal: AbortSignal.any([signal, ...(init.signal ? [init.signal] : [])]) });
