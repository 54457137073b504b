import type { UsageSum } from "@reef/billing";
import type { Id } from "@reef/crypto";
import type { Connection, DatabaseHandle } from "@reef/db";
import type { EventDefinition, Events } from "@reef/events";
import type { MountedRoute, RequestPlane } from "@reef/http";
import type { IdentityApi } from "@reef/identity";
import type { Loop } from "@reef/supervision";
import type { Telemetry } from "@reef/telemetry";
import type { GatewayConfig } from "./config.ts";
import type { QuestionEncoder } from "./plane/cache/answer-cache.ts";

/** What an organization may use from now on. */
export interface Allowance {
  organizationId: Id<"org">;
  /** One with a higher version replaces one with a lower, in whichever order they come. */
  version: number;
  /** Whether models are called for it at all. */
  serves: boolean;
  state: string;
  planName: string;
  periodStart: string;
  periodEnd: string;
  /** Whether nothing is called from the period's end on. */
  endsAtPeriodEnd: boolean;
  /** Where calls stop in the period; null where nothing stops them. */
  limitTokens: number | null;
  limitMicros: number | null;
}

/** What the server gives the module. */
export interface GatewayDependencies {
  database: DatabaseHandle;
  events: Events;
  telemetry: Pick<Telemetry, "logger">;
  identity: Pick<IdentityApi, "findAgent" | "isSuspended" | "listAgentsById" | "listPeopleById">;
  /** Tells that an agent was disabled or enabled, so that its keys follow at once. */
  accessChanged: EventDefinition<{ agentId: Id<"agt">; disabled: boolean }>;
  /** Tells what an organization's plan lets it use. */
  allowanceChanged: EventDefinition<Allowance>;
  /** Whether models are called only for organizations with a plan. */
  planRequired: boolean;
  masterSecret: string;
  /** The reef's own folder on this machine, for the record of calls that outlives this process. */
  dataFolder: string;
  /** What the environment holds of providers' keys, by variable. */
  providerKeys: ReadonlyMap<string, string>;
  /** What tells how alike two questions are; undefined where the reef has none. */
  encoder: QuestionEncoder | undefined;
  config: GatewayConfig;
}

/** What other modules may ask the gateway. */
interface GatewayApi {
  /**
   * Sums the organization's calls on record that began from `from` on and before `to`, to the millisecond, exactly. A call that
   * the reef's own cache answered counts as a call, and uses nothing. A call appears a second after it ended, and one of a
   * process that died when its journal was adopted; so what is summed of an hour may grow until then.
   */
  sumOf(db: Connection, organizationId: Id<"org">, from: Date, to: Date): Promise<UsageSum>;
}

export interface GatewayModule {
  api: GatewayApi;
  routes: MountedRoute[];
  /** Answers everything under `/v1/`: what programs call. */
  plane: RequestPlane;
  /** For **every** process whose plane is called. */
  loops: Loop[];
  /** After the last call and after the loops: brings what is left into the database, and gives slices of budgets back. */
  stop(): Promise<void>;
}
