import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { Problem } from "@reef/errors";
import { type Telemetry, withRemoteParent } from "@reef/telemetry";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { callerId } from "./call.ts";
import { clientAddress } from "./client-address.ts";
import { DEFAULT_BODY_BYTES } from "./contract.ts";
import { httpErrors } from "./errors.ts";
import {
  type HttpContext,
  handleRoute,
  type NodeBindings,
  type RouteDependencies,
  requestIdOf,
} from "./handle-route.ts";
import { asProblem, problemDocument, problemHeaders } from "./problem-response.ts";
import type { MountedRoute } from "./routes.ts";

export type HttpApp = Hono<{ Bindings: NodeBindings }>;

export interface AppOptions extends RouteDependencies {
  /** The address under which clients reach this reef, without a slash at its end. */
  publicUrl: string;
  /** Origins of other sites whose pages may call the API; every other origin gets no CORS header. */
  allowedOrigins: readonly string[];
  telemetry: Telemetry;
  routes: readonly MountedRoute[];
}

/** The HTTP application: all routes behind the same few steps, and a problem document for whatever goes wrong. */
export function createApp(options: AppOptions): HttpApp {
  const app: HttpApp = new Hono();
  const measure = createMeasurement(options.telemetry);

  const allowOrigin = createOriginRule(options.allowedOrigins);
  const guardNames = createNameGuard(options);
  app.use(async (context, next) => {
    const started = performance.now();
    const go = () => guardNames(context, next);
    // Only a request that has an origin needs the rule; the others keep the adapter's fast path.
    const answer = () => (context.env.incoming.headers.origin === undefined ? go() : allowOrigin(context, go));
    await (options.telemetry.isTracing ? trace(context, options.telemetry, answer) : answer());
    measure(context, performance.now() - started);
  });
  for (const mounted of options.routes) {
    const { method, path, bodyLimitBytes = DEFAULT_BODY_BYTES, body } = mounted.route;
    const honoPath = path.replace(/\{(\w+)\}/g, ":$1");
    if (body !== undefined)
      app.on(method, honoPath, bodyLimit({ maxSize: bodyLimitBytes, onError: () => tooLarge(bodyLimitBytes) }));
    const handle = handleRoute(mounted, options);
    app.on(method, honoPath, handle);
  }
  app.notFound((context) => {
    const allow = methodsAt(options.routes, context.req.path);
    if (allow.length === 0) return answerProblem(context, httpErrors.not_found(), options);
    context.header("Allow", allow.join(", "));
    return answerProblem(context, httpErrors.method_not_allowed(), options);
  });
  app.onError((error, context) => {
    const problem = asProblem(error);
    logProblem(options.telemetry, context, problem);
    if (problem.code === "http.other_organization") return nothing(context);
    return answerProblem(context, problem, options);
  });
  return app;
}

/** The bare 404. It comes from several places, and no header field tells from which: budgets are counted, but not shown. */
function nothing(context: HttpContext): Response {
  const { extraHeaders } = context.env.outgoing;
  for (const name of Object.keys(extraHeaders)) if (name.startsWith("ratelimit")) delete extraHeaders[name];
  return context.body(null, 404);
}

/** What scrapers read, whatever they call the reef. */
const METRICS_PATH = "/metrics";

/**
 * A request that names an organization which does not exist gets nothing, wherever it goes, not even a page. Probes of
 * liveness and metrics are answered under any name, at exactly their own paths.
 */
function createNameGuard({ organizations, routes, limits, trustedProxies }: AppOptions) {
  const open = new Set([METRICS_PATH]);
  for (const { route } of routes) if (route.limit === "probe") open.add(route.path);
  return (context: HttpContext, next: () => Promise<void>): Promise<void> => {
    const named = organizations?.findNamed(context.env.incoming);
    return named === undefined || open.has(context.req.path) ? next() : guard(context, named, next);
  };

  async function guard(context: HttpContext, named: Promise<unknown> | unknown, next: () => Promise<void>) {
    if ((await named) !== null) return next();
    // Guessing names costs as much as any other reading.
    const state = await limits.take("read", clientAddress(context.env.incoming, trustedProxies), false);
    if (!state.allowed) throw httpErrors.rate_limited({ retryAfterSeconds: state.resetSeconds });
    context.res = nothing(context);
  }
}

/** Answers as a span of the caller's trace (W3C Trace Context), named by its operation. */
function trace(context: HttpContext, { tracer }: Telemetry, answer: () => Promise<unknown>): Promise<void> {
  const { incoming, outgoing } = context.env;
  return withRemoteParent(incoming.headers, () =>
    tracer.startActiveSpan(`${incoming.method}`, { kind: SpanKind.SERVER }, async (span) => {
      await answer();
      const status = outgoing.headersSent ? outgoing.statusCode : context.res.status;
      span.updateName(outgoing.operation ?? `${incoming.method}`);
      span.setAttributes({ "http.request.method": incoming.method ?? "", "http.response.status_code": status });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    }),
  );
}

function tooLarge(limitBytes: number): never {
  throw httpErrors.payload_too_large({
    detail: `The body is larger than the ${limitBytes} bytes that this address takes. Send less at once.`,
  });
}

/** Answers with a problem document, for handlers that stand beside the declared routes as well. */
export function answerProblem(context: HttpContext, problem: Problem, { publicUrl }: { publicUrl: string }): Response {
  const requestId = requestIdOf(context);
  const document = problemDocument(problem, { publicUrl, instance: context.req.path, requestId });
  for (const [name, value] of Object.entries(problemHeaders(problem))) context.header(name, value);
  return context.body(JSON.stringify(document), problem.status as 400);
}

/** What a page that speaks MCP sends besides (its transport's section on headers). */
const MCP_HEADERS = ["Mcp-Method", "Mcp-Name", "Mcp-Protocol-Version", "X-Client-Id", "X-Client-Secret"];

/** CORS for the listed origins; any other gets no header of it (https://fetch.spec.whatwg.org/#http-cors-protocol). */
const createOriginRule = (allowedOrigins: readonly string[]) =>
  cors({
    origin: (origin) => (allowedOrigins.includes(origin) ? origin : null),
    allowMethods: ["GET", "POST", "PATCH", "PUT", "DELETE"],
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "If-Match",
      "X-Reef-Organization",
      "X-Request-Id",
      ...MCP_HEADERS,
    ],
    exposeHeaders: [
      "ETag",
      "Location",
      "RateLimit",
      "RateLimit-Policy",
      "Retry-After",
      "WWW-Authenticate",
      "X-Request-Id",
    ],
    maxAge: 3600,
  });

/** The methods that some route answers at this path, for `Allow`. */
function methodsAt(routes: readonly MountedRoute[], path: string): string[] {
  const matches = ({ route }: MountedRoute) =>
    new RegExp(`^${route.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
  return routes.filter(matches).map(({ route }) => route.method);
}

/** Counts and times every request by operation, and logs those that changed something; reads are logged at debug. */
function createMeasurement({ meter, logger }: Telemetry) {
  const duration = meter.createHistogram("http.server.request.duration", {
    unit: "ms",
    description: "Time to answer a request",
  });
  return (context: HttpContext, elapsedMs: number): void => {
    const { outgoing } = context.env;
    const { operation = "unknown" } = outgoing;
    // A handler that wrote to node's response itself, as the OAuth server does, leaves no other trace of its status.
    const status = outgoing.headersSent ? outgoing.statusCode : context.res.status;
    duration.record(elapsedMs, { operation, status });
    const level = context.req.method === "GET" || operation === "unknown" ? "debug" : "info";
    if (!logger.isLevelEnabled(level)) return;
    logger[level](
      {
        requestId: requestIdOf(context),
        operation,
        method: context.req.method,
        status,
        durationMs: Math.round(elapsedMs),
        caller: outgoing.caller && callerId(outgoing.caller),
      },
      "request",
    );
  };
}

function logProblem({ logger }: Telemetry, context: HttpContext, problem: Problem): void {
  const line = {
    requestId: requestIdOf(context),
    operation: context.env.outgoing.operation,
    code: problem.code,
    ...problem.options.internal,
  };
  if (problem.status >= 500) logger.error({ ...line, err: problem.options.cause }, "request failed");
  else logger.debug(line, "request refused");
}
