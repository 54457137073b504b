import { createThread } from "@reef/supervision/thread";
import { BadPrompt } from "../dialects/conversation.ts";
import type { ProviderKind } from "../providers/provider.ts";
import { type Asked, askedOf } from "./asked.ts";
import type { PlaneEndpoint } from "./endpoints.ts";
import type { LargeAnswer, LargeJob } from "./large-requests/jobs.ts";
import type { Target } from "./parts.ts";
import { refuse } from "./refusal.ts";
import type { RunningCall } from "./running-call.ts";
import { BadBody } from "./scan-request.ts";
import type { AnsweredCall, Whole } from "./spell-answer.ts";
import type { Spelled, Way } from "./ways.ts";

/** Reads and spells large requests, and answers, beside the event loop. */
export interface LargeRequests {
  /** What the body asks for. @throws BadBody, and Refusal where too much waits already. */
  read(body: Buffer, endpoint: PlaneEndpoint): Promise<Asked>;
  /** The request in the first of the ways that can say it. @throws BadPrompt, and Refusal where too much waits already. */
  spell(ways: readonly Way[], call: RunningCall, target: Target): Promise<Spelled>;
  /** The answer as its client reads it. @throws Refusal where too much waits already. */
  spellAnswer(bytes: Buffer, call: AnsweredCall, way: Way, kind: ProviderKind): Promise<Whole>;
  close(): Promise<void>;
}

/** What may wait in all: eight of the largest requests. */
const MOST_BYTES = 256 * 1024 * 1024;
/** What a request may take while it is read: many times its own size, where it is made of very small parts. */
const MOST_MEBIBYTES = 1_024;
/** The largest request takes a second or two; a thread that says nothing for so long will not. */
const PATIENCE_MS = 30_000;

/** Their thread starts with the first large request, and again after it ended. `mostBytes` may wait at a time. */
export function createLargeRequests({ mostBytes = MOST_BYTES } = {}): LargeRequests {
  const thread = createThread<LargeJob, LargeAnswer>({
    file: new URL("./large-requests/worker.ts", import.meta.url),
    purpose: "reads large requests",
    patienceMs: PATIENCE_MS,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEBIBYTES },
  });
  let waitingBytes = 0;

  async function ask(job: LargeJob): Promise<Exclude<LargeAnswer, { badPrompt: unknown } | { badBody: unknown }>> {
    const bytes = job.body.byteLength;
    // One is always taken, however large it is.
    if (waitingBytes > 0 && waitingBytes + bytes > mostBytes) throw refuse.busy();
    waitingBytes += bytes;
    const answer = await thread
      .ask(job)
      .catch(() => {
        // The thread ended: it was too much for its memory, or took too long.
        throw refuse.busy();
      })
      .finally(() => {
        waitingBytes -= bytes;
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
    async spellAnswer(bytes, { echo, ...call }, way, { kind }) {
      // Only what is spelled anew repeats anything of its request.
      const passes = way.spelling === "same" && !(call.streamed && way.dialect !== undefined);
      const answered = { ...call, echo: passes ? {} : echo() };
      const answer = await ask({ body: sharedOf(bytes), kind, way: way.operation, answered });
      if (!("whole" in answer)) throw new Error("The thread answered another question.");
      const { whole } = answer;
      if (whole.kind !== "body") return whole;
      const { buffer, byteOffset, byteLength } = whole.body;
      return { ...whole, body: Buffer.from(buffer, byteOffset, byteLength) };
    },
    close: thread.close,
  };
}

/** Large bodies are read into memory that threads share, so that none is ever copied for it. */
function sharedOf({ buffer }: Buffer): SharedArrayBuffer {
  if (buffer instanceof SharedArrayBuffer) return buffer;
  throw new Error("This body is not a large one.");
}
