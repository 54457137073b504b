import type { IncomingMessage } from "node:http";
import { Problem } from "@reef/errors";
import type { Context } from "hono";
import { type Authenticator, type Caller, callerId, type OrganizationDirectory } from "./call.ts";
import { clientAddress } from "./client-address.ts";
import type { Route } from "./contract.ts";
import { httpErrors } from "./errors.ts";
import { createEventStreams, type EventStreams, type StreamRequest } from "./event-stream.ts";
import { type LimitState, type Limits, limitHeaders } from "./limits.ts";
import { parseBody, parseParams, parseQuery, type RequestSchemas, requestSchemas } from "./parse-request.ts";
import { type PerformDependencies, performRoute, requireAdmission } from "./perform.ts";
import type { ReefResponse } from "./reef-response.ts";
import type { MountedRoute } from "./routes.ts";

/** The node request and response under a Hono context. */
export interface NodeBindings {
  incoming: IncomingMessage;
  outgoing: ReefResponse;
}

export type HttpContext = Context<{ Bindings: NodeBindings }>;

export interface RouteDependencies extends PerformDependencies {
  authenticator: Authenticator;
  /** Absent where no request can name an organization, as in tests of a single module. */
  organizations?: OrganizationDirectory | undefined;
  limits: Limits;
  trustedProxies: number;
  /** Those of this process. Where none are given, each stream's route has its own, which nothing stops. */
  streams?: EventStreams | undefined;
}

/** One request to one route, step by step: who is it, may it, how often, what does it say, do it, answer. */
export function handleRoute(mounted: MountedRoute, dependencies: RouteDependencies) {
  const { operation, route } = mounted;
  const schemas: RequestSchemas = requestSchemas(route);
  const streams = dependencies.streams ?? createEventStreams();
  return async (context: HttpContext): Promise<Response> => {
    context.env.outgoing.operation = operation;
    const caller = await identify(context, route, dependencies);
    await spendLimit(context, route, caller, dependencies);
    await requireOrganization(context, route, caller, dependencies);
    requireAdmission(route, caller);
    const request = {
      caller,
      principal: principalOf(context, caller, dependencies),
      requestId: requestIdOf(context),
      idempotencyKey: route.idempotent ? singleHeader(context, "idempotency-key") : undefined,
      params: parseParams(context, schemas),
      query: parseQuery(context, schemas),
      body: await parseBody(context, schemas),
      ifMatch: route.versioned ? parseIfMatch(context) : undefined,
    };
    const perform = () => performRoute(mounted, request, dependencies);
    if (route.stream === undefined) return respond(route, await perform());
    takeLastEventId(context, request.query);
    return streams.answer({ ...streamRequestOf(context), address: request.principal }, route.stream, perform);
  };
}

/**
 * A header field that is sent once at most. It is read from node's own request: the fetch standard's `Headers` cost more
 * than all the rest of a read.
 */
function singleHeader(context: HttpContext, name: string): string | undefined {
  const value = context.env.incoming.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The id of a request, as every response carries it. */
export const requestIdOf = (context: HttpContext): string => context.env.outgoing.requestId;

/** The caller behind token or cookie, if one is given. One that is refused costs its address as much as any request. */
async function identify(
  context: HttpContext,
  route: Route,
  dependencies: RouteDependencies,
): Promise<Caller | undefined> {
  const { incoming } = context.env;
  const { authorization, cookie } = incoming.headers;
  if (route.access === "public" || (authorization === undefined && cookie === undefined)) return undefined;
  try {
    const caller = await dependencies.authenticator.authenticate(incoming);
    context.env.outgoing.caller = caller;
    return caller;
  } catch (error) {
    if (error instanceof Problem) await spendLimit(context, route, undefined, dependencies);
    throw error;
  }
}

/**
 * A request that names an organization reaches that one or nothing: whether there is another than the caller's own is not
 * revealed. Probes of liveness are answered under any name.
 *
 * @throws http.other_organization, which is answered with a bare 404.
 */
async function requireOrganization(
  context: HttpContext,
  { limit }: Route,
  caller: Caller | undefined,
  { organizations }: RouteDependencies,
): Promise<void> {
  const named = limit === "probe" ? undefined : await organizations?.findNamed(context.env.incoming);
  if (named === undefined) return;
  const isOther = caller !== undefined && caller.kind !== "account" && caller.organizationId !== named;
  if (named === null || isOther) throw httpErrors.other_organization();
}

async function spendLimit(
  context: HttpContext,
  route: Route,
  caller: Caller | undefined,
  dependencies: RouteDependencies,
): Promise<void> {
  const key = principalOf(context, caller, dependencies);
  const state: LimitState = await dependencies.limits.take(route.limit, key, caller !== undefined);
  Object.assign(context.env.outgoing.extraHeaders, limitHeaders(state));
  if (!state.allowed) throw httpErrors.rate_limited({ retryAfterSeconds: state.resetSeconds });
}

const principalOf = (
  context: HttpContext,
  caller: Caller | undefined,
  { trustedProxies }: RouteDependencies,
): string => (caller === undefined ? clientAddress(context.env.incoming, trustedProxies) : callerId(caller));

/** The version in `If-Match: "7"`; a list or a weak tag names no version and never matches (RFC 9110, section 13.1.1). */
function parseIfMatch(context: HttpContext): number | undefined {
  const header = singleHeader(context, "if-match");
  if (header === undefined || header === "*") return undefined;
  const version = /^"(\d+)"$/.exec(header)?.[1];
  return version === undefined ? -1 : Number(version);
}

function streamRequestOf(context: HttpContext): Omit<StreamRequest, "address"> {
  const { incoming, outgoing } = context.env;
  // What the rule of origins has set stands on the fetch standard's response, which a stream does without.
  const headers = incoming.headers.origin === undefined ? {} : Object.fromEntries(context.res.headers);
  return { incoming, outgoing, headers };
}

/** The header goes before the query: a browser that comes back repeats the address that it was first given. */
function takeLastEventId(context: HttpContext, query: unknown): void {
  const lastEventId = singleHeader(context, "last-event-id");
  if (lastEventId !== undefined) Object.assign(query as object, { lastEventId });
}

/** The answer, through the response's schema: a field that the contract does not name never leaves the server. */
function respond(route: Route, result: unknown): Response {
  if (route.response === undefined) return new Response(null, { status: route.status });
  const body = route.response.parse(result) as Record<string, unknown>;
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (route.versioned) headers.etag = `"${body.version}"`;
  if (route.cacheSeconds !== undefined) headers["cache-control"] = `public, max-age=${route.cacheSeconds}`;
  if (route.location)
    headers.location = route.location.replace(/\{(\w+)\}/g, (_match, name: string) => String(body[name]));
  return new Response(JSON.stringify(body), { status: route.status, headers });
}
