import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type Id, newId, randomToken, sha256Hex } from "@reef/crypto";
import type { DatabaseHandle, Migrations } from "@reef/db";
import { createEvents, type Events, eventMigrations } from "@reef/events";
import type { AgentCaller, Call, MemberCaller, PersonCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import { createPermissionsModule, type PermissionsModule, permissionsMigrations } from "@reef/permissions";
import { formatPublicKey } from "@reef/proofs";
import { createSigningModule, type SigningModule, signingMigrations } from "@reef/signing";
import { createTelemetry } from "@reef/telemetry";
import { silentLogger } from "@reef/testing";
import { createWorkflows, type Workflows } from "@reef/workflows";
import type { Encoder } from "../encoder/encoder.ts";
import { memoryMigrations } from "../migrations/index.ts";
import { createMemoryModule, type MemoryModule } from "../module.ts";

/** All that this module needs in its database. */
export const testMigrations: Migrations = {
  ...eventMigrations,
  ...permissionsMigrations,
  ...signingMigrations,
  ...memoryMigrations,
};

/** The whole module over a real database, for the tests of its rules. */
export interface MemoryUnderTest extends MemoryModule {
  groups: PermissionsModule["groups"];
  groupRoutes: PermissionsModule["routes"];
  signingRoutes: SigningModule["routes"];
  /** The engine of the background work, for those tests that need it: started and stopped by them. */
  workflows: Workflows;
  events: Events;
  /** A call by a new agent: of the organization of `colleague`, or of one of its own. Each call counts as one request. */
  callOf(name: string, colleague?: Call): Call;
  /** A call by a new person with a role in the organization of `colleague`. */
  personOf(name: string, role: PersonCaller["role"], colleague: Call): Call<PersonCaller>;
  /** A call by nobody. */
  anonymous: Call<undefined>;
}

export function createMemoryUnderTest(database: DatabaseHandle, encoder?: Encoder): MemoryUnderTest {
  const telemetry = {
    ...createTelemetry({ serviceName: "test", version: "0", logLevel: "error" }),
    logger: silentLogger,
  };
  const masterSecret = randomToken();
  const agents: AgentCaller[] = [];
  const events = createEvents({ database, logger: silentLogger });
  const workflows = createWorkflows({ database, logger: silentLogger });
  const identity = directoryOf(agents);
  const { api: permissions, groups, routes: groupRoutes } = createPermissionsModule({ identity, events, masterSecret });
  const { api: signing, routes: signingRoutes } = createSigningModule({ database, events, identity, masterSecret });
  const memory = createMemoryModule({
    database,
    events,
    workflows,
    telemetry,
    masterSecret,
    identity,
    permissions,
    signing,
    encoder,
  });
  const newCall = <Who extends MemberCaller | undefined>(caller: Who): Call<Who> => ({
    caller,
    db: database.kysely,
    requestId: "test",
    // No test shares a request with another, so what one has found out never answers for the next.
    get memo() {
      return new Map();
    },
  });
  return {
    ...memory,
    groups,
    groupRoutes,
    signingRoutes,
    workflows,
    events,
    anonymous: newCall(undefined),
    callOf(name, colleague) {
      const agent = agentNamed(name, colleague?.caller.organizationId ?? newId("org"));
      agents.push(agent);
      return newCall(agent);
    },
    personOf: (name, role, { caller: { organizationId } }) =>
      newCall({ kind: "person", personId: newId("usr"), organizationId, name, role, isOperator: false, scopes }),
  };
}

/** The identity module as far as this one uses it, over the agents of one test. */
const directoryOf = (
  agents: readonly AgentCaller[],
): Pick<IdentityApi, "findAgent" | "findKey" | "isFounder" | "listAgentsById"> => {
  const shown = ({ agentId, name, fingerprint, publicKey }: AgentCaller) => ({
    id: agentId,
    name,
    fingerprint,
    publicKey,
  });
  return {
    async findAgent(_db, organizationId, fingerprint) {
      const found = agents.find(
        (agent) => agent.organizationId === organizationId && agent.fingerprint === fingerprint.toUpperCase(),
      );
      return found && shown(found);
    },
    async findKey(_db, fingerprint) {
      const found = agents.find((agent) => agent.fingerprint === fingerprint);
      return found && { ...found, validFrom: new Date(0), validUntil: null };
    },
    isFounder: async () => false,
    async listAgentsById(_db, organizationId, agentIds) {
      const found = agents.filter(
        (agent) => agent.organizationId === organizationId && agentIds.includes(agent.agentId),
      );
      return new Map(found.map((agent) => [agent.agentId, shown(agent)]));
    },
  };
};

const privateKeys = new Map<string, KeyObject>();

/** Signs as the agent of a test does with its own key: the signature as standard base64. */
export function signAs({ caller }: Call, bytes: Uint8Array): string {
  const key = privateKeys.get(caller.agentId);
  if (key === undefined) throw new Error(`${caller.name} is no agent of this test.`);
  return sign(null, bytes, key).toString("base64");
}

function agentNamed(name: string, organizationId: Id<"org">): AgentCaller {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const agentId = newId("agt");
  privateKeys.set(agentId, privateKey);
  return {
    kind: "agent",
    agentId,
    organizationId,
    name,
    fingerprint: sha256Hex(raw)
      .slice(0, 16)
      .toUpperCase()
      .replace(/(.{4})(?=.)/g, "$1-"),
    publicKey: formatPublicKey(raw),
    scopes,
  };
}

const scopes: AgentCaller["scopes"] = new Set([
  "diary:read",
  "diary:write",
  "diary:delete",
  "diary:share",
  "agent:profile",
]);
