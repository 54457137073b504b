import { toBase64Url } from "@reef/proofs/base64";
import { waitFor } from "./abort.ts";
import { localError } from "./errors.ts";
import { exchange, type TransportOptions } from "./exchange.ts";

/** A client that is known by its agent's key. The key itself is never sent. */
export interface KeyCredentials {
  clientId: string;
  /** The 32-byte seed, as standard base64. */
  privateKey: string;
  /** What the reef calls itself, where that is another address than the one it is reached at; asked of it otherwise. */
  issuer?: string | undefined;
}

/** How a client proves who it is: by the agent's own key, by its client secret, or by a token that somebody else got. */
export type ReefCredentials = KeyCredentials | { clientId: string; clientSecret: string } | { token: string };

/** Gives the access token for a call, fetching a new one when it must. */
export interface TokenSource {
  token(signal: AbortSignal | undefined): Promise<string>;
  /** Forgets a token that the reef refused; tells whether another one can be had. */
  discard(token: string): boolean;
}

/** A token is replaced this long before it ends, so that none ends on its way. */
const EARLY_SECONDS = 30;
const ASSERTION_SECONDS = 60;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** A source over the token endpoint: the token is kept until shortly before its end, and asked for once at a time. */
export function createTokenSource(credentials: ReefCredentials, options: TransportOptions): TokenSource {
  if ("token" in credentials) return { token: async () => credentials.token, discard: () => false };
  const fetchToken = createTokenFetcher(credentials, options);
  let kept: { token: string; endsAt: number } | undefined;
  let inFlight: Promise<string> | undefined;

  async function refresh(): Promise<string> {
    try {
      const startedAt = Date.now();
      const { token, lifeSeconds } = await fetchToken();
      kept = { token, endsAt: startedAt + (lifeSeconds - EARLY_SECONDS) * 1000 };
      return token;
    } finally {
      inFlight = undefined;
    }
  }

  return {
    async token(signal) {
      signal?.throwIfAborted();
      if (kept !== undefined && kept.endsAt > Date.now()) return kept.token;
      inFlight ??= refresh();
      // All who wait may have been aborted by the time it fails; then there is nobody left to tell.
      inFlight.catch(() => undefined);
      return waitFor(inFlight, signal);
    },
    discard(token) {
      if (kept?.token === token) kept = undefined;
      return true;
    },
  };
}

function createTokenFetcher(credentials: Exclude<ReefCredentials, { token: string }>, options: TransportOptions) {
  let issuer: string | undefined = "privateKey" in credentials ? credentials.issuer : undefined;

  return async (): Promise<{ token: string; lifeSeconds: number }> => {
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: credentials.clientId });
    if ("privateKey" in credentials) {
      issuer ??= await findIssuer(options);
      form.set("client_assertion_type", ASSERTION_TYPE);
      form.set("client_assertion", await signAssertion(credentials, issuer));
    } else {
      form.set("client_secret", credentials.clientSecret);
    }
    const headers = new Headers({ Accept: "application/json" });
    // An assertion is good for one request, so a try whose answer was lost is not sent again as it was.
    const request = { method: "POST", path: "/oauth2/token", headers, body: form, signal: undefined };
    const answer = await exchange({ ...request, isSafeToRepeat: !("privateKey" in credentials) }, options);
    const { access_token, expires_in } = answer as { access_token: string; expires_in: number };
    return { token: access_token, lifeSeconds: expires_in };
  };
}

/**
 * What the reef calls itself, which the assertion must name. A server that named another reef would get an assertion
 * that it could use there, so only the address that is being talked to is believed.
 */
async function findIssuer(options: TransportOptions): Promise<string> {
  const headers = new Headers({ Accept: "application/json" });
  const path = "/.well-known/oauth-authorization-server";
  const request = { method: "GET", path, headers, body: undefined, isSafeToRepeat: true, signal: undefined };
  const { issuer } = (await exchange(request, options)) as { issuer: string };
  if (addressOf(issuer) === addressOf(options.url)) return issuer;
  throw localError(
    "foreign_issuer",
    "The reef has another address",
    `What answers at ${options.url} calls itself ${issuer}. Use that address, or set the reef's REEF_PUBLIC_URL.`,
  );
}

/** An origin in which the names of this machine are one. */
function addressOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  return `${protocol}//${/^(127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) ? "localhost" : hostname}:${port}`;
}

/** A JWT by which the agent's key asks for a token (RFC 7523, section 2.2). */
async function signAssertion({ clientId, privateKey }: KeyCredentials, audience: string): Promise<string> {
  // A page that is known by its session never has a key, so it never loads what keys need.
  const { keyFromSeed } = await import("./keys.ts");
  const key = await keyFromSeed(privateKey);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + ASSERTION_SECONDS,
  };
  const encoder = new TextEncoder();
  const encode = (value: object) => toBase64Url(encoder.encode(JSON.stringify(value)));
  const signed = `${encode({ alg: "EdDSA", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${toBase64Url(await key.sign(encoder.encode(signed)))}`;
}
