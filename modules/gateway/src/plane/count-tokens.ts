import { createThread } from "@reef/supervision/thread";

/** Counts tokens beside the event loop, for calls of which the provider told none. */
export interface TokenCounter {
  /**
   * How many tokens a text has for the tokenizer o200k_base: exactly up to 400,000 characters; of a longer one a sample is
   * counted. Rejects when too much waits already, or the thread ended: then {@link estimateTokens} has to do.
   */
  countTokens(text: string): Promise<number>;
  close(): Promise<void>;
}

/** Text takes more than so many bytes for a token, unless it is numbers, code in hexadecimal or the like. */
const LEAST_BYTES_PER_TOKEN = 2.5;

/** Rather too many tokens than too few for so many bytes of a prompt: what a call is admitted with before anybody counts. */
export const estimateTokens = (bytes: number): number => Math.ceil(bytes / LEAST_BYTES_PER_TOKEN);

/** Of a longer text so many spans are counted, each of so many characters, evenly spread over it. */
const SPANS = 8;
const SPAN_CHARACTERS = 50_000;
/** What may wait in all; behind so much an answer would come too late to be of use. */
const MOST_CHARACTERS = 16_000_000;
/** The longest text takes two seconds at worst; a thread that says nothing for so long will not. */
const PATIENCE_MS = 30_000;

/** A counter whose thread starts with the first text, and again after it ended. */
export function createTokenCounter(): TokenCounter {
  const thread = createThread<readonly string[], number>({
    file: new URL("./count-tokens/worker.ts", import.meta.url),
    purpose: "counts tokens",
    patienceMs: PATIENCE_MS,
  });
  let waitingCharacters = 0;
  return {
    async countTokens(text) {
      const texts = sampleOf(text);
      const characters = texts.reduce((sum, { length }) => sum + length, 0);
      if (characters === 0) return 0;
      if (waitingCharacters + characters > MOST_CHARACTERS) {
        throw new Error("Too much text waits for its tokens to be counted.");
      }
      waitingCharacters += characters;
      try {
        // Each counted character stands for so many of the text.
        return Math.round((await thread.ask(texts)) * (text.length / characters));
      } finally {
        waitingCharacters -= characters;
      }
    },
    close: thread.close,
  };
}

/** The text, or spans of it: it is copied for the thread, and copying the longest would hold up the event loop. */
function sampleOf(text: string): string[] {
  if (text.length <= SPANS * SPAN_CHARACTERS) return [text];
  const step = (text.length - SPAN_CHARACTERS) / (SPANS - 1);
  return Array.from({ length: SPANS }, (_, span) => {
    const from = Math.floor(span * step);
    return text.slice(from, from + SPAN_CHARACTERS);
  });
}
