import { deriveKey, openSealed, seal } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import type { Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import { CACHE_BOUNDS } from "../../service/cache.ts";
import {
  findCachedAnswer,
  findClearAge,
  findLikeAnswer,
  type NewCachedAnswer,
  type StoredAnswer,
  saveCachedAnswers,
  sweepCachedAnswers,
  trimCachedAnswers,
} from "../../store/cached-answers.ts";
import type { KeyCaching } from "../call.ts";
import type { AnswerForm, CachedAnswer } from "./cached-answer.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { createRecentAnswers } from "./recent-answers.ts";

/** Turns texts into unit vectors, whose inner product tells how alike they are. */
export interface QuestionEncoder {
  /** Vectors of different models are never compared. */
  readonly model: string;
  embed(texts: readonly string[], purpose: "query"): Promise<Float32Array[]>;
}

/** A kept answer that does for a request. */
export interface Hit {
  answer: CachedAnswer;
  /** The cosine of the two questions; 1 for the same request. */
  similarity: number;
  how: "exact" | "semantic";
}

/** What was found for a request, and what its answer is kept by where nothing was. */
interface Looked {
  hit: Hit | undefined;
  keeping: Keeping;
}

/** By what the answer to a request is kept, and found again. */
export interface Keeping {
  organizationId: string;
  caching: KeyCaching;
  fingerprint: Fingerprint;
  vector: string | undefined;
  /** `performance.now()` of the look. */
  lookedAt: number;
}

/** The answers that keys give again: in memory those used last, the others in the database. */
export interface AnswerCache {
  /** What requests' digests are made with. */
  readonly fingerprintingKey: Uint8Array;
  /** Never throws; where the database or the encoder takes long, nothing is found. */
  look(
    organizationId: string,
    caching: KeyCaching,
    fingerprint: Fingerprint,
    options: { mayRead: boolean },
  ): Promise<Looked> | Looked;
  /** Has it kept for as long as its key says; what waits beyond what memory should hold is not. */
  keep(keeping: Keeping, answer: Omit<CachedAnswer, "bornAt" | "endsAt">): void;
  /** Forgets what memory holds of an organization (a UUID), or of all: something of it changed. */
  forget(organizationId: string | undefined): void;
  loop: Loop;
}

export interface AnswerCacheDependencies {
  database: Pick<DatabaseHandle, "kysely">;
  masterSecret: string;
  logger: Logger;
  /** Undefined where nothing tells how alike questions are. */
  encoder: QuestionEncoder | undefined;
}

/** A client waits no longer for what may not be there. */
const PATIENCE_MS = 300;
const MOST_WAITING_BYTES = 33_554_432;
const STORED_AT_ONCE = 16;
const ROUND_MS = 500;
/** No look takes longer. */
const LONGEST_LOOK_MS = 60_000;
const SWEEP_MS = 30_000;
const SWEPT_AT_ONCE = 1_000;

interface Waiting {
  keeping: Keeping;
  answer: CachedAnswer;
}

/** What is kept waits half a second in memory: where the process ends before it is stored, it is lost. */
export function createAnswerCache({ database, masterSecret, logger, encoder }: AnswerCacheDependencies): AnswerCache {
  const db = database.kysely;
  const sealingKey = deriveKey(masterSecret, "gateway.cached-answers");
  const recent = createRecentAnswers();
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  /** When something of an organization changed last, as long as a look from before may still be under way. */
  const forgotten = new Map<string | undefined, number>();
  let sweptAt = performance.now();

  /** What was read before something changed may be what its organization had forgotten. */
  const isOutdated = ({ organizationId, lookedAt }: Keeping): boolean =>
    Math.max(forgotten.get(organizationId) ?? 0, forgotten.get(undefined) ?? 0) >= lookedAt;

  function open(stored: StoredAnswer): CachedAnswer {
    const text = openSealed(sealingKey, stored.sealed, stored.digest.toString("hex"));
    const now = performance.now();
    return {
      form: stored.form as AnswerForm,
      bytes: Buffer.from(text),
      source: stored.source,
      bornAt: now - stored.ageSeconds * 1_000,
      endsAt: now + stored.restSeconds * 1_000,
    };
  }

  async function findStored(keeping: Keeping): Promise<Hit | undefined> {
    const { organizationId, caching, fingerprint } = keeping;
    if (caching.exact) {
      const stored = await inTime(findCachedAnswer(db, organizationId, fingerprint.exact));
      if (stored !== undefined) {
        const answer = open(stored);
        if (!isOutdated(keeping)) recent.put(organizationId, fingerprint.exact, answer);
        return { answer, similarity: 1, how: "exact" };
      }
    }
    const { question } = fingerprint;
    if (question === undefined || caching.threshold === null || encoder === undefined) return undefined;
    const [vector] = (await inTime(encoder.embed([question.text], "query"))) ?? [];
    if (vector === undefined) return undefined;
    keeping.vector = `[${vector.join(",")}]`;
    const { context } = question;
    const like = await inTime(
      findLikeAnswer(db, organizationId, { context, encoder: encoder.model, vector: keeping.vector }),
    );
    if (like === undefined || like.similarity < caching.threshold) return undefined;
    return { answer: open(like), similarity: Math.min(1, like.similarity), how: "semantic" };
  }

  async function look(keeping: Keeping): Promise<Looked> {
    // Without the database, or an answer that cannot be opened any more, the provider is asked.
    const hit = await findStored(keeping).catch(() => undefined);
    return { hit, keeping };
  }

  /** Of the changes of an organization only one is about answers; where nobody can tell, it is taken for that one. */
  async function forgetCleared(organizationId: string): Promise<void> {
    const age = await findClearAge(db, organizationId).catch(() => 0);
    if (age !== undefined) recent.forget(organizationId, performance.now() - age * 1_000);
  }

  async function storeSome(): Promise<void> {
    const some = waiting.slice(0, STORED_AT_ONCE);
    // Of several answers to one request the last one counts; one statement cannot put a row twice.
    const last = new Map(some.map((one) => [nameOf(one.keeping), one]));
    await saveCachedAnswers(db, [...last.values()].map(toStored));
    for (const organizationId of new Set(some.map(({ keeping }) => keeping.organizationId))) {
      await trimCachedAnswers(db, organizationId, CACHE_BOUNDS);
    }
    const stored = new Set(some);
    waiting = waiting.filter((one) => !stored.has(one));
    waitingBytes = waiting.reduce((sum, { answer }) => sum + answer.bytes.length, 0);
  }

  function toStored({ keeping, answer }: Waiting): NewCachedAnswer {
    const { organizationId, fingerprint, vector } = keeping;
    const { exact: digest, question } = fingerprint;
    const isComparable = question !== undefined && vector !== undefined && encoder !== undefined;
    const now = performance.now();
    return {
      organizationId,
      digest,
      context: isComparable ? question.context : null,
      encoder: isComparable ? encoder.model : null,
      vector: isComparable ? vector : null,
      sealed: seal(sealingKey, answer.bytes.toString("utf8"), digest.toString("hex")),
      form: answer.form,
      source: answer.source,
      ageSeconds: (now - answer.bornAt) / 1_000,
      restSeconds: (answer.endsAt - now) / 1_000,
    };
  }

  async function round(): Promise<void> {
    while (waiting.length > 0) await storeSome();
    if (performance.now() - sweptAt < SWEEP_MS) return;
    sweptAt = performance.now();
    while ((await sweepCachedAnswers(db, SWEPT_AT_ONCE)) === SWEPT_AT_ONCE);
  }

  return {
    fingerprintingKey: deriveKey(masterSecret, "gateway.fingerprints"),
    look(organizationId, caching, fingerprint, { mayRead }) {
      const keeping: Keeping = { organizationId, caching, fingerprint, vector: undefined, lookedAt: performance.now() };
      if (!mayRead) return { hit: undefined, keeping };
      const known = caching.exact ? recent.find(organizationId, fingerprint.exact) : undefined;
      if (known !== undefined) return { hit: { answer: known, similarity: 1, how: "exact" }, keeping };
      return look(keeping);
    },
    keep(keeping, { form, bytes, source }) {
      if (waitingBytes + bytes.length > MOST_WAITING_BYTES) return;
      const now = performance.now();
      const answer = { form, bytes, source, bornAt: now, endsAt: now + keeping.caching.ttlSeconds * 1_000 };
      if (keeping.caching.exact) recent.put(keeping.organizationId, keeping.fingerprint.exact, answer);
      waiting.push({ keeping, answer });
      waitingBytes += bytes.length;
    },
    forget(organizationId) {
      const now = performance.now();
      for (const [id, at] of forgotten) if (now - at > LONGEST_LOOK_MS) forgotten.delete(id);
      forgotten.set(organizationId, now);
      if (organizationId === undefined) recent.forget(undefined, now);
      else if (recent.has(organizationId)) void forgetCleared(organizationId);
    },
    loop: {
      name: "gateway.cache",
      stallSeconds: 60,
      async run({ beat, signal, sleep }) {
        for (;;) {
          const isLast = signal.aborted;
          try {
            await round();
          } catch (error) {
            logger.warn({ err: error }, "Answers could not be stored for being given again.");
          }
          beat();
          if (isLast) return;
          await sleep(ROUND_MS);
        }
      },
    },
  };
}

const nameOf = ({ organizationId, fingerprint }: Keeping): string =>
  organizationId + fingerprint.exact.toString("base64");

/** What comes in time; undefined where it takes longer, or goes wrong. */
async function inTime<Result>(work: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
