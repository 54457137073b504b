import { createAuthorizationURL, type OAuth2Tokens, type OAuthProvider } from "@better-auth/core/oauth2";
import { constantTimeEqual } from "@reef/crypto";
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { fetchJson } from "./fetch-json.ts";

/** A service where people sign in by OpenID Connect. */
export interface OpenIdOptions {
  id: string;
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  /** Whether the service vouches for the address in these claims. */
  isAddressVerified(claims: JWTPayload): boolean;
  /** Whom the claims name: the same text for one person for ever, and for nobody else. */
  subjectOf(claims: JWTPayload): string;
}

/** What the issuer says of itself (OpenID Connect Discovery 1.0, section 3). */
interface Discovered {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userinfoEndpoint: string | undefined;
  /** Of Microsoft's issuer for all tenants it holds `{tenantid}`. */
  issuer: string;
  keys: JWTVerifyGetKey;
}

/** Asymmetric ones alone: with a symmetric one the client secret would sign. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const REMEMBER_MS = 3_600_000;
const SCOPES = ["openid", "email", "profile"];

/**
 * A provider for better-auth that speaks OpenID Connect: code with PKCE, and a token whose signature, issuer, audience,
 * age and nonce are verified. What the issuer says of itself is asked at the first sign-in, so that a reef starts without it.
 */
export function createOpenIdProvider(options: OpenIdOptions): OAuthProvider<JWTPayload> {
  const { id, name, issuer, clientId, clientSecret } = options;
  let known: { discovered: Promise<Discovered>; until: number } | undefined;

  function discover(): Promise<Discovered> {
    if (known !== undefined && known.until > Date.now()) return known.discovered;
    const discovered = fetchDiscovery(issuer);
    known = { discovered, until: Date.now() + REMEMBER_MS };
    // A failure is not remembered.
    discovered.catch(() => {
      known = undefined;
    });
    return discovered;
  }

  return {
    id,
    name,
    requiresIdTokenNonce: true,
    // Nobody gets in by an address that the service does not vouch for.
    options: { requireEmailVerification: true },
    accountSubject: ({ profile }) => options.subjectOf(profile),

    async createAuthorizationURL({ state, codeVerifier, redirectURI, loginHint, idTokenNonce }) {
      const { authorizationEndpoint } = await discover();
      return createAuthorizationURL({
        id,
        options: { clientId },
        authorizationEndpoint,
        state,
        codeVerifier,
        redirectURI,
        loginHint,
        nonce: idTokenNonce,
        scopes: SCOPES,
      });
    },

    async validateAuthorizationCode({ code, codeVerifier, redirectURI }): Promise<OAuth2Tokens> {
      const { tokenEndpoint } = await discover();
      const form = {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectURI,
        code_verifier: codeVerifier ?? "",
      };
      const body = new URLSearchParams(clientSecret === undefined ? { ...form, client_id: clientId } : form);
      const { id_token: idToken, access_token: accessToken } = await fetchJson(tokenEndpoint, {
        method: "POST",
        body,
        headers: clientSecret === undefined ? {} : { Authorization: basic(clientId, clientSecret) },
      });
      if (typeof idToken !== "string") throw new Error(`${name} sent no id_token.`);
      return { idToken, ...(typeof accessToken === "string" && { accessToken }) };
    },

    async getUserInfo({ idToken, accessToken, expectedIdTokenNonce }) {
      if (idToken === undefined || expectedIdTokenNonce === undefined) return null;
      const discovered = await discover();
      const verified = await verify(idToken, expectedIdTokenNonce, discovered);
      const claims = verified.email === undefined ? await complete(verified, accessToken, discovered) : verified;
      const { email, name: given, picture } = claims;
      return {
        data: claims,
        user: {
          email: typeof email === "string" ? email : null,
          emailVerified: options.isAddressVerified(claims),
          name: typeof given === "string" ? given.slice(0, 100) : "",
          ...(typeof picture === "string" && picture.startsWith("https:") && { image: picture.slice(0, 2_048) }),
        },
      };
    },
  };

  /** The claims of an id_token that was made for us and for this sign-in (OpenID Connect Core 1.0, section 3.1.3.7). */
  async function verify(idToken: string, nonce: string, discovered: Discovered): Promise<JWTPayload> {
    const { payload } = await jwtVerify(idToken, discovered.keys, {
      audience: clientId,
      algorithms: ALGORITHMS,
      requiredClaims: ["sub", "iat", "exp", "nonce"],
      maxTokenAge: "10m",
      clockTolerance: "1m",
    });
    const expected = discovered.issuer.replace("{tenantid}", () => String(payload.tid));
    if (payload.iss !== expected) throw new Error("The id_token is of another issuer.");
    if (Array.isArray(payload.aud) && payload.aud.length > 1 && payload.azp !== clientId) {
      throw new Error("The id_token was made for another client.");
    }
    if (!constantTimeEqual(String(payload.nonce), nonce)) throw new Error("The id_token is of another sign-in.");
    return payload;
  }

  /** Many services tell the address at their userinfo endpoint alone (section 5.3). */
  async function complete(claims: JWTPayload, accessToken: string | undefined, { userinfoEndpoint }: Discovered) {
    if (accessToken === undefined || userinfoEndpoint === undefined) return claims;
    const told = await fetchJson(userinfoEndpoint, { headers: { Authorization: `Bearer ${accessToken}` } });
    if (told.sub !== claims.sub) throw new Error("The userinfo is of somebody else.");
    return { ...told, ...claims };
  }
}

async function fetchDiscovery(issuer: string): Promise<Discovered> {
  const document = await fetchJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const required = (name: string): string => endpoint(document[name], name);
  const told = document.issuer;
  // Microsoft's issuer for all tenants is a pattern, under another path than the document.
  const isPattern =
    typeof told === "string" && told.includes("{tenantid}") && new URL(told).host === new URL(issuer).host;
  if (told !== issuer && !isPattern) throw new Error("The issuer calls itself otherwise than the settings do.");
  return {
    issuer: told as string,
    authorizationEndpoint: required("authorization_endpoint"),
    tokenEndpoint: required("token_endpoint"),
    userinfoEndpoint: document.userinfo_endpoint === undefined ? undefined : required("userinfo_endpoint"),
    keys: createRemoteJWKSet(new URL(required("jwks_uri"))),
  };
}

/** TLS, but for a server on this machine. */
function endpoint(value: unknown, name: string): string {
  const url = typeof value === "string" ? URL.parse(value) : null;
  const isLocal = url !== null && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url === null || (url.protocol !== "https:" && !isLocal))
    throw new Error(`The issuer's ${name} is no https address.`);
  return url.href;
}

/** RFC 6749, section 2.3.1: both parts are form-encoded first. */
const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`;
