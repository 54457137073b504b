import { Worker } from "node:worker_threads";
import { BadPrompt } from "../dialects/conversation.ts";
import { type Asked, askedOf } from "./asked.ts";
import type { PlaneEndpoint } from "./endpoints.ts";
import type { LargeAnswer, LargeJob } from "./large-requests/jobs.ts";
import type { Target } from "./parts.ts";
import { refuse } from "./refusal.ts";
import type { RunningCall } from "./running-call.ts";
import { BadBody } from "./scan-request.ts";
import type { Spelled, Way } from "./ways.ts";

/** Reads and spells large requests beside the event loop. */
export interface LargeRequests {
  /** What the body asks for. @throws BadBody, and Refusal where too much waits already. */
  read(body: Buffer, endpoint: PlaneEndpoint): Promise<Asked>;
  /** The request in the first of the ways that can say it. @throws BadPrompt, and Refusal where too much waits already. */
  spell(ways: readonly Way[], call: RunningCall, target: Target): Promise<Spelled>;
  close(): Promise<void>;
}

/** What may wait in all: eight of the largest requests. */
const MOST_BYTES = 256 * 1024 * 1024;
/** What a request may take while it is read: many times its own size, where it is made of very small parts. */
const MOST_MEBIBYTES = 1_024;
/** The largest request takes a second or two; a thread that says nothing for so long will not. */
const PATIENCE_MS = 30_000;

interface Waiting {
  bytes: number;
  resolve(answer: LargeAnswer): void;
  reject(error: Error): void;
}

/** Their thread starts with the first large request, and again after it ended. `mostBytes` may wait at a time. */
export function createLargeRequests({ mostBytes = MOST_BYTES } = {}): LargeRequests {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let watch: NodeJS.Timeout | undefined;
  let waitingBytes = 0;
  let lastId = 0;

  function ensureWorker(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(new URL("./large-requests/worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEBIBYTES },
    });
    started.unref();
    started.on("message", ({ id, answer }: { id: number; answer: LargeAnswer }) => take(id)?.resolve(answer));
    started.on("error", () => lose(started));
    started.on("exit", () => lose(started));
    worker = started;
    return started;
  }

  /** A thread that is gone answers nobody; the next request gets a new one. */
  function lose(gone: Worker): void {
    if (worker !== gone) return;
    worker = undefined;
    for (const id of Array.from(waiting.keys())) take(id)?.reject(refuse.busy());
  }

  function take(id: number): Waiting | undefined {
    const found = waiting.get(id);
    if (found === undefined) return undefined;
    waiting.delete(id);
    waitingBytes -= found.bytes;
    clearTimeout(watch);
    watch = waiting.size === 0 ? undefined : watchWorker();
    return found;
  }

  const watchWorker = () => setTimeout(() => void worker?.terminate(), PATIENCE_MS).unref();

  async function ask(job: LargeJob): Promise<Exclude<LargeAnswer, { badPrompt: unknown } | { badBody: unknown }>> {
    const bytes = job.body.byteLength;
    // One is always taken, however large it is.
    if (waitingBytes > 0 && waitingBytes + bytes > mostBytes) throw refuse.busy();
    const answer = await new Promise<LargeAnswer>((resolve, reject) => {
      lastId += 1;
      waitingBytes += bytes;
      waiting.set(lastId, { bytes, resolve, reject });
      watch ??= watchWorker();
      ensureWorker().postMessage({ id: lastId, job });
    });
    if ("badPrompt" in answer) throw new BadPrompt(...answer.badPrompt);
    if ("badBody" in answer) throw new BadBody(answer.badBody);
    if ("failure" in answer) throw new Error(answer.failure);
    return answer;
  }

  return {
    async read(body, { operation }) {
      const answer = await ask({ body: sharedOf(body), operation });
      if (!("fields" in answer)) throw new Error("The thread answered another question.");
      return askedOf(body, answer.fields, answer.echo);
    },
    async spell(ways, { asked, endpoint: { operation } }, { provider, model, maxOutputTokens }) {
      const job = { body: sharedOf(asked.body), operation, kind: provider.kind.kind, model, maxOutputTokens };
      const answer = await ask(job);
      const way = "way" in answer ? ways[answer.way] : undefined;
      if (!("way" in answer) || way === undefined) throw new Error("The thread answered another question.");
      return { way, body: answer.body === job.body ? asked.body : Buffer.from(answer.body) };
    },
    async close() {
      await worker?.terminate();
    },
  };
}

/** Large bodies are read into memory that threads share, so that none is ever copied for it. */
function sharedOf({ buffer }: Buffer): SharedArrayBuffer {
  if (buffer instanceof SharedArrayBuffer) return buffer;
  throw new Error("This request is not a large one.");
}
