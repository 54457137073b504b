import type { Id } from "@reef/crypto";
import type { AgentCaller, MemberCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";

/** The identity module as far as the gateway uses it, over the agents of one test. */
export interface TestIdentity extends Pick<IdentityApi, "findAgent" | "isSuspended" | "listAgentsById"> {
  agents: MemberCaller[];
  disabled: Set<Id<"agt">>;
  suspended: Set<Id<"org">>;
}

export function createTestIdentity(): TestIdentity {
  const agents: MemberCaller[] = [];
  const disabled = new Set<Id<"agt">>();
  const suspended = new Set<Id<"org">>();
  const find = (organizationId: Id<"org">, isMeant: (agent: AgentCaller) => boolean) =>
    agents.filter(
      (agent): agent is AgentCaller =>
        agent.kind === "agent" && agent.organizationId === organizationId && isMeant(agent),
    );
  const shown = ({ agentId: id, name, fingerprint, publicKey }: AgentCaller) => ({ id, name, fingerprint, publicKey });
  return {
    agents,
    disabled,
    suspended,
    async findAgent(_db, organizationId, fingerprint) {
      const [agent] = find(organizationId, (one) => one.fingerprint === fingerprint && !disabled.has(one.agentId));
      return agent && shown(agent);
    },
    async listAgentsById(_db, organizationId, agentIds) {
      const found = find(organizationId, ({ agentId }) => agentIds.includes(agentId));
      return new Map(found.map((agent) => [agent.agentId, shown(agent)]));
    },
    isSuspended: (organizationId) => suspended.has(organizationId),
  };
}

/** The real clock, and by how much it is moved. */
export function movableClock() {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    monotonic: () => performance.now() + ahead,
    advance(milliseconds: number) {
      ahead += milliseconds;
    },
  };
}

/** A clock that stands still until it is moved. */
export function frozenClock(start = Date.UTC(2026, 10, 20, 12)) {
  let passed = 0;
  return {
    now: () => start + passed,
    monotonic: () => passed,
    advance(milliseconds: number) {
      passed += milliseconds;
    },
  };
}
