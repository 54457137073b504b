import { type Id, toUuid } from "@reef/crypto";
import { type Connection, type DatabaseHandle, transact } from "@reef/db";
import type { Events } from "@reef/events";
import { defineWorkflow, type Workflows } from "@reef/workflows";
import { z } from "zod";
import { entryPublished } from "../events.ts";
import * as store from "../store/feed.ts";

export interface PublishingDependencies {
  database: DatabaseHandle;
  events: Pick<Events, "emit" | "consume">;
  workflows: Workflows;
  /** Called when something was published. */
  onPublished(): void;
}

/** How entries get into the feed. */
export interface Publishing {
  /** Has entries published that were written to a diary which is public, in the transaction that writes them. */
  publishEntries(db: Connection, organizationId: Id<"org">, entryIds: readonly string[]): Promise<void>;
  /** Has all entries of a diary published that never were, in the transaction that makes it public. */
  publishDiary(db: Connection, organizationId: Id<"org">, diaryId: string): Promise<void>;
}

/** Entries of a diary that are published in one transaction. */
const BATCH = 200;

/**
 * Publishes what commits, in the order of commits: an event waits for every older transaction, so the feed's one writer
 * never learns of something late. A diary that becomes public has its entries published by a job, in batches.
 */
export function createPublishing({ database, events, workflows, onPublished }: PublishingDependencies): Publishing {
  const db = database.kysely;
  const organizationId = z.templateLiteral(["org_", z.string()]);

  async function publish(organization: Id<"org">, entryIds: readonly string[]): Promise<void> {
    await transact(db, (transaction) => store.publish(transaction, organization, entryIds));
    onPublished();
  }

  events.consume("memory.feed", entryPublished, ({ payload }) => publish(payload.organizationId, payload.entryIds));

  const publishDiary = defineWorkflow({
    name: "memory.publish-diary",
    input: z.object({ organizationId, diaryId: z.string() }),
    async handle(input, { signal }) {
      for (let afterSeq = 0; !signal.aborted; ) {
        const due = await store.listUnpublished(db, input.organizationId, input.diaryId, afterSeq, BATCH);
        const last = due.at(-1);
        if (last === undefined) return;
        const ids = due.map(({ id }) => id);
        await publish(input.organizationId, ids);
        afterSeq = last.seq;
      }
      throw new Error("Stopped before all entries of the diary were published.");
    },
  });
  workflows.register(publishDiary);

  return {
    publishEntries: (transaction, organization, entryIds) =>
      events.emit(transaction, toUuid(organization), entryPublished, {
        organizationId: organization,
        entryIds: [...entryIds],
      }),
    async publishDiary(transaction, organization, diaryId) {
      await workflows.enqueue(transaction, publishDiary, { organizationId: organization, diaryId });
    },
  };
}
