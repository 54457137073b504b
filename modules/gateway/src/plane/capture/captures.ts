import { seal } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import { createBell, type Loop } from "@reef/supervision";
import { createThread } from "@reef/supervision/thread";
import type { Logger } from "@reef/telemetry";
import type { RedactionKind } from "../../contract/captures.ts";
import type { Operation } from "../../providers/provider.ts";
import { capturesKey } from "../../service/captures.ts";
import { listCapturingWords } from "../../store/capture-settings.ts";
import { forgetPurges, insertCaptures, type NewCapture, sweepCaptures } from "../../store/captures.ts";
import { findClockOrigin } from "../../store/clock-origin.ts";
import type { RunningCall } from "../running-call.ts";
import { watchAnswer } from "../watched-answer.ts";
import type { KeptCall, RawCall } from "./keep-call.ts";

/** A call of which prompt and answer may be kept; ids are UUIDs. */
interface TakenCall {
  id: string;
  organizationId: string;
  keyId: string;
  kinds: readonly RedactionKind[];
  operation: Operation;
  request: Buffer;
  /** What went to the client, as it was written. */
  answer: readonly Buffer[];
  /** Of the whole answer, of which the pieces may be the beginning. */
  answerBytes: number;
  /** `performance.now()` when the call began. */
  beganAt: number;
}

/** Keeps prompts and answers of calls beside their way, and deletes them when their time is over. */
export interface Captures {
  /** Takes a call that is over. It never throws; what this process cannot keep up with is not kept. */
  take(call: TakenCall): void;
  /** Something is to be deleted now. */
  sweepSoon(): void;
  loop: Loop;
  close(): Promise<void>;
}

interface CapturesDependencies {
  database: Pick<DatabaseHandle, "kysely">;
  masterSecret: string;
  logger: Logger;
}

/** What may wait in memory; what comes beyond is not kept. */
const MOST_WAITING_BYTES = 67_108_864;
/** A larger request is kept as a note of its size: copying it for the thread would hold up the event loop. */
const LARGEST_REQUEST_BYTES = 8_388_608;
/** Of an answer so much is read, for a stream takes many bytes for each word. */
const LARGEST_ANSWER_BYTES = 8_388_608;
const ROUND_MS = 500;
const STORED_AT_ONCE = 8;
const SWEEP_MS = 60_000;
const SWEPT_AT_ONCE = 500;
/** The longest prompt takes a second; a thread that says nothing for so long will not. */
const PATIENCE_MS = 20_000;
/** By then nothing from before a purge can be on its way any more. */
const PURGES_STAY_SECONDS = 3_600;

/** Has the captures take a call's request and answer, once the client has got all of it that it will get. */
export function captureAnswer(
  call: Pick<RunningCall, "begun" | "asked" | "response" | "endpoint" | "key" | "beganAt">,
  kinds: readonly RedactionKind[],
  captures: Pick<Captures, "take">,
): void {
  const { begun, asked, response, endpoint, key, beganAt } = call;
  watchAnswer(response, LARGEST_ANSWER_BYTES, ({ pieces, sizeBytes }) =>
    captures.take({
      id: begun.id,
      organizationId: key.organizationId,
      keyId: key.id,
      kinds,
      operation: endpoint.operation,
      request: asked.body,
      answer: pieces,
      answerBytes: sizeBytes,
      beganAt,
    }),
  );
}

/** What is taken waits in memory: where the process ends before it is stored, it is lost. It is no metering. */
export function createCaptures({ database, masterSecret, logger }: CapturesDependencies): Captures {
  const db = database.kysely;
  const key = capturesKey(masterSecret);
  const thread = createThread<RawCall, KeptCall>({
    file: new URL("./worker.ts", import.meta.url),
    purpose: "prepares calls for being kept",
    patienceMs: PATIENCE_MS,
  });
  const bell = createBell();
  let waiting: TakenCall[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let sweptAt = Number.NEGATIVE_INFINITY;

  const sizeOf = ({ request, answer }: TakenCall): number =>
    request.length + answer.reduce((sum, { length }) => sum + length, 0);

  /** Stores some of what waits longest. Where the database is away they wait on. */
  async function storeSome(): Promise<void> {
    const some = waiting.slice(0, STORED_AT_ONCE);
    const organizations = [...new Set(some.map(({ organizationId }) => organizationId))];
    const words = await listCapturingWords(db, organizations);
    const clockOrigin = await findClockOrigin(db);
    const prepared: NewCapture[] = [];
    for (const call of some) {
      const own = words.get(call.organizationId);
      if (own === undefined) continue;
      const sealed = await prepare(call, own);
      if (sealed !== undefined) prepared.push({ ...call, sealed, capturedAt: new Date(clockOrigin + call.beganAt) });
    }
    if (prepared.length > 0) await insertCaptures(db, prepared);
    // What came meanwhile stands behind these.
    waiting = waiting.slice(some.length);
    waitingBytes = waiting.reduce((sum, call) => sum + sizeOf(call), 0);
  }

  async function prepare(call: TakenCall, words: readonly string[]): Promise<string | undefined> {
    const { id, operation, kinds, request, answer, answerBytes } = call;
    const isTooLarge = request.length > LARGEST_REQUEST_BYTES;
    const note = Buffer.from(`[a request of ${request.length} bytes is too large to be kept]`);
    try {
      const copies = { request: copyOf(isTooLarge ? [note] : [request]), answer: copyOf(answer) };
      const kept = await thread.ask({ operation, ...copies, answerBytes, kinds, words }, [
        copies.request.buffer,
        copies.answer.buffer,
      ]);
      const shown = isTooLarge
        ? { ...kept, request: { ...kept.request, sizeBytes: request.length, isCut: true } }
        : kept;
      return seal(key, JSON.stringify(shown), id);
    } catch (error) {
      logger.warn(
        { err: error, usageEventId: id },
        "Prompt and answer of a call could not be prepared for being kept.",
      );
      return undefined;
    }
  }

  async function sweep(): Promise<void> {
    sweptAt = performance.now();
    while ((await sweepCaptures(db, SWEPT_AT_ONCE)) > 0);
    await forgetPurges(db, PURGES_STAY_SECONDS);
  }

  async function round(): Promise<void> {
    while (waiting.length > 0) await storeSome();
    if (dropped > 0) {
      logger.warn({ calls: dropped }, "Prompts and answers came faster than they could be kept; some were not.");
      dropped = 0;
    }
    if (performance.now() - sweptAt >= SWEEP_MS) await sweep();
  }

  return {
    take(call) {
      const size = sizeOf(call);
      if (waitingBytes + size > MOST_WAITING_BYTES) {
        dropped += 1;
        return;
      }
      waitingBytes += size;
      waiting.push(call);
    },
    sweepSoon() {
      sweptAt = Number.NEGATIVE_INFINITY;
      bell.ring();
    },
    loop: {
      name: "gateway.captures",
      stallSeconds: 120,
      async run({ beat, signal }) {
        signal.addEventListener("abort", () => bell.ring(), { once: true });
        for (;;) {
          const isLast = signal.aborted;
          bell.clear();
          try {
            await round();
          } catch (error) {
            logger.warn({ err: error }, "Prompts and answers could not be stored or deleted just now.");
          }
          beat();
          // What could not be stored by the end is lost, as with a crash.
          if (isLast) return;
          await bell.rest(ROUND_MS);
        }
      },
    },
    close: thread.close,
  };
}

/** One array of its own, so that it can go over to the thread without what else lies in its memory. */
function copyOf(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    copy.set(piece, at);
    at += piece.length;
  }
  return copy;
}
