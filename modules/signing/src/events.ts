import { defineEvent } from "@reef/events";
import { idSchema } from "@reef/http/contract";
import { z } from "zod";

/** Somebody changed something: written with the change, and appended to the organization's ledger by a consumer. */
export const actionRecorded = defineEvent(
  "signing.action_recorded",
  z.object({
    actor: z.union([
      z.object({
        agentId: idSchema("agt"),
        organizationId: idSchema("org"),
        name: z.string(),
        fingerprint: z.string(),
      }),
      z.object({ personId: idSchema("usr"), organizationId: idSchema("org"), name: z.string() }),
    ]),
    operation: z.string(),
    subject: z.record(z.string(), z.string()),
    fields: z.array(z.string()),
    requestId: z.string(),
  }),
);

/** What {@link actionRecorded} carries. */
export type RecordedAction = z.output<typeof actionRecorded.schema>;
