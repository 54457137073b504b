import { createSign, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A service with logins of its own, on this machine, as browsers meet it (OpenID Connect Core 1.0, code flow). */
export interface OpenIdService {
  issuer: string;
  /** Who is signed in there. Undefined says no to every question. */
  person: { email: string; name: string } | undefined;
  stop(): Promise<void>;
}

const CLIENT_ID = "reef";

/** The settings with which a reef takes it for Google. */
export const asGoogle = ({ issuer }: OpenIdService): Record<string, string> => ({
  REEF_GOOGLE_CLIENT_ID: CLIENT_ID,
  REEF_GOOGLE_CLIENT_SECRET: "a secret that only tests use",
  REEF_GOOGLE_ISSUER: issuer,
});

/** Starts one. */
export async function startOpenIdService(): Promise<OpenIdService> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const nonces = new Map<string, string>();
  const service: OpenIdService = {
    issuer: "",
    person: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function idToken(nonce: string): string {
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: service.issuer, aud: CLIENT_ID, iat: now, exp: now + 300, nonce };
    const { email, name } = service.person ?? { email: "", name: "" };
    const parts = [
      { alg: "RS256", kid: "1" },
      { ...claims, sub: email, email, name, email_verified: true },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    const signature = createSign("RSA-SHA256").update(parts.join(".")).sign(privateKey, "base64url");
    return [...parts, signature].join(".");
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", service.issuer);
    const json = (value: object) => response.setHeader("Content-Type", "application/json").end(JSON.stringify(value));
    switch (pathname) {
      case "/.well-known/openid-configuration":
        return json({
          issuer: service.issuer,
          authorization_endpoint: `${service.issuer}/authorize`,
          token_endpoint: `${service.issuer}/token`,
          jwks_uri: `${service.issuer}/keys`,
        });
      case "/keys":
        return json({ keys: [{ ...publicKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "1" }] });
      case "/authorize": {
        const back = new URL(searchParams.get("redirect_uri") ?? "");
        back.searchParams.set("state", searchParams.get("state") ?? "");
        const code = crypto.randomUUID();
        nonces.set(code, searchParams.get("nonce") ?? "");
        if (service.person === undefined) back.searchParams.set("error", "access_denied");
        else back.searchParams.set("code", code);
        return response.writeHead(303, { Location: back.href }).end();
      }
      case "/token": {
        const nonce = nonces.get(new URLSearchParams(await text(request)).get("code") ?? "");
        if (nonce === undefined) return response.writeHead(400).end();
        return json({ id_token: idToken(nonce), token_type: "Bearer" });
      }
      default:
        return response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  service.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return service;
}
