import type { Id } from "@reef/crypto";
import type { Connection, DatabaseHandle } from "@reef/db";
import type { Events } from "@reef/events";
import type {
  ActionRecorder,
  Authenticator,
  HttpApp,
  Limits,
  MemberCaller,
  MountedRoute,
  OrganizationDirectory,
  PersonCaller,
  TokenAuthenticator,
} from "@reef/http";
import type { Loop } from "@reef/supervision";
import type { Telemetry } from "@reef/telemetry";
import type { Clock } from "./clock.ts";
import type { IdentityConfig } from "./config.ts";
import type { PublicAgent } from "./contract.ts";
import type { Mailer } from "./people/mailer.ts";
import type { PublicOrganization } from "./people/store/named-organizations.ts";
import type { KnownKey } from "./store/keys.ts";
import type { MemberAddress, PublicPerson } from "./store/people.ts";
import type { AuthenticateSecret } from "./tokens/secret-authenticator.ts";

/** What the server gives the module. */
export interface IdentityDependencies {
  database: DatabaseHandle;
  events: Events;
  telemetry: Pick<Telemetry, "logger">;
  masterSecret: string;
  /** The issuer of tokens and the base of their audiences, `<publicUrl>/api` and `<publicUrl>/mcp`; no slash at its end. */
  publicUrl: string;
  /** The budgets that the OAuth endpoints share with the other routes, and how many proxies stand before the reef. */
  limits: Limits;
  trustedProxies: number;
  /** How mail is sent; and the mailbox, where it stays here instead. */
  mail: { mailer: Mailer; mailbox: object | undefined };
  /** How long the answers take that must not tell which addresses are known, in milliseconds; tests need not wait. */
  evenedMs?: number;
  config?: IdentityConfig;
  clock?: Clock;
}

/** What other modules and the server use of this module. */
export interface IdentityApi {
  /** For the REST API: agents by their tokens for it, and people. */
  authenticator: Authenticator;
  /**
   * Whether a person whose request is still open is still admitted: signed in, or by the same key, and a member of an
   * organization that is not suspended. One query; only for callers that this process's authenticator gave.
   */
  stillAdmitted(caller: PersonCaller): Promise<boolean>;
  /** For the MCP endpoint: tokens that are for it, of agents and of people who let a program in. */
  mcpAuthenticator: TokenAuthenticator<MemberCaller>;
  /** The organizations by the names that requests pick them with. */
  organizations: OrganizationDirectory;
  /**
   * The agent behind a client id and secret, with all scopes, for clients that send them in headers. A right secret is
   * remembered for a minute after it was last used, and never beyond a change of the agent's access.
   *
   * @throws identity.invalid_credentials for an unknown client, a wrong secret and a disabled agent alike,
   * identity.too_many_failures for more than five wrong ones from one address in a minute, http.unavailable when the database does not answer.
   */
  authenticateSecret: AuthenticateSecret;
  /**
   * The agent of the organization that has, or had, the key with this fingerprint; undefined when it is disabled or
   * another organization's.
   */
  findAgent(db: Connection, organizationId: Id<"org">, fingerprint: string): Promise<PublicAgent | undefined>;
  /** Names and keys of the organization's agents with these ids, at most 100 at once; unknown ones are left out. */
  listAgentsById(
    db: Connection,
    organizationId: Id<"org">,
    agentIds: readonly Id<"agt">[],
  ): Promise<ReadonlyMap<Id<"agt">, PublicAgent>>;
  /** Names of the organization's members with these ids, at most 100 at once; others, also former members, are left out. */
  listPeopleById(
    db: Connection,
    organizationId: Id<"org">,
    personIds: readonly Id<"usr">[],
  ): Promise<ReadonlyMap<Id<"usr">, PublicPerson>>;
  /** The organization with this id, also one that is suspended. */
  findOrganization(db: Connection, organizationId: Id<"org">): Promise<PublicOrganization | undefined>;
  /** As {@link findOrganization}. @throws identity.organization_not_found */
  getOrganization(db: Connection, organizationId: Id<"org">): Promise<PublicOrganization>;
  /** Names of the organizations with these ids, at most 100 at once; unknown ones are left out. For what operators see. */
  listOrganizationsById(
    db: Connection,
    organizationIds: readonly Id<"org">[],
  ): Promise<ReadonlyMap<Id<"org">, PublicOrganization>>;
  /** How to write to those who manage the organization, owners first, 50 at most. */
  listAdminAddresses(db: Connection, organizationId: Id<"org">): Promise<MemberAddress[]>;
  /**
   * Whether the organization is suspended, so that nobody of it gets anything: as this process knew it within the last
   * five seconds, without a query.
   */
  isSuspended(organizationId: Id<"org">): boolean;
  /** Whose key has this fingerprint, now or formerly, in whichever organization, and also when the agent is disabled. */
  findKey(db: Connection, fingerprint: string): Promise<KnownKey | undefined>;
  /** Whether the agent founded the organization, and so may act for it. */
  isFounder(db: Connection, organizationId: Id<"org">, agentId: Id<"agt">): Promise<boolean>;
  /**
   * The code of a voucher with which the first agent founds an organization, in place of any older one; undefined when
   * the reef has an organization already.
   */
  issueFoundingVoucher(): Promise<string | undefined>;
  /**
   * The code of the one-time link `<publicUrl>/setup?code=…` with which the first person becomes the operator, in place of
   * any older one; undefined when the reef has an operator already.
   */
  issueSetupCode(): Promise<string | undefined>;
  /** Rotates the signing keys when they are due; the loops do so by themselves. */
  rotateSigningKeys(): Promise<void>;
}

export interface IdentityModule {
  api: IdentityApi;
  routes: MountedRoute[];
  /**
   * Adds the OAuth endpoints and pages, which are no routes of the contract: their form is OAuth's; and people's accounts,
   * in the form of better-auth. What is approved on a page, and what changes an organization, is recorded by `recorder`.
   */
  mount(app: HttpApp, recorder?: ActionRecorder): void;
  /** For **every** process that authenticates requests. */
  loops: Loop[];
}
