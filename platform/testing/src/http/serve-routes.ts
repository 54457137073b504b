import type { DatabaseHandle } from "@reef/db";
import {
  type Action,
  byBearerToken,
  type Caller,
  createApp,
  createIdempotency,
  createLimits,
  type HttpApp,
  httpErrors,
  type MountedRoute,
  type RequestPlane,
  serve,
} from "@reef/http";
import { createTelemetry, type Logger } from "@reef/telemetry";
import { silentLogger } from "../logs.ts";

/** Any body; tests name the fields that they expect. */
// biome-ignore lint/suspicious/noExplicitAny: what a server sends to a test may be anything, and the test checks it.
export type AnyBody = any;

/** An answer, with what its JSON says; undefined where it has no body. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: AnyBody;
}

/** Routes on a port of their own. Whoever shows the name of a caller as bearer token is that caller. */
export interface ServedRoutes {
  url: string;
  app: HttpApp;
  /** Everybody, by the name that is the token; tests may add more. */
  callers: Map<string, Caller>;
  /** What was recorded, as the audit ledger would hold it. */
  recorded: Action[];
  /** Asks as somebody, or as nobody by an empty name; the path is the one behind `/api`. */
  request(who: string, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
}

export interface ServeRoutesOptions {
  database: DatabaseHandle;
  routes: readonly MountedRoute[];
  callers?: readonly Caller[];
  planes?: readonly RequestPlane[];
  publicUrl?: string;
  logger?: Logger;
}

/** Requests a minute and more that nobody in a test gets to. */
const LIMIT_FACTOR = 100_000;

/** Serves routes over a real socket, with the whole pipeline of a reef; each change is in one transaction with its record. */
export async function serveRoutes({
  database,
  routes,
  callers: everybody = [],
  planes = [],
  publicUrl = "http://localhost:4200",
  logger = silentLogger,
}: ServeRoutesOptions): Promise<ServedRoutes> {
  const callers = new Map(everybody.map((caller) => [caller.name, caller]));
  const recorded: Action[] = [];
  const app = createApp({
    publicUrl,
    allowedOrigins: [],
    telemetry: { ...createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }), logger },
    routes,
    authenticator: byBearerToken({
      authenticate(token) {
        const caller = callers.get(token.replace("Bearer ", ""));
        if (caller === undefined) throw httpErrors.unauthenticated();
        return caller;
      },
    }),
    db: database.kysely,
    recorder: { record: async (_transaction, action) => void recorded.push(action) },
    limits: createLimits(LIMIT_FACTOR),
    idempotency: createIdempotency("a master secret that only tests use"),
    trustedProxies: 0,
  });
  const server = await serve(app, { host: "127.0.0.1", port: 0, publicUrl, planes });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    app,
    callers,
    recorded,
    async request(who, method, path, body, headers = {}) {
      const response = await fetch(`${url}/api${path}`, {
        method,
        headers: {
          ...(who !== "" && { authorization: `Bearer ${who}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const { status } = response;
      return { status, headers: response.headers, text, body: text === "" ? undefined : JSON.parse(text) };
    },
    stop: () => server.stop(1),
  };
}
