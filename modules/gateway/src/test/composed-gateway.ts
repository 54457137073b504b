import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { type Id, newId } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import { createEvents, defineEvent } from "@reef/events";
import type { Action } from "@reef/http";
import { createSupervisor } from "@reef/supervision";
import { createTelemetry, type Logger } from "@reef/telemetry";
import { describeEachDatabase, openEmbeddedForTest, silentLogger, temporaryFolder, until } from "@reef/testing";
import { newPerson, serveRoutes } from "@reef/testing/http";
import OpenAI from "openai";
import { z } from "zod";
import type { Allowance } from "../api.ts";
import type { GatewayConfig } from "../config.ts";
import type { Budget } from "../contract/budgets.ts";
import type { UsageEvent } from "../contract/usage.ts";
import { createGatewayModule } from "../module.ts";
import type { QuestionEncoder } from "../plane/cache/answer-cache.ts";
import { allowanceChanged, allowanceOf, emitAllowance } from "./allowances-under-test.ts";
import { serverMigrations } from "./gateway-over-http.ts";
import { createTestIdentity } from "./gateway-people.ts";
import { baseUrlOf, type ModelProvider, startModelProvider } from "./model-provider.ts";

const MASTER_SECRET = "a master secret that only tests use";

/** Both cost so much that a token is a whole number of billionths: 1 and 5 dollars per million tokens. */
const PRICE = { inputMicros: 1_000_000, outputMicros: 5_000_000 };

const CONFIG: GatewayConfig = {
  REEF_GATEWAY_DURABILITY: "process",
  REEF_GATEWAY_JOURNAL_BYTES: 1_073_741_824,
  REEF_GATEWAY_PRIVATE_PROVIDERS: true,
  REEF_GATEWAY_CONNECTIONS: 4_000,
  REEF_GATEWAY_CONNECT_SECONDS: 30,
  REEF_GATEWAY_ANSWER_SECONDS: 60,
  REEF_GATEWAY_STALL_SECONDS: 60,
  REEF_GATEWAY_REQUESTS_PER_SECOND: 100_000,
};

/** The module as a server composes it: over a real database, on a port of its own. */
interface ComposedGateway {
  url: string;
  /** What was recorded of all that people did, in order. */
  recorded: Action[];
  /** An organization of its own: what one test does, no other sees. */
  newOrganization(): Tenant;
  /** A key of any gateway over the same database, as who calls this one has it. */
  withKey(key: Pick<TenantKey, "id" | "secret">): TenantKey;
  stop(): Promise<void>;
}

interface NewProviderOptions {
  kind?: string;
  slug?: string;
  models?: string[];
  /** The secrets of its keys; one unless given. */
  secrets?: string[];
  /** In place of the provider's own address. */
  baseUrl?: string;
}

/** One organization, and its admin. */
export interface Tenant {
  organizationId: Id<"org">;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the route's schema describes.
  ask(method: string, path: string, body?: unknown): Promise<any>;
  /** As `ask`, whatever is answered. */
  request(method: string, path: string, body?: unknown): Promise<Response>;
  /** Adds a provider that serves `small` at {@link PRICE}, and gives its id. */
  addProvider(provider: ModelProvider, options?: NewProviderOptions): Promise<string>;
  addKey(fields?: object): Promise<TenantKey>;
  addBudget(fields: object): Promise<string>;
  /** Says what the organization's plan allows, as billing does; each time with the next version. */
  allow(fields?: Partial<Allowance>): Promise<void>;
  /** The budget once it counts no call as open, and all that is on record. */
  getBudget(id: string): Promise<Budget>;
  /** The usage events, oldest first, when there are so many; and that there are no more. */
  events(count: number): Promise<UsageEvent[]>;
}

/** A key, and who calls with it. */
export interface TenantKey {
  id: string;
  secret: string;
  openai: OpenAI;
  anthropic: Anthropic;
  /** A call without any client's help. */
  post(path: string, body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
}

async function startComposedGateway(
  database: DatabaseHandle,
  {
    config = {},
    logger = silentLogger,
    planRequired = false,
    encoder,
  }: { config?: Partial<GatewayConfig>; logger?: Logger; planRequired?: boolean; encoder?: QuestionEncoder } = {},
): Promise<ComposedGateway> {
  const telemetry = {
    ...createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }),
    logger,
  };
  const events = createEvents({ database, logger });
  const gateway = createGatewayModule({
    database,
    events,
    telemetry,
    identity: { ...createTestIdentity(), listPeopleById: async () => new Map() },
    accessChanged: defineEvent(
      "identity.accessChanged",
      z.object({ agentId: z.string() as unknown as z.ZodType<Id<"agt">>, disabled: z.boolean() }),
    ),
    allowanceChanged,
    planRequired,
    masterSecret: MASTER_SECRET,
    dataFolder: temporaryFolder("reef-gateway"),
    providerKeys: new Map(),
    encoder,
    config: { ...CONFIG, ...config },
  });
  const supervisor = createSupervisor({ logger });
  for (const loop of [events.loop, ...gateway.loops]) supervisor.start(loop);
  const { routes, plane } = gateway;
  const { url, callers, recorded, ...server } = await serveRoutes({ database, routes, planes: [plane], logger });
  return {
    url,
    recorded,
    newOrganization() {
      const organizationId = newId("org");
      callers.set(organizationId, newPerson("admin", organizationId));
      let version = 0;
      const allow = (fields: Partial<Allowance> = {}) => {
        version += 1;
        return emitAllowance(database.kysely, events, allowanceOf({ organizationId, version, ...fields }));
      };
      return createTenant(url, organizationId, allow);
    },
    withKey: (key) => withClients(url, key),
    async stop() {
      await server.stop();
      await supervisor.stop(5);
      await gateway.stop();
    },
  };
}

/** A tenant, a provider that it alone calls, and a key. */
interface SetUp {
  provider: ModelProvider;
  providerId: string;
  tenant: Tenant;
  key: TenantKey;
}

/** What the tests of a suite use. */
interface GatewaySuite {
  gateway(): ComposedGateway;
  database(): DatabaseHandle;
  /** Another process over the same database, until the suite ends. */
  startAnother(): Promise<ComposedGateway>;
  startProvider(script?: ModelProvider["script"]): Promise<ModelProvider>;
  setUp(options?: NewProviderOptions, keyFields?: object): Promise<SetUp>;
}

/** Each test has an organization and providers of its own, and waits most of its time. */
const SIDE_BY_SIDE = { concurrency: 8 };

type GatewayOptions = Parameters<typeof startComposedGateway>[1];

/** A suite on each kind of database; the gateway is stopped before its database is closed. */
export const describeGatewayOnEachDatabase = (
  title: string,
  register: (suite: GatewaySuite) => void,
  options?: GatewayOptions,
): void =>
  describeEachDatabase(title, serverMigrations, ({ database }) => {
    describe("over real sockets", SIDE_BY_SIDE, () => register(useGateway(database, options)));
  });

/** A suite on an embedded database alone, for what does not depend on it. */
export function describeGateway(
  title: string,
  register: (suite: GatewaySuite) => void,
  options?: GatewayOptions,
): void {
  describe(title, () => {
    let database: DatabaseHandle | undefined;
    before(async () => {
      database = await openEmbeddedForTest(serverMigrations);
    });
    describe("over real sockets", SIDE_BY_SIDE, () => register(useGateway(() => database as DatabaseHandle, options)));
    after(() => database?.close());
  });
}

/** One gateway for all tests of a suite, and for each test what it asks for; all is stopped in the end. */
function useGateway(database: () => DatabaseHandle, options?: GatewayOptions): GatewaySuite {
  let gateway: ComposedGateway | undefined;
  const others: ComposedGateway[] = [];
  const providers: ModelProvider[] = [];
  before(async () => {
    gateway = await startComposedGateway(database(), options);
  });
  after(async () => {
    await Promise.all([gateway, ...others].map((one) => one?.stop()));
    await Promise.all(providers.map((provider) => provider.stop()));
  });

  function started(): ComposedGateway {
    assert.ok(gateway);
    return gateway;
  }

  async function startProvider(script?: ModelProvider["script"]): Promise<ModelProvider> {
    const provider = await startModelProvider(script);
    providers.push(provider);
    return provider;
  }

  return {
    gateway: started,
    database,
    async startAnother() {
      const other = await startComposedGateway(database(), options);
      others.push(other);
      return other;
    },
    startProvider,
    async setUp(providerOptions, keyFields) {
      const provider = await startProvider();
      const tenant = started().newOrganization();
      const providerId = await tenant.addProvider(provider, providerOptions);
      return { provider, providerId, tenant, key: await tenant.addKey(keyFields) };
    },
  };
}

function createTenant(url: string, organizationId: Id<"org">, allow: Tenant["allow"]): Tenant {
  const request = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${organizationId}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  async function ask(method: string, path: string, body?: unknown) {
    const response = await request(method, path, body);
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  return {
    organizationId,
    ask,
    request,
    allow,
    async addProvider(provider, options = {}) {
      const { kind = "openai-compatible", slug = kind, models = ["small"], secrets = [`secret of ${slug}`] } = options;
      const { id } = await ask("POST", "/providers", {
        kind,
        slug,
        name: slug,
        baseUrl: options.baseUrl ?? baseUrlOf(kind, provider.url),
        models: models.map((name) => ({ name, price: PRICE })),
      });
      for (const [index, secret] of secrets.entries()) {
        await ask("POST", `/providers/${id}/keys`, { secret, label: `key ${index}` });
      }
      return id;
    },
    async addKey(fields = {}) {
      return withClients(url, await ask("POST", "/keys", { name: "test", ...fields }));
    },
    addBudget: async (fields) => (await ask("POST", "/budgets", { period: "total", ...fields })).id,
    getBudget: (id) => ask("GET", `/budgets/${id}`),
    async events(count) {
      const found = await until(async () => {
        const events = await listEvents(ask);
        return events.length >= count && events;
      });
      assert.equal(found.length, count);
      return found.reverse();
    },
  };
}

const withClients = (url: string, { id, secret }: Pick<TenantKey, "id" | "secret">): TenantKey => ({
  id,
  secret,
  openai: new OpenAI({ apiKey: secret, baseURL: `${url}/v1`, maxRetries: 0 }),
  anthropic: new Anthropic({ apiKey: secret, baseURL: url, maxRetries: 0 }),
  post: (path, body, headers = {}, signal) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...(signal !== undefined && { signal }),
    }),
});

async function listEvents(ask: Tenant["ask"]): Promise<UsageEvent[]> {
  const found: UsageEvent[] = [];
  for (let cursor = ""; ; ) {
    const page = await ask("GET", `/usage/events?limit=100${cursor}`);
    found.push(...page.items);
    if (page.nextCursor === null) return found;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}
