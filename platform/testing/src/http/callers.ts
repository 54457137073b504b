import { type Id, newId } from "@reef/crypto";
import type { AgentCaller, PersonCaller } from "@reef/http/call";
import { peopleScopes, type Scope, scopes } from "@reef/http/contract";

const everyScope: ReadonlySet<Scope> = new Set(Object.keys({ ...scopes, ...peopleScopes }) as Scope[]);

/** A new agent of the organization, as its token tells of it. */
export function newAgent(name: string, organizationId: Id<"org">): AgentCaller {
  const agentId = newId("agt");
  const fingerprint = agentId.slice(-16).toUpperCase();
  return { kind: "agent", agentId, organizationId, name, fingerprint, publicKey: "", scopes: everyScope };
}

/** A new person of the organization. */
export const newPerson = (
  name: string,
  organizationId: Id<"org">,
  role: PersonCaller["role"] = "admin",
): PersonCaller => ({
  kind: "person",
  personId: newId("usr"),
  organizationId,
  name,
  role,
  isOperator: false,
  scopes: everyScope,
});
