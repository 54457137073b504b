import type { Connection } from "@reef/db";
import type { AgentCaller, MemberCaller, PersonCaller, TokenAuthenticator } from "@reef/http/call";
import type { Clock } from "../clock.ts";
import { identityErrors } from "../errors.ts";
import { findLettingMember } from "../store/people-grants.ts";
import { personClaimsSchema, scopesOf } from "./claims.ts";
import { tokenIn, type VerifyToken } from "./verify-token.ts";

export interface McpAuthenticatorDependencies {
  db: Connection;
  clock: Clock;
  /** For the tokens of the MCP endpoint. */
  verify: VerifyToken;
  /** Tells agents by those tokens. */
  agents: TokenAuthenticator<AgentCaller>;
}

/**
 * Tells who calls by MCP: an agent, or a person whom a program acts for. What a person let in is asked of the database at
 * each request, so it ends at once with the membership, with the password, and when an operator suspends the organization.
 */
export function createMcpAuthenticator(dependencies: McpAuthenticatorDependencies): TokenAuthenticator<MemberCaller> {
  const { db, clock, verify, agents } = dependencies;

  async function identifyPerson(token: string): Promise<PersonCaller> {
    const claims = personClaimsSchema.safeParse(await verify(token));
    if (!claims.success) throw identityErrors.invalid_token({ cause: claims.error });
    const { sub, org, grant, scope } = claims.data;
    const member = await findLettingMember(db, grant, new Date(clock.now()));
    if (member?.personId !== sub || member.organizationId !== org) throw identityErrors.invalid_token();
    if (member.isSuspended) throw identityErrors.organization_suspended();
    return {
      kind: "person",
      personId: sub,
      organizationId: org,
      name: member.name,
      role: member.role,
      // Nobody operates the reef through a program.
      isOperator: false,
      scopes: scopesOf(scope),
    };
  }

  return {
    authenticate: (authorization) =>
      namesPerson(authorization) ? identifyPerson(tokenIn(authorization)) : agents.authenticate(authorization),
  };
}

/** Whether the token says that it is a person's; whether it says the truth is for the signature to show. */
function namesPerson(authorization: string): boolean {
  try {
    const { sub } = JSON.parse(Buffer.from(authorization.split(".")[1] ?? "", "base64url").toString("utf8"));
    return typeof sub === "string" && sub.startsWith("usr_");
  } catch {
    return false;
  }
}
