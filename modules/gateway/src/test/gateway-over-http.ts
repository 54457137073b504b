import assert from "node:assert/strict";
import { deriveKey, type Id, newId } from "@reef/crypto";
import { createCursors, type DatabaseHandle, type Migrations } from "@reef/db";
import { eventMigrations } from "@reef/events";
import { idempotencyMigrations } from "@reef/http";
import type { Logger } from "@reef/telemetry";
import { silentLogger } from "@reef/testing";
import { newAgent, newPerson, type ServedRoutes, serveRoutes } from "@reef/testing/http";
import { gatewayMigrations } from "../migrations/index.ts";
import { createGatewayRoutes, type GatewayServices } from "../routes.ts";
import { createBudgetService } from "../service/budgets.ts";
import { createCaptureService } from "../service/captures.ts";
import { createKeyService } from "../service/keys.ts";
import { createTestIdentity, movableClock, type TestIdentity } from "./gateway-people.ts";

/** All that keys and budgets need in the database of a server. */
export const serverMigrations: Migrations = { ...eventMigrations, ...idempotencyMigrations, ...gatewayMigrations };

const MASTER_SECRET = "a master secret that only tests use";
/** A server with the routes of keys and budgets, and who calls it: two agents and people of one organization, and a stranger. */
export interface GatewayOverHttp extends ServedRoutes {
  organizationId: Id<"org">;
  foreignId: Id<"org">;
  agentId(name: string): Id<"agt">;
  identity: TestIdentity;
  clock: ReturnType<typeof movableClock>;
}

export async function serveGateway(database: DatabaseHandle, logger: Logger = silentLogger): Promise<GatewayOverHttp> {
  const [organizationId, foreignId] = [newId("org"), newId("org")];
  const identity = createTestIdentity();
  const clock = movableClock();
  const cursors = createCursors(deriveKey(MASTER_SECRET, "gateway.cursors"));
  const dependencies = { identity, cursors, clock };
  const agents = [
    newAgent("ada", organizationId),
    newAgent("bo", organizationId),
    { ...newAgent("blind", organizationId), scopes: new Set(["diary:read"] as const) },
    newAgent("eve", foreignId),
  ];
  identity.agents.push(...agents);
  const people = [
    newPerson("admin", organizationId),
    newPerson("member", organizationId, "member"),
    newPerson("stranger", foreignId, "owner"),
  ];
  const captures = createCaptureService({ masterSecret: MASTER_SECRET, onPurged() {} });
  const keys = createKeyService({ ...dependencies, captures, hasEncoder: false });
  const budgets = createBudgetService(dependencies);
  const routes = createGatewayRoutes({ keys, budgets } as GatewayServices);
  const served = await serveRoutes({
    database,
    routes: routes.filter(({ operation }) => /^gateway\.\w+(Key|Keys|Budget|Budgets)$/.test(operation)),
    callers: [...agents, ...people],
    logger,
  });
  return {
    ...served,
    organizationId,
    foreignId,
    agentId(name) {
      const caller = served.callers.get(name);
      assert.ok(caller?.kind === "agent", name);
      return caller.agentId;
    },
    identity,
    clock,
  };
}
