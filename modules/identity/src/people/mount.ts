import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "@reef/db";
import {
  type ActionRecorder,
  answerProblem,
  clientAddress,
  type HttpApp,
  type HttpContext,
  httpErrors,
  type Limits,
  limitHeaders,
  requestIdOf,
} from "@reef/http";
import type { Programs } from "../service/programs.ts";
import type { Accounts, AccountsRequest } from "./create-accounts.ts";
import { type Endpoint, endpoints } from "./endpoints.ts";
import { accountErrors } from "./errors.ts";
import { concludeChange, concludeSignOut } from "./ledger.ts";
import type { OriginRule } from "./own-origin.ts";
import { conflictOf, problemOf } from "./problems.ts";
import { readJson, refuseNul } from "./read-json.ts";
import { ACCOUNTS_PATH } from "./wire.ts";

export interface AccountsMountOptions {
  accounts: Accounts;
  programs: Pick<Programs, "endPrograms">;
  limits: Limits;
  trustedProxies: number;
  publicUrl: string;
  origins: OriginRule;
  /** Absent where nothing records what is done, as in tests of this module. */
  recorder: ActionRecorder | undefined;
  /** How long the answers take that must not tell whether an address is known; tests need not wait. */
  evenedMs?: number | undefined;
}

/** Longer than a password takes to hash, also on a machine that has something else to do. */
const EVENED_MS = 400;
const MAX_BODY_BYTES = 65_536;

/** What better-auth is told of a request's header; above all, nothing that a client may write in a proxy's name. */
const HEADERS = [
  "accept",
  "authorization",
  "content-type",
  "cookie",
  "origin",
  "referer",
  "sec-fetch-dest",
  "sec-fetch-mode",
  "sec-fetch-site",
  "user-agent",
];
const LONGEST_HEADER = 4_096;

/**
 * Adds `/api/auth`, which speaks better-auth's own language but for its errors: those are problem documents, as
 * everywhere. What changes an organization is one transaction with its record in the audit ledger.
 */
export function mountAccounts(app: HttpApp, options: AccountsMountOptions): void {
  for (const endpoint of endpoints) {
    const path = `${ACCOUNTS_PATH}${endpoint.path}`;
    const operation = `account.${endpoint.path.slice(1).replace("/:id", "")}`;
    app.on(endpoint.method, path, async (context) => {
      context.env.outgoing.operation = operation;
      await spendLimit(context, endpoint, options);
      const started = performance.now();
      const answer = await answerOf(context, endpoint, options);
      if (endpoint.evened) await sleep(Math.max(0, (options.evenedMs ?? EVENED_MS) - (performance.now() - started)));
      return respond(context, endpoint, answer, options);
    });
  }
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
    const methods = endpoints.filter((endpoint) => endpoint.path === path).map(({ method }) => method);
    app.all(`${ACCOUNTS_PATH}${path}`, (context) => {
      context.header("Allow", methods.join(", "));
      throw httpErrors.method_not_allowed();
    });
  }
}

async function answerOf(context: HttpContext, endpoint: Endpoint, options: AccountsMountOptions): Promise<Response> {
  const { accounts, recorder, origins } = options;
  // better-auth looks at it as well, but may be told in the environment to trust others.
  const isCallback = endpoint.path.startsWith("/callback/");
  const { incoming } = context.env;
  if (endpoint.method === "POST" && !isCallback && hasOrigin(incoming) && origins.isForeign(incoming)) {
    throw accountErrors.invalid_origin();
  }
  const request = await toRequest(context, endpoint, options);
  if (endpoint.endsPrograms) {
    const session = await accounts.findSession(incoming.headers);
    const requestId = requestIdOf(context);
    return accounts.handleInTransaction(request, (transaction) =>
      concludeSignOut(transaction, { session, requestId, programs: options.programs }, recorder),
    );
  }
  if (endpoint.recorded === undefined) return accounts.handle(request);
  const [session, keyOrganizationId] = await Promise.all([
    accounts.findSession(context.env.incoming.headers),
    accounts.findOrganizationOfKey(keyIdOf(request)),
  ]);
  const { body } = request;
  const change = { operation: endpoint.recorded, requestId: requestIdOf(context), session, body, keyOrganizationId };
  try {
    return await accounts.handleInTransaction(request, (transaction: Connection, answer) =>
      concludeChange(transaction, change, answer, recorder),
    );
  } catch (error) {
    throw conflictOf(error) ?? error;
  }
}

/** A page that may not say where it is from says `null`. */
const hasOrigin = ({ headers: { origin } }: IncomingMessage): boolean =>
  origin !== undefined && /^https?:/.test(origin);

/** The API key that a request names. */
const keyIdOf = ({ body }: AccountsRequest): unknown => (JSON.parse(body ?? "{}") as { keyId?: unknown }).keyId;

/** @throws http.payload_too_large, http.unsupported_media_type, http.invalid_json, http.invalid_request */
async function toRequest(
  context: HttpContext,
  { method }: Endpoint,
  { trustedProxies }: AccountsMountOptions,
): Promise<AccountsRequest> {
  const { incoming } = context.env;
  const headers: Record<string, string> = {};
  for (const name of HEADERS) {
    const value = incoming.headers[name];
    if (typeof value === "string") headers[name] = value.slice(0, LONGEST_HEADER);
  }
  const { pathname, search } = new URL(context.req.url);
  refuseNul(search);
  const given = { method, path: `${pathname}${search}`, headers, address: clientAddress(incoming, trustedProxies) };
  if (method === "GET") return { ...given, body: undefined };
  const body = await readJson(incoming, MAX_BODY_BYTES, {
    allowForm: pathname.startsWith(`${ACCOUNTS_PATH}/callback/`),
  });
  return { ...given, body };
}

/**
 * Who has a session is counted by it, wherever it is used; everybody else by address. So is what needs none: sessions are
 * made at will, and each would have a budget of its own.
 */
async function spendLimit(
  context: HttpContext,
  { limit, sessionless }: Endpoint,
  { accounts, limits, trustedProxies }: AccountsMountOptions,
): Promise<void> {
  const { incoming, outgoing } = context.env;
  const session = sessionless ? undefined : accounts.sessionKey(incoming.headers);
  const state = await limits.take(limit, session ?? clientAddress(incoming, trustedProxies), session !== undefined);
  Object.assign(outgoing.extraHeaders, limitHeaders(state));
  if (!state.allowed) throw httpErrors.rate_limited({ retryAfterSeconds: state.resetSeconds });
}

async function respond(
  context: HttpContext,
  { oauth }: Endpoint,
  answer: Response,
  { publicUrl }: AccountsMountOptions,
): Promise<Response> {
  const headers = new Headers();
  for (const cookie of answer.headers.getSetCookie()) headers.append("Set-Cookie", cookie);
  const token = answer.headers.get("set-auth-token");
  if (token !== null) headers.set("Set-Auth-Token", token);
  const location = answer.headers.get("location");
  if (answer.status >= 300 && answer.status < 400 && location !== null) {
    headers.set("Location", ownAddress(location, publicUrl));
    return new Response(null, { status: answer.status, headers });
  }
  const text = await answer.text();
  if (answer.status >= 400 && !oauth) {
    const problem = answerProblem(context, problemOf(answer.status, text), { publicUrl });
    for (const cookie of headers.getSetCookie()) problem.headers.append("Set-Cookie", cookie);
    return problem;
  }
  headers.set("Content-Type", "application/json");
  return new Response(text, { status: answer.status, headers });
}

/** better-auth has checked where a redirect leads; whatever may slip through there leads home. */
function ownAddress(location: string, publicUrl: string): string {
  const own = new URL(publicUrl);
  const url = URL.parse(location, own.href);
  return url?.origin === own.origin ? url.href : own.href;
}
