import { newId, randomToken } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import type { Call, Caller } from "@reef/http/call";
import { createTelemetry } from "@reef/telemetry";
import { silentLogger } from "@reef/testing";
import { createWorkflows, type Workflows } from "@reef/workflows";
import type { Encoder } from "./encoder/encoder.ts";
import { createMemoryModule, type MemoryModule } from "./module.ts";

/** The whole module over a real database, for the tests of its rules. */
export interface MemoryUnderTest extends MemoryModule {
  /** The engine of the background work, for those tests that need it: started and stopped by them. */
  workflows: Workflows;
  /** A call by an agent of an organization of its own. */
  callOf(name: string): Call;
  /** A call by nobody. */
  anonymous: Call<undefined>;
}

export function createMemoryUnderTest(database: DatabaseHandle, encoder?: Encoder): MemoryUnderTest {
  const telemetry = {
    ...createTelemetry({ serviceName: "test", version: "0", logLevel: "error" }),
    logger: silentLogger,
  };
  const workflows = createWorkflows({ database, logger: silentLogger });
  const memory = createMemoryModule({ database, workflows, telemetry, masterSecret: randomToken(), encoder });
  const call = { db: database.kysely, requestId: "test" };
  return {
    ...memory,
    workflows,
    anonymous: { ...call, caller: undefined },
    callOf: (name) => ({ ...call, caller: agentNamed(name) }),
  };
}

function agentNamed(name: string): Caller {
  return {
    kind: "agent",
    agentId: newId("agt"),
    organizationId: newId("org"),
    name,
    fingerprint: "0123-4567-89AB-CDEF",
    publicKey: `ed25519:${Buffer.alloc(32).toString("base64")}`,
    scopes: new Set(["diary:read", "diary:write", "diary:delete"]),
  };
}
