import { Worker } from "node:worker_threads";

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

interface Job {
  characters: number;
  /** How much of the text one counted character stands for. */
  scale: number;
  resolve(count: number): void;
  reject(error: Error): void;
}

/** A counter whose thread starts with the first text, and again after it ended. */
export function createTokenCounter(): TokenCounter {
  const jobs = new Map<number, Job>();
  let worker: Worker | undefined;
  let watch: NodeJS.Timeout | undefined;
  let waitingCharacters = 0;
  let lastId = 0;

  function ensureWorker(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(new URL("./count-tokens/worker.ts", import.meta.url));
    started.unref();
    started.on("message", ({ id, count }: { id: number; count: number }) => {
      const job = take(id);
      job?.resolve(Math.round(count * job.scale));
    });
    started.on("error", (error) => lose(started, error as Error));
    started.on("exit", () => lose(started, new Error("The thread that counts tokens ended.")));
    worker = started;
    return started;
  }

  /** A thread that is gone answers nobody; the next text gets a new one. */
  function lose(gone: Worker, error: Error): void {
    if (worker !== gone) return;
    worker = undefined;
    for (const id of Array.from(jobs.keys())) take(id)?.reject(error);
  }

  function take(id: number): Job | undefined {
    const job = jobs.get(id);
    if (job === undefined) return undefined;
    jobs.delete(id);
    waitingCharacters -= job.characters;
    clearTimeout(watch);
    watch = jobs.size === 0 ? undefined : watchWorker();
    return job;
  }

  const watchWorker = () => setTimeout(() => void worker?.terminate(), PATIENCE_MS).unref();

  return {
    countTokens(text) {
      const texts = sampleOf(text);
      const characters = texts.reduce((sum, { length }) => sum + length, 0);
      if (characters === 0) return Promise.resolve(0);
      if (waitingCharacters + characters > MOST_CHARACTERS) {
        return Promise.reject(new Error("Too much text waits for its tokens to be counted."));
      }
      return new Promise((resolve, reject) => {
        lastId += 1;
        waitingCharacters += characters;
        jobs.set(lastId, { characters, scale: text.length / characters, resolve, reject });
        watch ??= watchWorker();
        ensureWorker().postMessage({ id: lastId, texts });
      });
    },
    async close() {
      await worker?.terminate();
    },
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
