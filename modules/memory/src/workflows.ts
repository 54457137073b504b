import type { Id } from "@reef/crypto";
import { type Connection, type DatabaseHandle, transact } from "@reef/db";
import { defineWorkflow, type Workflows } from "@reef/workflows";
import { z } from "zod";
import type { Encoder } from "./encoder/encoder.ts";
import { purgeDiary } from "./store/diaries.ts";
import {
  hasUnembedded,
  listNextUnembedded,
  listUnembedded,
  saveEmbeddings,
  type Unembedded,
} from "./store/embeddings.ts";

/** Entries that one job encodes, or removes: few seconds of work, so that a stop need not wait long. */
const BATCH = 100;
/** The encoder may be away for long. The pauses between attempts double up to an hour, so that this many last a week. */
const RETRIES = 180;

export interface MemoryWorkflows {
  /** Orders vectors for entries, in the transaction that writes them. */
  embed(db: Connection, entryIds: readonly string[]): Promise<void>;
  /** Orders the removal of a hidden diary, in the transaction that hides it. */
  purge(db: Connection, organizationId: Id<"org">, diaryId: string): Promise<void>;
  /** Orders vectors for all entries that have none of the current model: at start, after the model was changed. */
  embedMissing(): Promise<void>;
}

export interface WorkflowDependencies {
  database: DatabaseHandle;
  workflows: Workflows;
  /** Absent where the reef runs without one; then nothing is ordered. */
  encoder: Encoder | undefined;
}

/** The module's durable work: vectors, and the removal of what was deleted. */
export function registerWorkflows({ database, workflows, encoder }: WorkflowDependencies): MemoryWorkflows {
  const db = database.kysely;

  async function encode(found: readonly Unembedded[], model: Encoder, signal: AbortSignal) {
    const vectors = await model.embed(
      found.map(({ text }) => text),
      "passage",
      signal,
    );
    return found.flatMap((entry, index) => {
      const vector = vectors[index];
      return vector === undefined ? [] : [{ entry, vector }];
    });
  }

  const purge = defineWorkflow({
    name: "memory.purge",
    input: z.object({ organizationId: z.templateLiteral(["org_", z.string()]), diaryId: z.string() }),
    async handle({ organizationId, diaryId }, run) {
      while (!run.signal.aborted) {
        const left = await transact(db, (transaction) => purgeDiary(transaction, organizationId, diaryId, BATCH));
        if (left === "done") return;
      }
      throw new Error("Stopped before the diary was removed.");
    },
  });
  workflows.register(purge);
  const orderPurge: MemoryWorkflows["purge"] = async (transaction, organizationId, diaryId) => {
    await workflows.enqueue(transaction, purge, { organizationId, diaryId });
  };
  if (encoder === undefined) return { embed: async () => {}, purge: orderPurge, embedMissing: async () => {} };

  const embed = defineWorkflow({
    name: "memory.embed",
    input: z.object({ entryIds: z.array(z.string()) }),
    retries: RETRIES,
    async handle({ entryIds }, run) {
      const found = await listUnembedded(db, encoder.model, entryIds);
      await saveEmbeddings(db, encoder.model, await encode(found, encoder, run.signal));
    },
  });

  const embedMissing = defineWorkflow({
    name: "memory.embed-missing",
    input: z.object({ model: z.string(), after: z.string().nullable() }),
    retries: RETRIES,
    oneAtATimeByKey: true,
    async handle({ model, after }, run) {
      // The model may have been changed again since; the start after that ordered its own pass.
      if (model !== encoder.model) return;
      const found = await listNextUnembedded(db, model, after, BATCH);
      const embedded = await encode(found, encoder, run.signal);
      await run.step("save", async (transaction) => {
        await saveEmbeddings(transaction, model, embedded);
        const last = found.length === BATCH ? found.at(-1) : undefined;
        if (last) await workflows.enqueue(transaction, embedMissing, { model, after: last.id }, { key: model });
      });
    },
  });
  workflows.register(embed);
  workflows.register(embedMissing);

  return {
    purge: orderPurge,
    async embed(transaction, entryIds) {
      await workflows.enqueue(transaction, embed, { entryIds: [...entryIds] });
    },
    async embedMissing() {
      if (!(await hasUnembedded(db, encoder.model))) return;
      await workflows.enqueue(db, embedMissing, { model: encoder.model, after: null }, { key: encoder.model });
    },
  };
}
