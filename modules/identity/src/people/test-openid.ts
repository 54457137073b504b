import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

/** Somebody who has an account there. */
interface OpenIdPerson {
  sub: string;
  email: string;
  email_verified?: boolean;
  name: string;
}

/** A service that speaks OpenID Connect, on this machine. */
export interface OpenIdServer {
  issuer: string;
  /** Who is signed in there, in every browser. */
  person: OpenIdPerson;
  /** What becomes of an id_token on its way out. */
  tamper: (idToken: string) => string | Promise<string>;
  stop(): Promise<void>;
}

export const CLIENT_ID = "reef";
export const CLIENT_SECRET = "a secret that only tests use";

/** Starts one where the reef is registered, with its one redirect address. It demands PKCE, as oidc-provider does. */
export async function startOpenIdServer(redirectUri: string): Promise<OpenIdServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const state: Pick<OpenIdServer, "person" | "tamper"> = {
    person: { sub: "1", email: "ada@reef.test", email_verified: true, name: "Ada" },
    tamper: (idToken) => idToken,
  };
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirectUri] }],
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: "sig", alg: "RS256", kid: "1" }] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    cookies: { keys: ["cookies of a test"] },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ ...state.person }) }),
  });
  provider.use(async (context, next) => {
    await next();
    const body = context.body as { id_token?: string } | undefined;
    if (context.oidc?.route === "token" && body?.id_token) body.id_token = await state.tamper(body.id_token);
  });
  const answer = provider.callback();
  server.on("request", async (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return answer(request, response);
    const { params } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId: state.person.sub, clientId: CLIENT_ID });
    (grant as unknown as { addOIDCScope(scope: string): void }).addOIDCScope(params.scope ?? "");
    const result = {
      login: { accountId: state.person.sub, remember: false },
      consent: { grantId: await grant.save() },
    };
    response.writeHead(303, { Location: await provider.interactionResult(request, response, result) }).end();
  });
  return Object.assign(state, { issuer, stop: () => stop(server) });
}

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** What a browser does between the reef and the service: it follows redirects there, until one leads back. */
export async function followThere(start: string, isBack: (url: URL) => boolean): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  for (let steps = 0; steps < 10; steps += 1) {
    if (isBack(url)) return url;
    const response = await fetch(url, {
      redirect: "manual",
      headers: { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`${url.pathname} answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url);
  }
  throw new Error("It leads nowhere.");
}
