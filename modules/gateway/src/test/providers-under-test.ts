import { type Id, newId } from "@reef/crypto";
import type { DatabaseHandle, Migrations } from "@reef/db";
import { idempotencyMigrations } from "@reef/http";
import type { Caller } from "@reef/http/call";
import type { Logger } from "@reef/telemetry";
import { silentLogger } from "@reef/testing";
import { type Answer, newAgent, newPerson, serveRoutes } from "@reef/testing/http";
import { modelRoutes } from "../contract/models.ts";
import { providerRoutes } from "../contract/providers.ts";
import { gatewayMigrations } from "../migrations/index.ts";
import type { PlaneKey } from "../plane/call.ts";
import { createDispatchers, type Dispatchers } from "../plane/dispatchers.ts";
import { createRouter, type RefreshedRouter, type RouterDependencies } from "../plane/router.ts";
import { createGatewayRoutes } from "../routes.ts";
import { createProviderServices, type ProviderServiceDependencies } from "../service/provider-services.ts";

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

/** Providers, models and aliases behind their routes, over a real database. */
export interface ProvidersUnderTest {
  organizationId: Id<"org">;
  router: RefreshedRouter;
  dispatchers: Dispatchers;
  /**
   * Asks as `admin`, `member` or `agent` of the organization, as the `foreign` owner of another, as an `operator`, an operator
   * `outside` of any organization, or as `nobody`.
   */
  ask(who: string, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
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
  const dispatchers = createDispatchers({ connections: 5, connectSeconds: 30, headersSeconds: 30, stallSeconds: 30 });
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
  const served = await serveRoutes({ database, routes, callers: callersOf(organizationId), logger });
  return {
    organizationId,
    router,
    dispatchers,
    newRouter,
    ask: (who, ...asked) => served.request(who === "nobody" ? "" : who, ...asked),
    async stop() {
      await served.stop();
      await dispatchers.close();
    },
  };
}

function callersOf(organizationId: Id<"org">): Caller[] {
  const operator = { ...newPerson("operator", organizationId, "owner"), isOperator: true };
  const { organizationId: _left, role: _none, ...outside } = operator;
  return [
    newPerson("admin", organizationId, "admin"),
    newPerson("member", organizationId, "member"),
    newAgent("agent", organizationId),
    { ...newAgent("blind", organizationId), scopes: new Set(["diary:read"] as const) },
    newPerson("foreign", newId("org"), "owner"),
    operator,
    { ...outside, name: "outside", kind: "account" },
  ];
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
