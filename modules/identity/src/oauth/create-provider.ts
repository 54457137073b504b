import { constantTimeEqual, deriveKey, sha256Hex } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Logger } from "@reef/telemetry";
import type { JWK } from "jose";
import { errors, interactionPolicy, Provider, type ProviderContext } from "oidc-provider";
import type { Clock } from "../clock.ts";
import type { Programs } from "../service/programs.ts";
import { findAgentOfState } from "../store/oauth-state.ts";
import { findLettingMember } from "../store/people-grants.ts";
import { insertUsedAssertion } from "../store/tokens.ts";
import type { AccessList } from "../tokens/access-list.ts";
import { claimsOf, personClaimsOf } from "../tokens/claims.ts";
import { noteSignIn } from "../tokens/last-seen.ts";
import { SIGNING_ALGORITHM } from "../tokens/signing-keys.ts";
import { type Audiences, allScopes, clientScopes } from "./audiences.ts";
import type { ClientDocuments } from "./client-documents.ts";
import { type Clients, createClients, type Holder } from "./clients.ts";
import { errorPage, sendPage } from "./pages.ts";
import { createStateAdapter, emptyAdapter, type StateSecrets } from "./state.ts";

export interface ProviderOptions {
  db: Connection;
  clock: Clock;
  logger: Logger;
  masterSecret: string;
  /** The issuer, exactly: what a request says in `Host` never enters a token or a document. */
  publicUrl: string;
  audiences: Audiences;
  tokenSeconds: number;
  documents: ClientDocuments;
  accessList: AccessList;
  secrets: StateSecrets;
  programs: Pick<Programs, "noteUse">;
  privateJwks: readonly JWK[];
  activeKid: () => string;
}

/** An assertion is made for one request; five minutes leave room for a slow start, and bound what is remembered. */
const MAX_ASSERTION_SECONDS = 300;
/** How far a client's clock may be off. */
const CLOCK_TOLERANCE_SECONDS = 15;
const DAY_SECONDS = 86_400;

/** How long each kind of state lives. A client that is not used for 30 days, or was let in 90 days ago, asks again. */
const LIFE_SECONDS = {
  AuthorizationCode: 60,
  Grant: 90 * DAY_SECONDS,
  Interaction: 600,
  RefreshToken: 30 * DAY_SECONDS,
  Session: 600,
};

/** What this server does not do; its metadata names only what works (RFC 8414, section 2). */
const ABSENT_METADATA = [
  "claim_types_supported",
  "claims_parameter_supported",
  "claims_supported",
  "id_token_signing_alg_values_supported",
  "request_parameter_supported",
  "request_uri_parameter_supported",
  "require_request_uri_registration",
  "subject_types_supported",
];

/** What a person reads where the library's own words are for the client's author. */
const PAGE_TEXTS: Readonly<Record<string, string>> = {
  invalid_redirect_uri: "The program wants the answer sent to an address that its own description does not name",
  invalid_client: "The program's description of itself could not be read, or is not valid",
};

/** The pages where people see the server; every other answer is for programs. */
const PAGES = new Set(["authorization", "resume"]);

/**
 * The OAuth 2.1 server: client credentials for agents, by key (RFC 7523) or secret, and codes with PKCE and refresh tokens
 * for programs that an agent lets in. Both get signed access tokens (RFC 9068).
 */
export function createProvider(options: ProviderOptions): Provider {
  const { db, logger, publicUrl } = options;
  const clients = createClients(db, options.documents);
  const provider = new Provider(publicUrl, configuration(options, clients));

  provider.OIDCContext.prototype.urlFor = (name, urlOptions) => provider.urlFor(name, urlOptions);
  provider.Client.prototype.compareClientSecret = function (secret) {
    return constantTimeEqual(sha256Hex(secret), this.clientSecret ?? "");
  };
  // One statement: of two processes that see the same assertion, the database lets one pass.
  provider.ReplayDetection.unique = (issuer, jti, expiresAtSeconds) =>
    insertUsedAssertion(db, { id: sha256Hex(`${issuer}\n${jti}`), expiresAt: new Date(expiresAtSeconds * 1_000) });
  const isSecure = publicUrl.startsWith("https:");
  provider.use(async (context, next) => {
    // Behind a proxy the request itself does not show that the browser speaks https.
    context.cookies.secure = isSecure;
    await next();
    if (context.oidc?.route === "discovery") context.body = truthfulMetadata(context.body as Record<string, unknown>);
  });
  // Each request is approved by itself, so the browser is told nothing that it could come back with.
  provider.on("authorization.success", ({ oidc }) => {
    if (oidc?.session !== undefined) oidc.session.destroyed = true;
  });
  for (const [event, message] of [
    ["grant.error", "token refused"],
    ["authorization.error", "authorization refused"],
  ] as const) {
    provider.on(event, (_context, { error, error_detail }) => logger.debug({ error, detail: error_detail }, message));
  }
  provider.on("server_error", (_context, error) => logger.error({ err: error }, "OAuth request failed"));
  return provider;
}

const configuration = (options: ProviderOptions, clients: Clients) => ({
  adapter: (model: string) => adapterOf(model, options, clients),
  jwks: { keys: options.privateJwks },
  cookies: {
    keys: [deriveKey(options.masterSecret, "identity.oauth_cookies").toString("hex")],
    names: { session: "reef_session", interaction: "reef_interaction", resume: "reef_resume" },
  },
  routes: { authorization: "/oauth2/authorize", token: "/oauth2/token", jwks: "/oauth2/jwks" },
  scopes: allScopes,
  claims: {},
  responseTypes: ["code"],
  clientAuthMethods: ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"],
  clientDefaults: { id_token_signed_response_alg: SIGNING_ALGORITHM },
  enabledJWA: { clientAuthSigningAlgValues: ["Ed25519", "EdDSA"] },
  clockTolerance: CLOCK_TOLERANCE_SECONDS,
  ttl: { ...LIFE_SECONDS, AccessToken: options.tokenSeconds, ClientCredentials: options.tokenSeconds },
  pkce: { required: () => true },
  allowOmittingSingleRegisteredRedirectUri: false,
  expiresWithSession: () => false,
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  interactions: {
    policy: [approvalPrompt],
    url: (_context: ProviderContext, { uid }: { uid: string }) => `/oauth2/interaction/${uid}`,
  },
  loadExistingGrant: ({ oidc }: ProviderContext) =>
    oidc?.result?.consent && oidc.provider.Grant.find(oidc.result.consent.grantId),
  findAccount: (context: ProviderContext, accountId: string, source?: { grantId?: string }) =>
    findAccount(context, accountId, source, options, clients),
  // A token request carries no cookie, so what a page may do with it is decided by whether it knows a credential.
  clientBasedCORS: () => true,
  renderError(context: ProviderContext, out: { error: string; error_description?: string }) {
    if (PAGES.has(context.oidc?.route ?? "")) {
      sendPage(context, errorPage(PAGE_TEXTS[out.error] ?? out.error_description ?? out.error));
      return;
    }
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
      defaultResource: ({ oidc }: ProviderContext, _client: object, oneOf?: string[]) =>
        oneOf ?? (oidc?.params?.grant_type === "client_credentials" ? options.audiences.api : options.audiences.mcp),
      getResourceServerInfo: (context: ProviderContext, resource: string) => resourceServer(context, resource, options),
      useGrantedResource: () => true,
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
  async extraTokenClaims(context: ProviderContext) {
    const holder = clients.holderOf(context);
    if (holder === undefined) throw new errors.InvalidClientAuth("the agent is gone");
    if (holder.kind === "person") {
      if (holder.member.isSuspended) throw new errors.UnauthorizedClient("the organization is suspended");
      await options.programs.noteUse(options.db, holder.grant);
      return personClaimsOf(holder.member, holder.grant);
    }
    const { agent } = holder;
    // Only who has proved to be the agent learns this.
    if (agent.disabled) throw new errors.UnauthorizedClient("this agent is disabled");
    await options.accessList.ensureFresh();
    if (options.accessList.isSuspended(agent.organizationId)) {
      throw new errors.UnauthorizedClient("the organization of this agent is suspended");
    }
    await noteSignIn(options.db, options.clock, agent);
    return claimsOf(agent, context.oidc?.client?.clientAuthMethod !== "private_key_jwt");
  },
});

function adapterOf(model: string, { db, clock, secrets }: ProviderOptions, clients: Clients) {
  if (model === "Client") return clients.adapter;
  if (model === "Session" || model === "AccessToken") return emptyAdapter;
  return createStateAdapter(model, { db, clock, secrets });
}

/** Every authorization waits for an agent's approval, also where the same client was let in before. */
const approvalPrompt = new interactionPolicy.Prompt(
  { name: "consent", requestable: true },
  new interactionPolicy.Check(
    "approval_missing",
    "an agent must approve the request",
    "consent_required",
    ({ oidc }) => oidc?.result?.consent === undefined,
  ),
);

/**
 * Who let the client in: an agent that is as it was then, neither disabled since, nor with another key or secret; or a
 * person who is still that member, with the same password.
 */
async function findAccount(
  context: ProviderContext,
  accountId: string,
  source: { grantId?: string } | undefined,
  options: ProviderOptions,
  clients: Clients,
) {
  const grantId = source?.grantId ?? context.oidc?.result?.consent?.grantId;
  const holder = await findHolder(accountId, grantId, options);
  if (holder === undefined) return undefined;
  clients.setHolder(context, holder);
  return { accountId, claims: async () => ({ sub: accountId }) };
}

async function findHolder(
  accountId: string,
  grantId: string | undefined,
  { db, clock, secrets }: ProviderOptions,
): Promise<Holder | undefined> {
  if (grantId === undefined) return undefined;
  const grant = secrets.idOf("Grant", grantId);
  if (accountId.startsWith("usr_")) {
    const member = await findLettingMember(db, grant, new Date(clock.now()));
    return member?.personId === accountId ? { kind: "person", member, grant } : undefined;
  }
  const agent = await findAgentOfState(db, grant);
  return agent?.id === accountId ? { kind: "agent", agent } : undefined;
}

/** The API or the MCP endpoint as a resource. A client that an agent lets in reaches the latter alone. */
function resourceServer({ oidc }: ProviderContext, resource: string, { audiences, activeKid }: ProviderOptions) {
  const isAgent = oidc?.route === "token" && oidc.client?.clientAuthMethod !== "none";
  if (resource !== audiences.mcp && !(isAgent && resource === audiences.api)) {
    const offered = isAgent ? `${audiences.api} and ${audiences.mcp}` : audiences.mcp;
    throw new errors.InvalidTarget(`this server issues such tokens only for ${offered}`);
  }
  if (oidc?.params !== undefined) isAgent ? requireKnownScopes(oidc.params) : keepClientScopes(oidc.params);
  return {
    audience: resource,
    scope: (isAgent ? allScopes : clientScopes).join(" "),
    accessTokenFormat: "jwt",
    jwt: { sign: { alg: SIGNING_ALGORITHM, kid: activeKid() } },
  };
}

/** A request of an agent without a scope gets all of them, one with an unknown scope an error that names it. */
function requireKnownScopes(params: Record<string, string | undefined>): void {
  params.scope ??= allScopes.join(" ");
  const unknown = params.scope.split(" ").find((scope) => !allScopes.some((known) => known === scope));
  if (unknown !== undefined) throw new errors.InvalidScope("there is no such scope", unknown);
}

/**
 * Programs ask for scopes that they know from other servers (`openid`, `offline_access`); what does not exist here is left
 * out (RFC 6749, section 3.3), and the page shows what remains. At the token endpoint the code decides.
 */
function keepClientScopes(params: Record<string, string | undefined>): void {
  if (params.grant_type !== undefined) return;
  const asked = params.scope?.split(" ");
  const kept = clientScopes.filter((scope) => asked?.includes(scope) ?? true);
  if (kept.length === 0) throw new errors.InvalidScope("none of the scopes exists here", params.scope ?? "");
  params.scope = kept.join(" ");
}

const truthfulMetadata = (metadata: Record<string, unknown>) => {
  const offered = Object.entries(metadata).filter(([name]) => !ABSENT_METADATA.includes(name));
  return {
    ...Object.fromEntries(offered),
    client_id_metadata_document_supported: true,
    response_modes_supported: ["query"],
    // oidc-provider adds `openid` to the scopes by itself.
    scopes_supported: allScopes,
  };
};
