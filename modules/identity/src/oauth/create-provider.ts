import { constantTimeEqual, deriveKey, sha256Hex } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { scopes } from "@reef/http/contract";
import type { Logger } from "@reef/telemetry";
import type { JWK } from "jose";
import { errors, Provider, type ProviderContext } from "oidc-provider";
import { insertUsedAssertion } from "../store/tokens.ts";
import { claimsOf } from "../tokens/claims.ts";
import { SIGNING_ALGORITHM } from "../tokens/signing-keys.ts";
import { type AgentClients, createAgentClients } from "./clients.ts";

export interface ProviderOptions {
  db: Connection;
  logger: Logger;
  masterSecret: string;
  /** The issuer, exactly: what a request says in `Host` never enters a token or a document. */
  publicUrl: string;
  audience: string;
  tokenSeconds: number;
  privateJwks: readonly JWK[];
  activeKid: () => string;
}

/** An assertion is made for one request; five minutes leave room for a slow start, and bound what is remembered. */
const MAX_ASSERTION_SECONDS = 300;
/** How far a client's clock may be off. */
const CLOCK_TOLERANCE_SECONDS = 15;

/** What this server does not do; its metadata names only what works (RFC 8414, section 2). */
const ABSENT_METADATA = [
  "authorization_endpoint",
  "authorization_response_iss_parameter_supported",
  "claim_types_supported",
  "claims_parameter_supported",
  "claims_supported",
  "code_challenge_methods_supported",
  "id_token_signing_alg_values_supported",
  "request_parameter_supported",
  "request_uri_parameter_supported",
  "require_request_uri_registration",
  "response_modes_supported",
  "subject_types_supported",
];

/** The OAuth 2.0 server for agents: client credentials by key (RFC 7523) or secret, for signed access tokens (RFC 9068). */
export function createProvider(options: ProviderOptions): Provider {
  const { db, logger, publicUrl } = options;
  const clients = createAgentClients(db);
  const provider = new Provider(publicUrl, configuration(options, clients));

  provider.OIDCContext.prototype.urlFor = (name, urlOptions) => provider.urlFor(name, urlOptions);
  provider.Client.prototype.compareClientSecret = function (secret) {
    return constantTimeEqual(sha256Hex(secret), this.clientSecret ?? "");
  };
  // One statement: of two processes that see the same assertion, the database lets one pass.
  provider.ReplayDetection.unique = (issuer, jti, expiresAtSeconds) =>
    insertUsedAssertion(db, { id: sha256Hex(`${issuer}\n${jti}`), expiresAt: new Date(expiresAtSeconds * 1_000) });
  provider.use(async (context, next) => {
    await next();
    if (context.oidc?.route === "discovery") context.body = truthfulMetadata(context.body as Record<string, unknown>);
  });
  provider.on("grant.error", (_context, { error, error_detail }) =>
    logger.debug({ error, detail: error_detail }, "token refused"),
  );
  provider.on("server_error", (_context, error) => logger.error({ err: error }, "token request failed"));
  return provider;
}

const configuration = (options: ProviderOptions, clients: AgentClients) => ({
  adapter: (model: string) => (model === "Client" ? clients.adapter : noState(model)),
  jwks: { keys: options.privateJwks },
  cookies: { keys: [deriveKey(options.masterSecret, "identity.oauth_cookies").toString("hex")] },
  routes: { token: "/oauth2/token", jwks: "/oauth2/jwks" },
  scopes: Object.keys(scopes),
  claims: {},
  responseTypes: [],
  clientAuthMethods: ["private_key_jwt", "client_secret_basic", "client_secret_post"],
  clientDefaults: { id_token_signed_response_alg: SIGNING_ALGORITHM },
  enabledJWA: { clientAuthSigningAlgValues: ["Ed25519", "EdDSA"] },
  clockTolerance: CLOCK_TOLERANCE_SECONDS,
  ttl: { ClientCredentials: options.tokenSeconds },
  // A token request carries no cookie, so what a page may do with it is decided by whether it knows a credential.
  clientBasedCORS: () => true,
  renderError(context: ProviderContext, out: unknown) {
    context.type = "json";
    context.body = out;
  },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => options.audience,
      getResourceServerInfo: (context: ProviderContext, resource: string) => resourceServer(context, resource, options),
    },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
  },
  assertJwtClientAuthClaimsAndHeader(_context: ProviderContext, { aud, exp }: { aud: unknown; exp: number }) {
    // An assertion for several servers is one that each of them could spend at the others.
    if (typeof aud !== "string") throw new errors.InvalidClientAuth("the assertion must be for this server alone");
    if (exp - Date.now() / 1_000 > MAX_ASSERTION_SECONDS + CLOCK_TOLERANCE_SECONDS) {
      throw new errors.InvalidClientAuth("the assertion is valid for more than five minutes");
    }
  },
  extraTokenClaims(context: ProviderContext) {
    const agent = clients.agentOf(context);
    if (agent === undefined) throw new errors.InvalidClientAuth("the agent is gone");
    // Only who has proved to be the agent learns this.
    if (agent.disabled) throw new errors.UnauthorizedClient("this agent is disabled");
    return claimsOf(agent, context.oidc?.client?.clientAuthMethod !== "private_key_jwt");
  },
});

/** The API as a resource. A request without a scope gets all of them, one with an unknown scope an error that names it. */
function resourceServer({ oidc }: ProviderContext, resource: string, { audience, activeKid }: ProviderOptions) {
  if (resource !== audience) throw new errors.InvalidTarget(`this server issues tokens only for ${audience}`);
  const params = oidc?.params;
  if (params !== undefined) params.scope ??= Object.keys(scopes).join(" ");
  const unknown = params?.scope?.split(" ").find((scope) => !Object.hasOwn(scopes, scope));
  if (unknown !== undefined) throw new errors.InvalidScope("there is no such scope", unknown);
  return {
    audience,
    scope: Object.keys(scopes).join(" "),
    accessTokenFormat: "jwt",
    jwt: { sign: { alg: SIGNING_ALGORITHM, kid: activeKid() } },
  };
}

/** Client credentials leave nothing behind, so there is no other state; a grant that does needs an adapter here. */
function noState(model: string): never {
  throw new Error(`This reef keeps no OAuth state of the kind ${model}.`);
}

const truthfulMetadata = (metadata: Record<string, unknown>) => {
  const offered = Object.entries(metadata).filter(([name]) => !ABSENT_METADATA.includes(name));
  // oidc-provider adds `openid` to the scopes by itself.
  return { ...Object.fromEntries(offered), scopes_supported: Object.keys(scopes), response_types_supported: [] };
};
