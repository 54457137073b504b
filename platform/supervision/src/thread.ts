import { parentPort, type ResourceLimits, type Transferable, Worker } from "node:worker_threads";

/** What a thread is sent, and what comes back; one answers the other by its id. */
interface Sent<Request> {
  id: number;
  request: Request;
}
type Returned<Answer> = { id: number; answer: Answer } | { id: number; error: string };

/** A thread that answers requests beside the event loop, in the order in which they come. */
export interface Thread<Request, Answer> {
  /**
   * Rejects when the answer went wrong, when the thread ended, or when it said nothing for too long. What is transferred is gone
   * here afterwards.
   */
  ask(request: Request, transfer?: readonly Transferable[]): Promise<Answer>;
  /** Ends the thread; what waits for it is rejected. The next request would start another one. */
  close(): Promise<void>;
}

export interface ThreadOptions {
  /** The file that the thread runs; it calls {@link answerRequests}. */
  file: URL;
  /** For the errors: "counts tokens". */
  purpose: string;
  /** A thread that says nothing for so long, although something waits, is ended. */
  patienceMs: number;
  resourceLimits?: ResourceLimits;
}

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** A thread that starts with the first request, and again after it ended. It keeps no process alive. */
export function createThread<Request, Answer>(options: ThreadOptions): Thread<Request, Answer> {
  const { file, purpose, patienceMs, resourceLimits } = options;
  const waiting = new Map<number, Waiting<Answer>>();
  let worker: Worker | undefined;
  let watch: NodeJS.Timeout | undefined;
  let lastId = 0;

  function ensureWorker(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(file, { ...(resourceLimits && { resourceLimits }) });
    started.unref();
    started.on("message", (returned: Returned<Answer>) => {
      const asked = take(returned.id);
      if ("answer" in returned) asked?.resolve(returned.answer);
      else asked?.reject(new Error(`The thread that ${purpose} failed: ${returned.error}`));
    });
    started.on("error", (error) => lose(started, error as Error));
    started.on("exit", () => lose(started, new Error(`The thread that ${purpose} ended.`)));
    worker = started;
    return started;
  }

  /** A thread that is gone answers nobody; the next request gets a new one. */
  function lose(gone: Worker, error: Error): void {
    if (worker !== gone) return;
    worker = undefined;
    for (const id of Array.from(waiting.keys())) take(id)?.reject(error);
  }

  function take(id: number): Waiting<Answer> | undefined {
    const asked = waiting.get(id);
    waiting.delete(id);
    clearTimeout(watch);
    watch = waiting.size === 0 ? undefined : watchWorker();
    return asked;
  }

  /** Ends the thread. It takes a moment to end, in which whoever asks gets another one. */
  async function end(): Promise<void> {
    const ending = worker;
    if (ending === undefined) return;
    lose(ending, new Error(`The thread that ${purpose} ended.`));
    await ending.terminate();
  }

  const watchWorker = () => setTimeout(() => void end(), patienceMs).unref();

  return {
    ask(request, transfer = []) {
      return new Promise((resolve, reject) => {
        lastId += 1;
        ensureWorker().postMessage({ id: lastId, request } satisfies Sent<Request>, transfer);
        waiting.set(lastId, { resolve, reject });
        watch ??= watchWorker();
      });
    },
    close: end,
  };
}

/** An answer of which parts go over to who asked without being copied. */
export class Transferred<Answer> {
  readonly answer: Answer;
  readonly parts: readonly Transferable[];

  constructor(answer: Answer, parts: readonly Transferable[]) {
    this.answer = answer;
    this.parts = parts;
  }
}

/**
 * Answers what {@link createThread} sends to this thread. Of an error that is thrown its text goes back: who may not tell it
 * throws another one.
 */
export function answerRequests<Request, Answer>(
  answerTo: (request: Request) => Answer | Transferred<Answer> | Promise<Answer | Transferred<Answer>>,
): void {
  parentPort?.on("message", async ({ id, request }: Sent<Request>) => {
    try {
      const answered = await answerTo(request);
      if (answered instanceof Transferred) parentPort?.postMessage({ id, answer: answered.answer }, answered.parts);
      else parentPort?.postMessage({ id, answer: answered });
    } catch (error) {
      parentPort?.postMessage({ id, error: String(error) } satisfies Returned<Answer>);
    }
  });
}
