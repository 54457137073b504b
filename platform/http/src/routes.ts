import type { z } from "zod";
import type { AccountCaller, AgentCaller, Call, PersonCaller } from "./call.ts";
import type { Contract, OrganizationRole, Route, Scope } from "./contract.ts";
import type { StreamOpener } from "./event-stream.ts";

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** The people whom a handler meets; nobody where the route names none. */
type PeopleOf<Declared extends Route> = Declared extends { people: OrganizationRole }
  ? PersonCaller
  : Declared extends { people: "account" | "operator" }
    ? PersonCaller | AccountCaller
    : never;

/** The agents whom a handler meets: all, unless the route is for people alone. */
type AgentsOf<Declared extends Route> = Declared extends { agents: false } ? never : AgentCaller;

/** Who a handler meets: a route with a scope always has a caller, the others perhaps. */
type CallerOf<Declared extends Route> =
  | AgentsOf<Declared>
  | PeopleOf<Declared>
  | (Declared["access"] extends Scope ? never : undefined);

/** The validated parts of a request, as the route's schemas give them. */
interface RequestOf<Declared extends Route> {
  params: Parsed<Declared["params"]>;
  query: Parsed<Declared["query"]>;
  body: Parsed<Declared["body"]>;
  /** The version that `If-Match` names, on versioned routes. */
  ifMatch: number | undefined;
}

/**
 * What a handler gives back: the response's body before its schema checks it, what opens a stream, or nothing where the
 * route declares neither.
 */
type ResponseOf<Declared extends Route> = Declared["response"] extends z.ZodType
  ? z.input<Declared["response"]>
  : Declared["stream"] extends { data: infer Data extends z.ZodType }
    ? StreamOpener<z.input<Data>>
    : void;

export type Handler<Declared extends Route> = (
  call: Call<CallerOf<Declared>>,
  request: RequestOf<Declared>,
) => Promise<ResponseOf<Declared>>;

/**
 * A handler in two steps. A change runs in one transaction, which holds a connection (of the embedded database the only
 * one); so what takes time and needs no transaction, such as reading a long text, comes before it. What it finds it keeps
 * by the identity of the request's objects, which both steps are given.
 */
export interface SteppedHandler<Declared extends Route> {
  prepare: (call: Call<CallerOf<Declared>>, request: RequestOf<Declared>) => Promise<void>;
  handle: Handler<Declared>;
}

/** A route with what answers it, as the server mounts it. */
export interface MountedRoute {
  operation: string;
  route: Route;
  prepare?: SteppedHandler<Route>["prepare"];
  handler: Handler<Route>;
}

/** Pairs every route of a contract with its handler; leaving one out is a type error. */
export function implement<Routes extends Record<string, Route>>(
  contract: Contract<Routes>,
  handlers: { [Verb in keyof Routes]: Handler<Routes[Verb]> | SteppedHandler<Routes[Verb]> },
): MountedRoute[] {
  return Object.entries(contract.routes).map(([verb, route]) => {
    const given = handlers[verb] as unknown as Handler<Route> | SteppedHandler<Route>;
    const steps = typeof given === "function" ? { handler: given } : { prepare: given.prepare, handler: given.handle };
    return { operation: `${contract.module}.${verb}`, route, ...steps };
  });
}
