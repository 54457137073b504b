import assert from "node:assert/strict";
import { deriveKey, type Id, newId } from "@reef/crypto";
import { createCursors, type DatabaseHandle, type Migrations } from "@reef/db";
import { eventMigrations } from "@reef/events";
import {
  type Action,
  byBearerToken,
  type Caller,
  createApp,
  createIdempotency,
  createLimits,
  httpErrors,
  idempotencyMigrations,
  serve,
} from "@reef/http";
import { createTelemetry, type Logger } from "@reef/telemetry";
import { silentLogger } from "@reef/testing";
import { gatewayMigrations } from "../migrations/index.ts";
import { createGatewayRoutes, type GatewayServices } from "../routes.ts";
import { createBudgetService } from "../service/budgets.ts";
import { createCaptureService } from "../service/captures.ts";
import { createKeyService } from "../service/keys.ts";
import { createTestIdentity, movableClock, newAgent, newPerson, type TestIdentity } from "./gateway-people.ts";

/** All that keys and budgets need in the database of a server. */
export const serverMigrations: Migrations = { ...eventMigrations, ...idempotencyMigrations, ...gatewayMigrations };

const MASTER_SECRET = "a master secret that only tests use";
const PUBLIC_URL = "http://localhost:4200";

/** Any body; tests name the fields that they expect. */
// biome-ignore lint/suspicious/noExplicitAny: what a server sends to a test may be anything, and the test checks it.
type AnyBody = any;

interface Answer {
  status: number;
  headers: Headers;
  body: AnyBody;
}

/** A server with the routes of keys and budgets, and who calls it: two agents and people of one organization, and a stranger. */
export interface GatewayOverHttp {
  organizationId: Id<"org">;
  foreignId: Id<"org">;
  /** Everybody, by name; the name is the token. */
  callers: ReadonlyMap<string, Caller>;
  agentId(name: string): Id<"agt">;
  identity: TestIdentity;
  clock: ReturnType<typeof movableClock>;
  recorded: Action[];
  request(who: string, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
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
  const callers = new Map<string, Caller>([...agents, ...people].map((caller) => [caller.name, caller]));
  const recorded: Action[] = [];
  const captures = createCaptureService({ masterSecret: MASTER_SECRET, onPurged() {} });
  const keys = createKeyService({ ...dependencies, captures, hasEncoder: false });
  const budgets = createBudgetService(dependencies);
  const routes = createGatewayRoutes({ keys, budgets } as GatewayServices);
  const app = createApp({
    publicUrl: PUBLIC_URL,
    allowedOrigins: [],
    telemetry: { ...createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }), logger },
    routes: routes.filter(({ operation }) => /^gateway\.\w+(Key|Keys|Budget|Budgets)$/.test(operation)),
    authenticator: byBearerToken({
      authenticate(token) {
        const caller = callers.get(token.replace("Bearer ", ""));
        if (caller === undefined) throw httpErrors.unauthenticated();
        return caller;
      },
    }),
    db: database.kysely,
    recorder: { record: async (_transaction, action) => void recorded.push(action) },
    limits: createLimits(1_000),
    idempotency: createIdempotency(MASTER_SECRET),
    trustedProxies: 0,
  });
  const server = await serve(app, { host: "127.0.0.1", port: 0, publicUrl: PUBLIC_URL });
  return {
    organizationId,
    foreignId,
    callers,
    agentId(name) {
      const caller = callers.get(name);
      assert.ok(caller?.kind === "agent", name);
      return caller.agentId;
    },
    identity,
    clock,
    recorded,
    async request(who, method, path, body, headers = {}) {
      const response = await fetch(`http://127.0.0.1:${server.port}/api${path}`, {
        method,
        headers: {
          ...(who !== "" && { authorization: `Bearer ${who}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
    },
    async stop() {
      await server.stop(1);
    },
  };
}
