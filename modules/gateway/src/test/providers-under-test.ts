import assert from "node:assert/strict";
import { type Id, newId } from "@reef/crypto";
import type { DatabaseHandle, Migrations } from "@reef/db";
import {
  byBearerToken,
  createApp,
  createIdempotency,
  createLimits,
  idempotencyMigrations,
  type RunningServer,
  serve,
} from "@reef/http";
import type { Caller } from "@reef/http/call";
import { createTelemetry, type Logger } from "@reef/telemetry";
import { silentLogger } from "@reef/testing";
import { modelRoutes } from "../contract/models.ts";
import { providerRoutes } from "../contract/providers.ts";
import { gatewayMigrations } from "../migrations/index.ts";
import type { PlaneKey } from "../plane/call.ts";
import { createDispatchers, type Dispatchers } from "../plane/dispatchers.ts";
import { createRouter, type RefreshedRouter, type RouterDependencies } from "../plane/router.ts";
import { createGatewayRoutes } from "../routes.ts";
import { createProviderServices, type ProviderServiceDependencies } from "../service/provider-services.ts";
import { newAgent, newPerson } from "./gateway-people.ts";

const publicUrl = "http://localhost:4200";
const masterSecret = "a master secret that only tests use";

/** Nothing listens at the port of "discard". */
const NOWHERE = "http://127.0.0.1:9";

/** No test calls anybody outside: whoever is asked for there does not listen. */
const onThisMachine = (dispatchers: Dispatchers): Pick<Dispatchers, "of"> => ({
  of: ({ baseUrl, mayBePrivate }) =>
    /^http:\/\/(?:127\.0\.0\.1|localhost)\b/.test(baseUrl)
      ? dispatchers.of({ baseUrl, mayBePrivate })
      : dispatchers.of({ baseUrl: NOWHERE, mayBePrivate: true }),
});

/** All that these tests need in their database. */
export const testMigrations: Migrations = { ...gatewayMigrations, ...idempotencyMigrations };

/** What a reef answered. */
interface TestAnswer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the route's schema describes.
  body: any;
}

/** Providers, models and aliases behind their routes, over a real database. */
export interface ProvidersUnderTest {
  organizationId: Id<"org">;
  router: RefreshedRouter;
  dispatchers: Dispatchers;
  /**
   * Asks as `admin`, `member` or `agent` of the organization, as the `foreign` owner of another, as an `operator`, an operator
   * `outside` of any organization, or as `nobody`.
   */
  ask(who: string, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  /** Another process's router over the same database. */
  newRouter(more?: Partial<RouterDependencies>): RefreshedRouter;
  stop(): Promise<void>;
}

export async function startProvidersUnderTest(
  database: DatabaseHandle,
  options: Partial<ProviderServiceDependencies> & { logger?: Logger } = {},
): Promise<ProvidersUnderTest> {
  const { logger = silentLogger, allowPrivate = false } = options;
  const organizationId = newId("org");
  const newRouter = (more = {}) =>
    createRouter({ database, masterSecret, logger, allowPrivate, random: () => 0, ...more });
  const router = newRouter();
  const dispatchers = createDispatchers({ connections: 5, connectSeconds: 2, headersSeconds: 5, stallSeconds: 5 });
  const services = createProviderServices({
    masterSecret,
    router,
    dispatchers: onThisMachine(dispatchers),
    allowPrivate,
    providerKeys: new Map(),
    ollamaUrl: NOWHERE,
    ...options,
  });
  const ours = new Set<unknown>([...Object.values(providerRoutes), ...Object.values(modelRoutes)]);
  const none = undefined as never;
  const rest = { keys: none, budgets: none, usage: none, captures: none, cache: none };
  const routes = createGatewayRoutes({ ...services, ...rest }).filter(({ route }) => ours.has(route));
  const callers = callersOf(organizationId);
  const app = createApp({
    publicUrl,
    allowedOrigins: [],
    telemetry: { ...createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }), logger },
    routes,
    authenticator: byBearerToken({
      authenticate: (token) => callers.get(token) ?? assert.fail(`an unknown token: ${token}`),
    }),
    db: database.kysely,
    // With a recorder every change runs in one transaction with its record, as it does in a reef.
    recorder: { record: async () => {} },
    limits: createLimits(10_000),
    idempotency: createIdempotency(masterSecret),
    trustedProxies: 0,
  });
  const server: RunningServer = await serve(app, { host: "127.0.0.1", port: 0, publicUrl });
  return {
    organizationId,
    router,
    dispatchers,
    newRouter,
    async ask(who, method, path, body, headers = {}) {
      const response = await fetch(`http://127.0.0.1:${server.port}/api${path}`, {
        method,
        headers: {
          ...(who !== "nobody" && { authorization: `Bearer ${who}` }),
          "content-type": "application/json",
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const { status } = response;
      return { status, headers: response.headers, text, body: text === "" ? undefined : JSON.parse(text) };
    },
    async stop() {
      await server.stop(1);
      await dispatchers.close();
    },
  };
}

function callersOf(organizationId: Id<"org">): ReadonlyMap<string, Caller> {
  const operator = { ...newPerson("operator", organizationId, "owner"), isOperator: true };
  const { organizationId: _left, role: _none, ...outside } = operator;
  return new Map<string, Caller>([
    ["Bearer admin", newPerson("admin", organizationId, "admin")],
    ["Bearer member", newPerson("member", organizationId, "member")],
    ["Bearer agent", newAgent("agent", organizationId)],
    ["Bearer blind", { ...newAgent("blind", organizationId), scopes: new Set(["diary:read"] as const) }],
    ["Bearer foreign", newPerson("foreign", newId("org"), "owner")],
    ["Bearer operator", operator],
    ["Bearer outside", { ...outside, kind: "account" }],
  ]);
}

/** A key of the organization's, as the data plane knows it; for the models, where they are named, else for all. */
export const planeKey = (organizationUuid: string, models?: readonly string[]): PlaneKey => ({
  id: crypto.randomUUID(),
  organizationId: organizationUuid,
  agentId: null,
  workspaceId: null,
  models: models === undefined ? null : new Set(models),
  requestsPerMinute: null,
  tokensPerMinute: null,
  expiresAt: null,
  capture: null,
  cache: null,
  budgets: [],
  unserved: null,
});
