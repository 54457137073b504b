import assert from "node:assert/strict";
import { type Id, newId } from "@reef/crypto";
import { afterCommit, type DatabaseHandle, type Migrations } from "@reef/db";
import { createEvents, defineEvent, eventMigrations } from "@reef/events";
import { idempotencyMigrations } from "@reef/http";
import { identityErrors } from "@reef/identity";
import type { Mail } from "@reef/mail";
import { createTelemetry } from "@reef/telemetry";
import { silentLogger, temporaryFolder, until } from "@reef/testing";
import { type AnyBody, newAgent, newPerson, serveRoutes } from "@reef/testing/http";
import { createWorkflows } from "@reef/workflows";
import { sql } from "kysely";
import { z } from "zod";
import type { BudgetCrossing, UsageSource } from "../api.ts";
import type { BillingConfig } from "../config.ts";
import { type Plan, planRoutes } from "../contract/plans.ts";
import { billingMigrations } from "../migrations/index.ts";
import { createBillingModule } from "../module.ts";

/** All that billing needs in the database of a server. */
export const serverMigrations: Migrations = { ...eventMigrations, ...idempotencyMigrations, ...billingMigrations };

const MASTER_SECRET = "a master secret that only tests use";
/** Nobody listens there: what a stand-in posts is for another test. */
const PUBLIC_URL = "http://localhost:9";
const JOBS = ["billing.turn", "billing.roll-up", "billing.follow-plan", "billing.charge-overage"];

/** A call of a model on record. */
interface RecordedCall {
  organizationId: Id<"org">;
  at: Date;
  tokens: number;
  costNanos?: number;
}

/** The gateway's record of calls, of one test. */
function createTestUsage(): UsageSource & { calls: RecordedCall[]; failure: Error | undefined } {
  const usage = {
    calls: [] as RecordedCall[],
    /** What it throws in place of an answer. */
    failure: undefined as Error | undefined,
    async sumOf(_db: unknown, organizationId: Id<"org">, from: Date, to: Date) {
      if (usage.failure !== undefined) throw usage.failure;
      const found = usage.calls.filter(
        (call) => call.organizationId === organizationId && call.at >= from && call.at < to,
      );
      return {
        calls: found.length,
        inputTokens: found.reduce((sum, { tokens }) => sum + tokens, 0),
        outputTokens: 0,
        costNanos: found.reduce((sum, { costNanos = 0 }) => sum + costNanos, 0),
      };
    },
  };
  return usage;
}

const crossing: z.ZodType<BudgetCrossing> = z.custom<BudgetCrossing>();

/** Told by the gateway. */
export const budgetWarned = defineEvent("gateway.budget_warned", crossing);
export const budgetExhausted = defineEvent("gateway.budget_exhausted", crossing);

/** A clock that stands still until it is set. */
function settableClock(start = "2027-01-15T10:00:00.000Z") {
  let now = Date.parse(start);
  return {
    now: () => now,
    set(time: string) {
      now = Date.parse(time);
    },
  };
}

/** A server with the module in it, and who calls it: people of one organization, an operator of another, and an agent. */
export type BillingOverHttp = Awaited<ReturnType<typeof serveBilling>>;

export async function serveBilling(database: DatabaseHandle, changes: Partial<BillingConfig> = {}) {
  const [organizationId, foreignId] = [newId("org"), newId("org")];
  /** Names of all organizations that there are. */
  const organizations = new Map<Id<"org">, string>([
    [organizationId, "Acme"],
    [foreignId, "Elsewhere"],
  ]);
  const clock = settableClock();
  const usage = createTestUsage();
  const mails: Mail[] = [];
  const events = createEvents({ database, logger: silentLogger });
  const workflows = createWorkflows({ database, logger: silentLogger });
  const telemetry = {
    ...createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }),
    logger: silentLogger,
  };
  const find = (id: Id<"org">) => {
    const name = organizations.get(id);
    return name === undefined ? undefined : { id, name, slug: name.toLowerCase() };
  };
  const billing = createBillingModule({
    database,
    events,
    workflows,
    telemetry,
    identity: {
      findOrganization: async (_db, id) => find(id),
      async getOrganization(_db, id) {
        const organization = find(id);
        if (organization === undefined) throw identityErrors.organization_not_found();
        return organization;
      },
      async listOrganizationsById(_db, ids) {
        const found = ids.map(find).filter((organization) => organization !== undefined);
        return new Map(found.map((organization) => [organization.id, organization]));
      },
      listAdminAddresses: async (_db, id) => [
        { personId: newId("usr"), name: "Olga", email: `olga@${organizations.get(id)?.toLowerCase()}.test` },
      ],
    },
    mailer: { send: async (connection, mail) => afterCommit(connection ?? database.kysely, () => mails.push(mail)) },
    masterSecret: MASTER_SECRET,
    publicUrl: PUBLIC_URL,
    dataFolder: temporaryFolder("reef-billing"),
    usage,
    budgetWarned,
    budgetExhausted,
    config: {
      REEF_STRIPE_SECRET_KEY: undefined,
      REEF_STRIPE_WEBHOOK_SECRET: undefined,
      REEF_STRIPE_FAKE: false,
      NODE_ENV: undefined,
      REEF_PLAN_REQUIRED: undefined,
      REEF_INVOICE_ISSUER: "Reef of the North|Havnegade 12",
      ...changes,
    },
    clock,
  });
  const served = await serveRoutes({
    database,
    routes: billing.routes,
    callers: [
      newAgent("ada", organizationId),
      newPerson("owner", organizationId, "owner"),
      newPerson("admin", organizationId),
      newPerson("member", organizationId, "member"),
      newPerson("stranger", foreignId, "owner"),
      { ...newPerson("operator", newId("org"), "owner"), isOperator: true },
    ],
    publicUrl: PUBLIC_URL,
  });
  const { recorded, request } = served;
  await workflows.start();

  /** Waits until no job of the module waits or runs. */
  const settle = () =>
    until(async () => {
      let pending = 0;
      for (const name of JOBS) pending += await workflows.countPending(name);
      return pending === 0;
    });

  /** What an operator does; anything but a success fails the test. */
  async function operate(method: string, path: string, body?: unknown): Promise<AnyBody> {
    const answer = await request("operator", method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  return {
    organizationId,
    foreignId,
    organizations,
    clock,
    usage,
    mails,
    recorded,
    workflows,
    events,
    request,
    operate,
    settle,
    /** What time brings, at the time that the clock shows. */
    async turn(): Promise<void> {
      await billing.schedule();
      await settle();
    },
    createPlan: (fields: object = {}): Promise<Plan> =>
      operate("POST", planRoutes.createPlan.path.replace("/api", ""), {
        slug: newId("evt").slice(-12).replace(/^\d/, "x"),
        name: "Pro",
        priceCents: 4_900,
        allowanceTokens: 1_000_000,
        ...fields,
      }),
    assign: (planId: string, to: Id<"org"> = organizationId, more: object = {}) =>
      operate("PUT", `/admin/organizations/${to}/subscription`, { planId, ...more }),
    act: (verb: string, on: Id<"org"> = organizationId) =>
      operate("POST", `/admin/organizations/${on}/subscription/${verb}`),
    newOrganization(name: string): Id<"org"> {
      const id = newId("org");
      organizations.set(id, name);
      return id;
    },
    /** Subjects of the mails since the last time, in order. */
    takeSubjects: () => mails.splice(0).map(({ subject }) => subject),
    /** The events of a name, oldest first. */
    async told(name: string): Promise<AnyBody[]> {
      const { rows } = await sql<{ payload: AnyBody }>`
        select payload from platform.events where name = ${name} order by seq`.execute(database.kysely);
      return rows.map(({ payload }) => payload);
    },
    async empty(): Promise<void> {
      await settle();
      await sql`truncate billing.subscriptions, billing.periods, billing.invoices, billing.invoice_numbers, billing.alerts,
        platform.events`.execute(database.kysely);
      mails.length = 0;
      recorded.length = 0;
      usage.calls.length = 0;
      usage.failure = undefined;
      clock.set("2027-01-15T10:00:00.000Z");
    },
    async stop(): Promise<void> {
      await served.stop();
      await workflows.stop(5);
      await billing.stop();
    },
  };
}
