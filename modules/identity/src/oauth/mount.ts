import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { clientAddress, type HttpApp, type HttpContext, httpErrors, type Limits, limitHeaders } from "@reef/http";
import type { LimitName } from "@reef/http/contract";
import type { SigningKeys } from "../tokens/signing-keys.ts";
import { createProvider, type ProviderOptions } from "./create-provider.ts";

export interface OAuthOptions extends Omit<ProviderOptions, "privateJwks" | "activeKid"> {
  signingKeys: SigningKeys;
  limits: Limits;
  trustedProxies: number;
}

/** The largest token request: a form with an assertion of a few hundred bytes. */
const MAX_BODY_BYTES = 16_384;

const ENDPOINTS: readonly { method: "GET" | "POST"; path: string; operation: string; limit: LimitName }[] = [
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
  const answer = createAnswer(options);
  for (const { method, path, operation, limit } of ENDPOINTS) {
    app.on(method, path, async (context) => {
      context.env.outgoing.operation = operation;
      await spendLimit(context, limit, options);
      const { incoming, outgoing } = context.env;
      if (Number(incoming.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw httpErrors.payload_too_large();
      await answer(incoming, outgoing);
      return RESPONSE_ALREADY_SENT;
    });
    app.all(path, (context) => {
      context.header("Allow", method);
      throw httpErrors.method_not_allowed();
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
function createAnswer(options: OAuthOptions) {
  const { signingKeys } = options;
  const build = () => {
    const privateJwks = signingKeys.privateJwks();
    const provider = createProvider({ ...options, privateJwks, activeKid: () => signingKeys.activeKid() });
    return { privateJwks, answer: provider.callback() };
  };
  let current = build();
  return (...[request, response]: Parameters<typeof current.answer>) => {
    if (current.privateJwks !== signingKeys.privateJwks()) current = build();
    return current.answer(request, response);
  };
}
