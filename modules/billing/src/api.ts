import type { Id } from "@reef/crypto";
import type { Connection, DatabaseHandle } from "@reef/db";
import type { EventDefinition, Events } from "@reef/events";
import type { HttpApp, MountedRoute } from "@reef/http";
import type { IdentityApi } from "@reef/identity";
import type { Mailer } from "@reef/mail";
import type { Telemetry } from "@reef/telemetry";
import type { Workflows } from "@reef/workflows";
import type { Clock } from "./clock.ts";
import type { BillingConfig } from "./config.ts";

/** What the calls of models of an organization came to. */
export interface UsageSum {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** Billionths of a dollar. */
  costNanos: number;
}

/** Where billing learns what was used: the gateway's record of calls, which the server passes in. */
export interface UsageSource {
  /** Sums the calls on record that began from `from` on and before `to`, exactly. */
  sumOf(db: Connection, organizationId: Id<"org">, from: Date, to: Date): Promise<UsageSum>;
}

/** A budget that is nearly, or wholly, used: what billing tells people by mail. */
export interface BudgetCrossing {
  organizationId: Id<"org">;
  budgetId: Id<"bud">;
  /** `plan` where it is the allowance of the organization's plan. */
  scope: "organization" | "workspace" | "agent" | "key" | "plan";
  periodStart: string | null;
  unit: "tokens" | "micros";
  used: number;
  limit: number;
}

/** What the server gives the module. */
export interface BillingDependencies {
  database: DatabaseHandle;
  events: Events;
  workflows: Workflows;
  telemetry: Pick<Telemetry, "logger">;
  identity: Pick<IdentityApi, "findOrganization" | "getOrganization" | "listOrganizationsById" | "listAdminAddresses">;
  mailer: Mailer;
  masterSecret: string;
  /** The base of the console's and the webhook's addresses; no slash at its end. */
  publicUrl: string;
  /** The reef's own folder on this machine. */
  dataFolder: string;
  usage: UsageSource;
  /** Told when nine tenths, or all, of a budget are used. */
  budgetWarned: EventDefinition<BudgetCrossing>;
  budgetExhausted: EventDefinition<BudgetCrossing>;
  config: BillingConfig;
  clock?: Clock;
}

export interface BillingModule {
  routes: MountedRoute[];
  /** Adds what Stripe posts to: its signature is over the bytes, so it is no route of the contract. */
  mount(app: HttpApp): void;
  /** Whether models are called only with a subscription that serves. */
  planRequired: boolean;
  /** Sets up what recurs; after the workflows have started, in processes that work. */
  schedule(): Promise<void>;
  stop(): Promise<void>;
}
