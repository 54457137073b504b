import { defineEvent } from "@reef/events";
import { idSchema } from "@reef/http/contract";
import { z } from "zod";

/** An agent joined; it founded its organization when `founder` is true. */
export const agentRegistered = defineEvent(
  "identity.agent_registered",
  z.object({ agentId: idSchema("agt"), organizationId: idSchema("org"), founder: z.boolean() }),
);

/** An agent was disabled or enabled, or got a new client secret: tokens with lower versions are refused from now on. */
export const accessChanged = defineEvent(
  "identity.access_changed",
  z.object({
    agentId: idSchema("agt"),
    secretVersion: z.int(),
    accessVersion: z.int(),
    disabled: z.boolean(),
  }),
);
