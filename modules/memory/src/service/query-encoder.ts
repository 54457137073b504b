import type { Logger } from "@reef/telemetry";
import type { Encoder } from "../encoder/encoder.ts";
import type { ModelVector } from "../store/search.ts";

/** A query's vector, or why there is none: `degraded` when there should be one. */
export interface QueryVector {
  vector: ModelVector | undefined;
  degraded: boolean;
}

/** A search that a person waits for goes on with words alone when its vector takes longer. */
const PATIENCE_MS = 300;
/** Vectors of recent queries that are kept: 1,000 of 512 numbers are 2 MB. */
const KEPT = 1_000;

/** Encodes queries, remembering recent ones; never fails, never takes long. */
export function createQueryEncoder(encoder: Encoder | undefined, logger: Logger) {
  const kept = new Map<string, Float32Array>();

  async function encode(text: string): Promise<QueryVector> {
    if (encoder === undefined) return { vector: undefined, degraded: false };
    const known = kept.get(text);
    if (known !== undefined) return { vector: { model: encoder.model, values: known }, degraded: false };
    try {
      const [values] = await withinPatience((signal) => encoder.embed([text], "query", signal));
      if (values === undefined) throw new Error("The encoder gave no vector.");
      kept.set(text, values);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value ?? "");
      return { vector: { model: encoder.model, values }, degraded: false };
    } catch (error) {
      logger.warn({ err: error, model: encoder.model }, "A query was searched without its meaning.");
      return { vector: undefined, degraded: true };
    }
  }
  return encode;
}

/** What comes too late is taken back as well: a slow encoder would else be kept busy with what nobody waits for any more. */
function withinPatience<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const patience = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const late = new Error(`No vector within ${PATIENCE_MS} ms.`);
      reject(late);
      patience.abort(late);
    }, PATIENCE_MS);
    work(patience.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
