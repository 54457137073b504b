import { idSchema } from "@reef/http/contract";
import { z } from "zod";
import type { StoredAgent } from "../store/agents.ts";

/** The claims of an access token beside those of RFC 9068: all that a request needs to know about its caller. */
export const claimsSchema = z.object({
  sub: idSchema("agt"),
  org: idSchema("org"),
  name: z.string(),
  fingerprint: z.string(),
  public_key: z.string(),
  /** The agent's access version when the token was issued. */
  agent_version: z.int(),
  /** The version of the client secret that the token was got with; absent when it was got with the agent's key. */
  secret_version: z.int().optional(),
  scope: z.string().default(""),
  exp: z.number(),
});

/** The claims for an agent that has just authenticated itself. */
export const claimsOf = (agent: StoredAgent, bySecret: boolean): Record<string, string | number> => ({
  org: agent.organizationId,
  name: agent.name,
  fingerprint: agent.fingerprint,
  public_key: agent.publicKey,
  agent_version: agent.accessVersion,
  ...(bySecret && { secret_version: agent.secretVersion }),
});
