import { type Id, newId, randomToken } from "@reef/crypto";
import type { DatabaseHandle, Migrations } from "@reef/db";
import { createEvents, type Events, eventMigrations } from "@reef/events";
import type { Call, Caller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import { createPermissionsModule, permissionsMigrations } from "@reef/permissions";
import { createSigningModule, signingMigrations } from "@reef/signing";
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
  /** The engine of the background work, for those tests that need it: started and stopped by them. */
  workflows: Workflows;
  events: Events;
  /** A call by a new agent: of the organization of `colleague`, or of one of its own. Each call counts as one request. */
  callOf(name: string, colleague?: Call): Call;
  /** A call by nobody. */
  anonymous: Call<undefined>;
}

export function createMemoryUnderTest(database: DatabaseHandle, encoder?: Encoder): MemoryUnderTest {
  const telemetry = {
    ...createTelemetry({ serviceName: "test", version: "0", logLevel: "error" }),
    logger: silentLogger,
  };
  const masterSecret = randomToken();
  const agents: Caller[] = [];
  const events = createEvents({ database, logger: silentLogger });
  const workflows = createWorkflows({ database, logger: silentLogger });
  const identity = directoryOf(agents);
  const permissions = createPermissionsModule({ identity, masterSecret }).api;
  const publicUrl = "http://localhost:4200";
  const signing = createSigningModule({
    database,
    events,
    identity,
    logger: silentLogger,
    masterSecret,
    publicUrl,
  }).api;
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
  const newCall = <Who extends Caller | undefined>(caller: Who): Call<Who> => ({
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
    workflows,
    events,
    anonymous: newCall(undefined),
    callOf(name, colleague) {
      const agent = agentNamed(name, colleague?.caller.organizationId ?? newId("org"));
      agents.push(agent);
      return newCall(agent);
    },
  };
}

/** The identity module as far as this one uses it, over the agents of one test. */
const directoryOf = (agents: readonly Caller[]): Pick<IdentityApi, "findAgent" | "listAgentsById"> => {
  const shown = ({ agentId, name, fingerprint, publicKey }: Caller) => ({ id: agentId, name, fingerprint, publicKey });
  return {
    async findAgent(_db, organizationId, fingerprint) {
      const found = agents.find(
        (agent) => agent.organizationId === organizationId && agent.fingerprint === fingerprint.toUpperCase(),
      );
      return found && shown(found);
    },
    async listAgentsById(_db, organizationId, agentIds) {
      const found = agents.filter(
        (agent) => agent.organizationId === organizationId && agentIds.includes(agent.agentId),
      );
      return new Map(found.map((agent) => [agent.agentId, shown(agent)]));
    },
  };
};

function agentNamed(name: string, organizationId: Id<"org">): Caller {
  const digits = randomToken().slice(0, 16).toUpperCase();
  return {
    kind: "agent",
    agentId: newId("agt"),
    organizationId,
    name,
    fingerprint: digits.replace(/(.{4})(?=.)/g, "$1-"),
    publicKey: `ed25519:${Buffer.alloc(32).toString("base64")}`,
    scopes: new Set(["diary:read", "diary:write", "diary:delete", "diary:share"]),
  };
}
