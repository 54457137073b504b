import type { IncomingMessage } from "node:http";
import { type AgentCaller, clientAddress, httpErrors, type MemberCaller, type TokenAuthenticator } from "@reef/http";

/** Tells who calls by MCP. `apps/server` fills it from the identity module. */
export interface McpAuthenticator extends TokenAuthenticator<MemberCaller> {
  /**
   * The agent with this client id and secret.
   *
   * @param address where the request comes from: wrong secrets are counted by it.
   * @throws identity.invalid_credentials when they name nobody, or somebody who is disabled; identity.too_many_failures
   * when that happened too often.
   */
  authenticateSecret(clientId: string, clientSecret: string, address: string): Promise<AgentCaller>;
}

/**
 * Who sends a request: by an access token, or, for clients that cannot get one, by `X-Client-Id` and `X-Client-Secret`.
 * A token decides alone where there is one, so that a leftover header can never make anybody somebody else.
 *
 * @throws http.unauthenticated without either, else what the authenticator throws.
 */
export function identifyByCredentials(authenticator: McpAuthenticator, trustedProxies: number) {
  return async (request: IncomingMessage): Promise<MemberCaller> => {
    const { headers } = request;
    if (headers.authorization !== undefined) return authenticator.authenticate(headers.authorization);
    const clientId = headers["x-client-id"];
    const clientSecret = headers["x-client-secret"];
    if (typeof clientId === "string" && typeof clientSecret === "string")
      return authenticator.authenticateSecret(clientId, clientSecret, clientAddress(request, trustedProxies));
    throw httpErrors.unauthenticated({
      detail:
        "This needs an access token in Authorization: Bearer, or X-Client-Id and X-Client-Secret. `reef mcp install` writes them into a client's settings.",
    });
  };
}
