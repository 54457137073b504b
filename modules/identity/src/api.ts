import type { DatabaseHandle } from "@reef/db";
import type { Events } from "@reef/events";
import type { Authenticator, HttpApp, Limits, MountedRoute } from "@reef/http";
import type { Loop } from "@reef/supervision";
import type { Telemetry } from "@reef/telemetry";
import type { Clock } from "./clock.ts";
import type { IdentityConfig } from "./config.ts";

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
