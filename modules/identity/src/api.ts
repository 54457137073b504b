import type { Id } from "@reef/crypto";
import type { Connection, DatabaseHandle } from "@reef/db";
import type { Events } from "@reef/events";
import type { Authenticator, HttpApp, Limits, MountedRoute } from "@reef/http";
import type { Loop } from "@reef/supervision";
import type { Telemetry } from "@reef/telemetry";
import type { Clock } from "./clock.ts";
import type { IdentityConfig } from "./config.ts";
import type { PublicAgent } from "./contract.ts";

/** What the server gives the module. */
export interface IdentityDependencies {
  database: DatabaseHandle;
  events: Events;
  telemetry: Pick<Telemetry, "logger">;
  masterSecret: string;
  /** The issuer of tokens and the base of their audience, `<publicUrl>/api`; without a slash at its end. */
  publicUrl: string;
  /** The budgets that the OAuth endpoints share with the other routes, and how many proxies stand before the reef. */
  limits: Limits;
  trustedProxies: number;
  config?: IdentityConfig;
  clock?: Clock;
}

/** What other modules and the server use of this module. */
export interface IdentityApi {
  authenticator: Authenticator;
  /** The agent of the organization with this fingerprint; undefined when it is disabled or another organization's. */
  findAgent(db: Connection, organizationId: Id<"org">, fingerprint: string): Promise<PublicAgent | undefined>;
  /** Names and keys of the organization's agents with these ids, at most 100 at once; unknown ones are left out. */
  listAgentsById(
    db: Connection,
    organizationId: Id<"org">,
    agentIds: readonly Id<"agt">[],
  ): Promise<ReadonlyMap<Id<"agt">, PublicAgent>>;
  /**
   * The code of a voucher with which the first agent founds an organization, in place of any older one; undefined when
   * the reef has an agent already.
   */
  issueFoundingVoucher(): Promise<string | undefined>;
  /** Rotates the signing keys when they are due; the loops do so by themselves. */
  rotateSigningKeys(): Promise<void>;
}

export interface IdentityModule {
  api: IdentityApi;
  routes: MountedRoute[];
  /** Adds the OAuth endpoints, which are no routes of the contract: their form is OAuth's. */
  mount(app: HttpApp): void;
  /** For **every** process that authenticates requests. */
  loops: Loop[];
}
