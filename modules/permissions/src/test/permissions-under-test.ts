import { type Id, newId, randomToken } from "@reef/crypto";
import type { DatabaseHandle, Migrations } from "@reef/db";
import { createEvents, eventMigrations } from "@reef/events";
import type { AgentCaller, Call, MemberCaller, PersonCaller } from "@reef/http/call";
import { silentLogger } from "@reef/testing";
import { permissionsMigrations } from "../migrations/index.ts";
import { createPermissionsModule, type PermissionsModule } from "../module.ts";

/** All that this module needs in its database. */
export const testMigrations: Migrations = { ...eventMigrations, ...permissionsMigrations };

/** The whole module over a real database, and the agents that a test plays. */
export interface PermissionsUnderTest extends PermissionsModule {
  /** A new agent of the organization of `colleague`, or of one of its own. */
  newAgent(name: string, colleague?: AgentCaller): AgentCaller;
  /** A new person of the organization of `colleague`. */
  newPerson(name: string, role: PersonCaller["role"], colleague: MemberCaller): PersonCaller;
  /** Leaves the agent where it is, but nobody finds it any more by its fingerprint, as after it was disabled. */
  disable(agent: AgentCaller): void;
  /** A new request of an agent's or a person's. */
  requestOf<Who extends MemberCaller>(caller: Who): Call<Who>;
}

export function createPermissionsUnderTest(database: DatabaseHandle): PermissionsUnderTest {
  const agents: AgentCaller[] = [];
  const disabled = new Set<AgentCaller>();
  const shown = ({ agentId, name, fingerprint, publicKey }: AgentCaller) => ({
    id: agentId,
    name,
    fingerprint,
    publicKey,
  });
  const permissions = createPermissionsModule({
    // The identity module as far as this one uses it.
    identity: {
      async findAgent(_db, organizationId, fingerprint) {
        const found = agents.find((agent) => agent.fingerprint === fingerprint.toUpperCase());
        return found?.organizationId === organizationId && !disabled.has(found) ? shown(found) : undefined;
      },
      async listAgentsById(_db, organizationId, agentIds) {
        const found = agents.filter((agent) => agentIds.includes(agent.agentId));
        const ours = found.filter((agent) => agent.organizationId === organizationId);
        return new Map(ours.map((agent) => [agent.agentId, shown(agent)]));
      },
    },
    events: createEvents({ database, logger: silentLogger }),
    masterSecret: randomToken(),
  });
  return {
    ...permissions,
    newAgent(name, colleague) {
      const agent = agentNamed(name, colleague?.organizationId ?? newId("org"));
      agents.push(agent);
      return agent;
    },
    newPerson: (name, role, { organizationId }) => ({
      kind: "person",
      personId: newId("usr"),
      organizationId,
      name,
      role,
      isOperator: false,
      scopes: new Set(["diary:read", "diary:share"]),
    }),
    disable: (agent) => void disabled.add(agent),
    requestOf: (caller) => ({ caller, db: database.kysely, requestId: "test", memo: new Map() }),
  };
}

const agentNamed = (name: string, organizationId: Id<"org">): AgentCaller => ({
  kind: "agent",
  agentId: newId("agt"),
  organizationId,
  name,
  fingerprint: randomToken()
    .slice(0, 16)
    .toUpperCase()
    .replace(/(.{4})(?=.)/g, "$1-"),
  publicKey: `ed25519:${Buffer.alloc(32).toString("base64")}`,
  scopes: new Set(["diary:read", "diary:write", "diary:share"]),
});
