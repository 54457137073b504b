import type { Context } from "../context.ts";

/** A person who has waited this long wants to know what for. */
const TELL_AFTER_MS = 1_000;

/** `fetch` that tells on the terminal when an answer takes its time. */
export function watchfulFetch({ output }: Context): typeof fetch {
  return async (input, init) => {
    const timer = setTimeout(() => output.progress(`Waiting for ${new URL(String(input)).host} …`), TELL_AFTER_MS);
    try {
      return await fetch(input, init);
    } finally {
      clearTimeout(timer);
      output.progress("");
    }
  };
}
