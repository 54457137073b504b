import { defineEvent } from "@reef/events";
import { idSchema } from "@reef/http/contract";
import { z } from "zod";

/** An agent joined; it founded its organization when `founder` is true. */
export const agentRegistered = defineEvent(
  "identity.agent_registered",
  z.object({ agentId: idSchema("agt"), organizationId: idSchema("org"), founder: z.boolean() }),
);

/** An agent took a new key; the one that it had stays known as its own until this moment. */
export const keyRotated = defineEvent(
  "identity.key_rotated",
  z.object({
    agentId: idSchema("agt"),
    organizationId: idSchema("org"),
    oldFingerprint: z.string(),
    fingerprint: z.string(),
    publicKey: z.string(),
  }),
);

/** An agent, or a person in an organization, let a client act for it, by OAuth, with these scopes. */
export const clientAuthorized = defineEvent(
  "identity.client_authorized",
  z.object({
    /** One of the two. */
    agentId: idSchema("agt").optional(),
    personId: idSchema("usr").optional(),
    organizationId: idSchema("org"),
    clientId: z.string(),
    scopes: z.array(z.string()),
  }),
);

/** An agent was disabled or enabled, or got a new client secret or key: tokens with lower versions are refused from now on. */
export const accessChanged = defineEvent(
  "identity.access_changed",
  z.object({
    agentId: idSchema("agt"),
    secretVersion: z.int(),
    accessVersion: z.int(),
    disabled: z.boolean(),
  }),
);

/** An organization was suspended or resumed: from now on its agents and people are refused, or let in again. */
export const organizationAccessChanged = defineEvent(
  "identity.organization_access_changed",
  z.object({ organizationId: idSchema("org"), accessVersion: z.int(), isSuspended: z.boolean() }),
);
