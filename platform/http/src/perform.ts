import { type Connection, transact } from "@reef/db";
import type { Actor } from "./actor.ts";
import {
  type AccountCaller,
  type Action,
  type ActionRecorder,
  actorOf,
  type Call,
  type Caller,
  type PersonCaller,
} from "./call.ts";
import { isRead, organizationRoles, type Route } from "./contract.ts";
import { httpErrors } from "./errors.ts";
import type { Idempotency } from "./idempotency.ts";
import type { MountedRoute } from "./routes.ts";

/** A request to a route after it was read and checked, whichever way it came: by REST, or by an MCP tool. */
export interface RouteRequest {
  caller: Caller | undefined;
  /** Whose budget and idempotency keys count: the caller's id, or an address. */
  principal: string;
  requestId: string;
  idempotencyKey?: string | undefined;
  params: unknown;
  query: unknown;
  body: unknown;
  ifMatch: number | undefined;
}

export interface PerformDependencies {
  db: Connection;
  idempotency: Idempotency;
  /** Absent where nothing records what is done, as in tests of a single module. */
  recorder?: ActionRecorder | undefined;
}

/**
 * Does what the route says. A change and the record of it are one transaction; a repetition with the same key gets the
 * first answer and is not recorded again.
 */
export async function performRoute(
  mounted: MountedRoute,
  request: RouteRequest,
  { db, idempotency, recorder }: PerformDependencies,
): Promise<unknown> {
  const { operation, route, prepare, handler } = mounted;
  const { caller, requestId, principal, idempotencyKey: key, ...given } = request;
  // A handler may run again where its transaction was broken off, and then nothing that it found out before still holds.
  const callOn = (connection: Connection) => ({ caller, db: connection, requestId, memo: new Map() }) as Call;
  const answer = (connection: Connection) => handler(callOn(connection), given as never) as Promise<unknown>;
  await prepare?.(callOn(db), given as never);
  const work =
    recorder === undefined || (isRead(route) && !route.recordsReading)
      ? answer
      : (connection: Connection) =>
          transact(connection, async (transaction) => {
            const result = await answer(transaction);
            const action = actionOf(mounted, request, result);
            if (action !== undefined) await recorder.record(transaction, action);
            return result;
          });
  if (!route.idempotent || key === undefined) return work(db);
  return idempotency.once(db, { principal, key, operation, body: [request.params, request.body] }, work);
}

/** What was done, to what, by whom; undefined where nobody that the reef knows did it. */
function actionOf({ operation, route }: MountedRoute, request: RouteRequest, result: unknown): Action | undefined {
  const { params, body, requestId } = request;
  const actor = findActor(route, request.caller, result);
  if (actor === undefined) return undefined;
  return {
    actor,
    operation,
    subject: route.subjectOf?.(result, params) ?? subjectOf(params, result),
    fields: Object.keys((body as object | undefined) ?? {}),
    requestId,
  };
}

/** Who did it: the caller, or whom the answer names; undefined for somebody who acts outside of any organization. */
function findActor(route: Route, caller: Caller | undefined, result: unknown): Actor | undefined {
  if (caller === undefined) return route.actedAs?.(result);
  const organizationId = route.recordedIn?.(result) ?? (caller.kind === "account" ? undefined : caller.organizationId);
  return organizationId && actorOf(caller, organizationId);
}

/** What the path names, and what was made, by its id. */
const subjectOf = (params: unknown, result: unknown): Record<string, string> => {
  const created = (result as { id?: unknown } | undefined)?.id;
  return { ...(params as Record<string, string> | undefined), ...(typeof created === "string" && { id: created }) };
};

/**
 * Whether the route lets the caller in at all, by scope and by kind; what it may do with a thing is for the service to say.
 *
 * @throws http.unauthenticated, http.missing_scope, http.agents_only, http.people_only, http.organization_needed,
 * http.role_needed
 */
export function requireAdmission(route: Route, caller: Caller | undefined): void {
  if (caller !== undefined && route.access !== "public") {
    if (caller.kind !== "agent") requirePeople(route, caller);
    else if (route.agents === false) throw httpErrors.people_only();
  }
  requireScope(route, caller);
}

function requirePeople({ people }: Route, caller: PersonCaller | AccountCaller): void {
  if (people === undefined) throw httpErrors.agents_only();
  if (people === "account") return;
  if (people === "operator") {
    if (!caller.isOperator) throw httpErrors.role_needed({ detail: "Only who operates this reef may do this." });
    return;
  }
  if (caller.kind === "account") throw caller.withheld?.() ?? httpErrors.organization_needed();
  if (organizationRoles.indexOf(caller.role) > organizationRoles.indexOf(people)) {
    throw httpErrors.role_needed({
      detail: `This needs the role ${people} in the organization. Ask one of its owners.`,
    });
  }
}

/** @throws http.unauthenticated, http.missing_scope */
function requireScope({ access }: Route, caller: Caller | undefined): void {
  if (access === "public") return;
  const scope = typeof access === "string" ? access : access.anonymousOr;
  if (caller === undefined) {
    if (typeof access === "string") throw httpErrors.unauthenticated();
    return;
  }
  if (!caller.scopes.has(scope)) {
    // A person's session has all scopes, so it is a key that lacks one, or what a program was given.
    const lacks =
      caller.kind === "agent"
        ? `The access token lacks the scope ${scope}. Ask for it at /oauth2/token.`
        : `The API key, or what the program was let in with, lacks the scope ${scope}. Use one that has it.`;
    throw httpErrors.missing_scope({ detail: lacks });
  }
}
