import type { IncomingMessage } from "node:http";
import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Problem } from "@reef/errors";
import type { Actor } from "./actor.ts";
import type { OrganizationRole, Scope } from "./contract.ts";

export type { EventStream, StreamEvent, StreamOpener } from "./event-stream.ts";

/** An agent, as its access token says; nothing of it is read from the database. */
export interface AgentCaller {
  kind: "agent";
  agentId: Id<"agt">;
  organizationId: Id<"org">;
  name: string;
  fingerprint: string;
  publicKey: string;
  scopes: ReadonlySet<Scope>;
}

/** A person who is signed in. */
interface SignedInPerson {
  personId: Id<"usr">;
  name: string;
  /** Whether this person runs the reef. */
  isOperator: boolean;
  scopes: ReadonlySet<Scope>;
}

/** A signed-in person within one of the organizations that he or she is a member of. */
export interface PersonCaller extends SignedInPerson {
  kind: "person";
  organizationId: Id<"org">;
  role: OrganizationRole;
}

/** A signed-in person outside of any organization: without one, or with several of which the request names none. */
export interface AccountCaller extends SignedInPerson {
  kind: "account";
  /** What a route answers that needs the organization which the request is about, where that one is withheld. */
  withheld?: () => Problem;
}

/** Who acts within an organization. */
export type MemberCaller = AgentCaller | PersonCaller;

/** Who is calling. */
export type Caller = AgentCaller | PersonCaller | AccountCaller;

/** The id of whoever calls. */
export const callerId = (caller: Caller): Id<"agt"> | Id<"usr"> =>
  caller.kind === "agent" ? caller.agentId : caller.personId;

/** Whoever calls, as the record of a change in the organization names it. */
export function actorOf(caller: Caller, organizationId: Id<"org">): Actor {
  const { name } = caller;
  return caller.kind === "agent"
    ? { agentId: caller.agentId, organizationId, name, fingerprint: caller.fingerprint }
    : { personId: caller.personId, organizationId, name };
}

/**
 * One request on its way through a service: who asks, and the connection (or open transaction) to answer with. Unless it
 * says otherwise, an agent asks.
 */
export interface Call<Who extends Caller | undefined = AgentCaller> {
  caller: Who;
  db: Connection;
  requestId: string;
  /** What this request has found out already, by key: shared by all that work on it, and gone with it. */
  memo: Map<string, unknown>;
}

/** What of a request says who sends it: header fields, and the method, which decides what a cookie is good for. */
export type SignedRequest = Pick<IncomingMessage, "headers" | "method">;

/** Tells who sends a request. `apps/server` fills it from the identity module. */
export interface Authenticator {
  /**
   * The caller behind an `Authorization` header or a session cookie; undefined where there is neither.
   *
   * @throws identity.invalid_token when the header names nobody, or somebody who is disabled.
   */
  authenticate(request: SignedRequest): Caller | undefined | Promise<Caller | undefined>;
}

/** Tells whom a bearer token was given to. `apps/server` fills it from the identity module. */
export interface TokenAuthenticator<Who extends Caller = AgentCaller> {
  /**
   * The caller behind an `Authorization` header.
   *
   * @throws identity.invalid_token when it names nobody, or somebody who is disabled.
   */
  authenticate(authorization: string): Who | Promise<Who>;
}

/** Tells callers by their bearer tokens alone. */
export const byBearerToken = (tokens: TokenAuthenticator<Caller>): Authenticator => ({
  authenticate: ({ headers: { authorization } }) =>
    authorization === undefined ? undefined : tokens.authenticate(authorization),
});

/** Knows the organizations by the names that a request may pick one with. `apps/server` fills it from the identity module. */
export interface OrganizationDirectory {
  /**
   * The organization that the request names, by `X-Reef-Organization` or by its host; undefined where it names none, and
   * null where there is none of that name.
   */
  findNamed(request: SignedRequest): Promise<Id<"org"> | null> | Id<"org"> | null | undefined;
}

/** One change, as the record of who did what holds it: which things it was about, never what they contain. */
export interface Action {
  actor: Actor;
  operation: string;
  /** Ids in the path and of what was created, by name. */
  subject: Readonly<Record<string, string>>;
  /** Names of the fields that the request set. */
  fields: readonly string[];
  requestId: string;
}

/** Records what was done. `apps/server` fills it from the signing module. */
export interface ActionRecorder {
  /** Records an action in the transaction of the change, so that both hold or neither. */
  record(transaction: Connection, action: Action): Promise<void>;
}
