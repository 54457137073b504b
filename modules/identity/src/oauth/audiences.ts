import { type Scope, scopes } from "@reef/http/contract";

/** What an access token may be for. A token for one is refused at the other, so a stolen one opens one door. */
export interface Audiences {
  /** The REST API. */
  api: string;
  /** The MCP endpoint, the only thing that clients which an agent or a person let in may reach. */
  mcp: string;
}

/** The audiences of the reef at this address, which has no slash at its end. */
export const audiencesOf = (publicUrl: string): Audiences => ({ api: `${publicUrl}/api`, mcp: `${publicUrl}/mcp` });

/** Who may do this decides who is in the organization, so it is not for clients, whoever let them in. */
const NOT_FOR_CLIENTS: readonly Scope[] = ["agent:manage"];

/** All scopes; without any, an agent's own token has them all. */
export const allScopes = Object.keys(scopes) as Scope[];

/** The scopes that a client may have which an agent let in. */
export const clientScopes = allScopes.filter((scope) => !NOT_FOR_CLIENTS.includes(scope));

/** What only agents do, as what they do with their own keys. */
const NOT_FOR_PEOPLE: readonly Scope[] = ["agent:profile"];

/** The scopes that a client may have which a person let in. */
export const personClientScopes = clientScopes.filter((scope) => !NOT_FOR_PEOPLE.includes(scope));

/** Of the scopes that a client asked for, those that a person can give it. */
export const personScopesOf = (asked: readonly string[]): Scope[] =>
  personClientScopes.filter((scope) => asked.includes(scope));

/** Where the description of the MCP endpoint as a protected resource stands (RFC 9728, section 3.1). */
export const PROTECTED_RESOURCE_PATH = "/.well-known/oauth-protected-resource";

/** What an OAuth client must know about the MCP endpoint to get a token for it (RFC 9728). */
export const protectedResource = (publicUrl: string) => ({
  resource: audiencesOf(publicUrl).mcp,
  resource_name: "Reef",
  authorization_servers: [publicUrl],
  scopes_supported: clientScopes,
  bearer_methods_supported: ["header"],
});
