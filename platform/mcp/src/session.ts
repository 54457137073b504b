import {
  callerId,
  httpErrors,
  type Limits,
  type MemberCaller,
  type MountedRoute,
  type PerformDependencies,
  parseValues,
  performRoute,
  requestSchemas,
  requireAdmission,
} from "@reef/http";
import type { Contract, Route } from "@reef/http/contract";
import type { z } from "zod";
import { createQuotes, type Quotes } from "./quotes.ts";

/** A request to a route, its parts in the form that they have in REST; a query's numbers and flags may stay what they are. */
export interface RouteCall {
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  body?: Readonly<Record<string, unknown>>;
}

/** What a route answers with. */
export type AnswerOf<Declared extends Route> = Declared["response"] extends z.ZodType
  ? z.output<Declared["response"]>
  : undefined;

/** One request by MCP, of an agent or of a person whom a program acts for, and all that it is answered with. */
export interface Session {
  caller: MemberCaller;
  requestId: string;
  /** Wrappers for what agents wrote, marked anew for each session. */
  quotes: Quotes;
  /**
   * Calls a route as REST would: the same scope, limit, checks, transaction, record and response schema.
   *
   * @throws whatever problem the route answers with.
   */
  invoke<Routes extends Record<string, Route>, Verb extends keyof Routes & string>(
    contract: Contract<Routes>,
    verb: Verb,
    call?: RouteCall,
  ): Promise<AnswerOf<Routes[Verb]>>;
}

/** What sessions are made with. */
export interface SessionDependencies extends PerformDependencies {
  limits: Limits;
  routes: readonly MountedRoute[];
}

/** Makes sessions; the routes' schemas are prepared once, for all of them. */
export function createSessions({ limits, routes, ...perform }: SessionDependencies) {
  const table = new Map(
    routes.map((mounted) => [mounted.operation, { mounted, schemas: requestSchemas(mounted.route) }]),
  );
  return (caller: MemberCaller, requestId: string): Session => ({
    caller,
    requestId,
    quotes: createQuotes(),
    async invoke(contract, verb, { params, query = {}, body } = {}) {
      const operation = `${contract.module}.${verb}`;
      const found = table.get(operation);
      if (found === undefined) throw new Error(`No route is mounted as ${operation}.`);
      const { mounted, schemas } = found;
      const state = await limits.take(mounted.route.limit, callerId(caller), true);
      if (!state.allowed) throw httpErrors.rate_limited({ retryAfterSeconds: state.resetSeconds });
      requireAdmission(mounted.route, caller);
      const parts = parseValues(schemas, { params, query: asText(query), body: body && given(body) });
      const request = { caller, principal: callerId(caller), requestId, ifMatch: undefined, ...parts };
      const answer = await performRoute(mounted, request, perform);
      return (mounted.route.response?.parse(answer) ?? undefined) as never;
    },
  });
}

/** The fields that are set: the record of what was done names no others. */
const given = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Query fields as a URL would carry them. */
const asText = (query: NonNullable<RouteCall["query"]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
