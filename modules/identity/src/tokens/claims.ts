import { idSchema, type Scope, scopes } from "@reef/http/contract";
import { z } from "zod";
import type { StoredAgent } from "../store/agents.ts";
import type { LettingMember } from "../store/people-grants.ts";

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

/** The claims of a token with which a program acts for a person; the grant tells at each request whether they still hold. */
export const personClaimsSchema = z.object({
  sub: idSchema("usr"),
  org: idSchema("org"),
  /** What the database calls the grant. */
  grant: z.string().regex(/^[0-9a-f]{64}$/),
  scope: z.string().default(""),
});

/** The claims for a person who has let a program in. */
export const personClaimsOf = (member: LettingMember, grant: string): Record<string, string> => ({
  org: member.organizationId,
  name: member.name,
  role: member.role,
  grant,
});

/** The scopes that a token names and this reef knows. */
export const scopesOf = (scope: string): ReadonlySet<Scope> =>
  new Set(scope.split(" ").filter((word): word is Scope => Object.hasOwn(scopes, word)));
