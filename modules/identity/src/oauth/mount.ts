import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import {
  type ActionRecorder,
  clientAddress,
  type HttpApp,
  type HttpContext,
  httpErrors,
  type Limits,
  limitHeaders,
} from "@reef/http";
import type { LimitName } from "@reef/http/contract";
import type { Authorizations } from "../service/authorizations.ts";
import type { Programs } from "../service/programs.ts";
import type { AuthenticateSecret } from "../tokens/secret-authenticator.ts";
import type { SigningKeys } from "../tokens/signing-keys.ts";
import { PROTECTED_RESOURCE_PATH, protectedResource } from "./audiences.ts";
import { createProvider, type ProviderOptions } from "./create-provider.ts";
import { mountInteractions } from "./interactions.ts";
import type { SignedInPeople } from "./personal-approval.ts";

export interface OAuthOptions extends Omit<ProviderOptions, "privateJwks" | "activeKid" | "programs"> {
  signingKeys: SigningKeys;
  limits: Limits;
  trustedProxies: number;
  authorizations: Authorizations;
  programs: Programs;
  authenticateSecret: AuthenticateSecret;
  people: SignedInPeople;
  recorder: ActionRecorder | undefined;
}

/** The largest token request: a form with an assertion of a few hundred bytes. */
const MAX_BODY_BYTES = 16_384;

const ENDPOINTS: readonly { method: "GET" | "POST"; path: string; operation: string; limit: LimitName }[] = [
  { method: "GET", path: "/oauth2/authorize", operation: "oauth.authorize", limit: "write" },
  { method: "GET", path: "/oauth2/authorize/:uid", operation: "oauth.resume", limit: "write" },
  { method: "POST", path: "/oauth2/token", operation: "oauth.token", limit: "token" },
  { method: "GET", path: "/oauth2/jwks", operation: "oauth.jwks", limit: "read" },
  { method: "GET", path: "/.well-known/oauth-authorization-server", operation: "oauth.metadata", limit: "read" },
  { method: "GET", path: "/.well-known/openid-configuration", operation: "oauth.metadata", limit: "read" },
];

/**
 * Adds the OAuth endpoints to the application. They answer in OAuth's own form once a request reaches them; limits,
 * bodies that are too large and other methods are answered with a problem, as everywhere.
 */
export function mountOAuth(app: HttpApp, options: OAuthOptions): void {
  const server = createServer(options);
  const spend = (context: HttpContext, limit: LimitName) => spendLimit(context, limit, options);
  for (const { method, path, operation, limit } of ENDPOINTS) {
    app.on(method, path, async (context) => {
      context.env.outgoing.operation = operation;
      await spend(context, limit);
      const { incoming, outgoing } = context.env;
      if (Number(incoming.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw httpErrors.payload_too_large();
      await server.answer(incoming, outgoing);
      return RESPONSE_ALREADY_SENT;
    });
    app.all(path, (context) => {
      context.header("Allow", method);
      throw httpErrors.method_not_allowed();
    });
  }
  mountInteractions(app, { ...options, provider: () => server.provider(), spendLimit: spend });
  mountProtectedResource(app, options, spend);
}

/** The MCP endpoint's description, under its own address and, for clients that look there, the reef's. */
function mountProtectedResource(
  app: HttpApp,
  { publicUrl }: OAuthOptions,
  spend: (context: HttpContext, limit: LimitName) => Promise<void>,
): void {
  const metadata = protectedResource(publicUrl);
  for (const path of [PROTECTED_RESOURCE_PATH, `${PROTECTED_RESOURCE_PATH}/mcp`]) {
    app.get(path, async (context) => {
      context.env.outgoing.operation = "oauth.protectedResource";
      await spend(context, "read");
      return context.json(metadata, 200, { "Access-Control-Allow-Origin": "*" });
    });
  }
}

/** Budgets here count by address: who a client says it is, is not known before it has been answered. */
async function spendLimit(context: HttpContext, limit: LimitName, options: OAuthOptions): Promise<void> {
  const { incoming, outgoing } = context.env;
  const state = await options.limits.take(limit, clientAddress(incoming, options.trustedProxies), false);
  Object.assign(outgoing.extraHeaders, limitHeaders(state));
  if (!state.allowed) throw httpErrors.rate_limited({ retryAfterSeconds: state.resetSeconds });
}

/** oidc-provider takes its keys once, so a change of the keys makes a new provider; that is once a month. */
function createServer(options: OAuthOptions) {
  const { signingKeys } = options;
  const build = () => {
    const privateJwks = signingKeys.privateJwks();
    const provider = createProvider({ ...options, privateJwks, activeKid: () => signingKeys.activeKid() });
    return { privateJwks, provider, answer: provider.callback() };
  };
  let built = build();
  const current = () => {
    if (built.privateJwks !== signingKeys.privateJwks()) built = build();
    return built;
  };
  return {
    provider: () => current().provider,
    answer: (...[request, response]: Parameters<typeof built.answer>) => current().answer(request, response),
  };
}
