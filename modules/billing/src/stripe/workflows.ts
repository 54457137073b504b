import { type Id, toTypeId } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import { idSchema } from "@reef/http/contract";
import { defineWorkflow, type Workflow, type Workflows } from "@reef/workflows";
import { z } from "zod";
import type { createArranger } from "./arrange.ts";
import type { Recorder } from "./record.ts";
import { deleteOldEvents, findLastWritten, listUnheard } from "./store.ts";

/** Stripe repeats an event for three days; a reading that fails for hours is made up for by the next one or the hourly look. */
const RETRIES = 10;
const RETRY_SECONDS = 5;
const KEEP_EVENTS_DAYS = 60;
const DELETE_BATCH = 1_000;
const UNHEARD_BATCH = 200;
const NOBODY = "00000000-0000-0000-0000-000000000000";
const organizationId = idSchema("org");

interface Reading {
  organizationId: Id<"org">;
  /** How many readings had begun when it was ordered: one that began later saw what it was ordered for. */
  after: number;
}

/** The durable work with Stripe. */
export interface StripeWorkflows {
  read: Workflow<Reading>;
  arrange: Workflow<{ organizationId: Id<"org"> }>;
  /** Sets up what recurs. */
  schedule(): Promise<void>;
}

export interface StripeWorkflowDependencies {
  db: Connection;
  workflows: Workflows;
  record: Recorder;
  arrange: ReturnType<typeof createArranger>;
  /** A mark of the key that Stripe is asked with. */
  keyMark(): Promise<string>;
}

/** Registers the workflows: reading, arranging, and the hourly look for what no event told. */
export function registerStripeWorkflows(dependencies: StripeWorkflowDependencies): StripeWorkflows {
  const { db, workflows, record, arrange: arrangeWith, keyMark } = dependencies;

  const read = defineWorkflow({
    name: "billing.read-stripe",
    input: z.object({ organizationId, after: z.int() }),
    retries: RETRIES,
    retryDelaySeconds: RETRY_SECONDS,
    async handle(input: Reading) {
      const lastWritten = await findLastWritten(db, input.organizationId);
      // One event rarely comes alone; a reading that began after this one was ordered has seen it.
      if (lastWritten === undefined || lastWritten > input.after) return;
      await record(input.organizationId);
    },
  });

  const arrange = defineWorkflow({
    name: "billing.arrange-with-stripe",
    input: z.object({ organizationId }),
    retries: RETRIES,
    retryDelaySeconds: RETRY_SECONDS,
    oneAtATimeByKey: true,
    handle: (input: { organizationId: Id<"org"> }, run) => arrangeWith(input.organizationId, run),
  });

  /**
   * Events may be lost: while the reef was out of reach for days, or its webhook was set up wrongly. So those are read without
   * one whose month is over, whose payment is overdue, and who went to pay and came back without a subscription; and, since the
   * account may be another one, whoever was not read with the present key yet.
   */
  const reconcile = defineWorkflow({
    name: "billing.reconcile-stripe",
    input: z.object({}),
    concurrency: 1,
    async handle(_input, run) {
      const readWith = await keyMark();
      for (let after = NOBODY; !run.signal.aborted; ) {
        const unheard = await listUnheard(db, { limit: UNHEARD_BATCH, after, readWith });
        await transact(db, async (transaction) => {
          for (const uuid of unheard) {
            const input = { organizationId: toTypeId("org", uuid), after: Number.MAX_SAFE_INTEGER };
            await workflows.enqueue(transaction, read, input, { id: `${run.id} ${uuid}` });
          }
        });
        const last = unheard.at(-1);
        if (last === undefined || unheard.length < UNHEARD_BATCH) return;
        after = last;
      }
    },
  });

  const sweep = defineWorkflow({
    name: "billing.sweep-stripe-events",
    input: z.object({}),
    concurrency: 1,
    async handle(_input, run) {
      while (!run.signal.aborted) {
        if ((await deleteOldEvents(db, KEEP_EVENTS_DAYS, DELETE_BATCH)) < DELETE_BATCH) return;
      }
    },
  });

  workflows.register(read);
  workflows.register(arrange);
  workflows.register(reconcile);
  workflows.register(sweep);
  return {
    read,
    arrange,
    async schedule() {
      await workflows.schedule(reconcile, "17 * * * *", "UTC", {});
      await workflows.schedule(sweep, "47 4 * * *", "UTC", {});
      // The reef may have been stopped for long, or have another key by now.
      await workflows.enqueue(db, reconcile, {});
    },
  };
}
