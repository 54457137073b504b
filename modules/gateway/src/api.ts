import type { Id } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import type { EventDefinition, Events } from "@reef/events";
import type { MountedRoute, RequestPlane } from "@reef/http";
import type { IdentityApi } from "@reef/identity";
import type { Loop } from "@reef/supervision";
import type { Telemetry } from "@reef/telemetry";
import type { GatewayConfig } from "./config.ts";
import type { QuestionEncoder } from "./plane/cache/answer-cache.ts";

/** What the server gives the module. */
export interface GatewayDependencies {
  database: DatabaseHandle;
  events: Events;
  telemetry: Pick<Telemetry, "logger">;
  identity: Pick<IdentityApi, "findAgent" | "isSuspended" | "listAgentsById" | "listPeopleById">;
  /** Tells that an agent was disabled or enabled, so that its keys follow at once. */
  accessChanged: EventDefinition<{ agentId: Id<"agt">; disabled: boolean }>;
  masterSecret: string;
  /** The reef's own folder on this machine, for the record of calls that outlives this process. */
  dataFolder: string;
  /** What the environment holds of providers' keys, by variable. */
  providerKeys: ReadonlyMap<string, string>;
  /** What tells how alike two questions are; undefined where the reef has none. */
  encoder: QuestionEncoder | undefined;
  config: GatewayConfig;
}

export interface GatewayModule {
  routes: MountedRoute[];
  /** Answers everything under `/v1/`: what programs call. */
  plane: RequestPlane;
  /** For **every** process whose plane is called. */
  loops: Loop[];
  /** After the last call and after the loops: brings what is left into the database, and gives slices of budgets back. */
  stop(): Promise<void>;
}
