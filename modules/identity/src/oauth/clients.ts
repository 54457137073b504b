import { generateKeyPairSync } from "node:crypto";
import { type Id, publicKeyJwk, randomToken, sha256Hex } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { idSchema } from "@reef/http/contract";
import { parsePublicKey } from "@reef/proofs";
import { type Adapter, errors, Provider, type ProviderContext } from "oidc-provider";
import { findAgent, type StoredAgent } from "../store/agents.ts";
import type { LettingMember } from "../store/people-grants.ts";
import type { ClientDocuments } from "./client-documents.ts";
import { emptyAdapter } from "./state.ts";

const agentId = idSchema("agt");

/** Whose token is being made: an agent's, or a person's who let a program in, with what the database calls the grant. */
export type Holder = { kind: "agent"; agent: StoredAgent } | { kind: "person"; member: LettingMember; grant: string };

/** The clients of the OAuth server: agents, and programs that are known by the address of a document. */
export interface Clients {
  adapter: Adapter;
  /** Whose token is being made: the client itself, or who let the client in. */
  holderOf(context: ProviderContext): Holder | undefined;
  /** Remembers who let the client in. */
  setHolder(context: ProviderContext, holder: Holder): void;
}

/**
 * Presents clients to oidc-provider, which asks at each request.
 *
 * An agent may authenticate by key or by secret, but oidc-provider knows one method per client; so the client is shown
 * with the method that the current request uses. A client that does not exist is shown with a key and a secret that
 * nobody has: it fails at the same step, after the same work, as a wrong secret.
 */
export function createClients(db: Connection, documents: ClientDocuments): Clients {
  const holders = new WeakMap<ProviderContext, Holder>();
  const nobody = {
    publicKeyJwk: generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }),
    secretHash: sha256Hex(randomToken()),
  };

  async function presentAgent(id: string): Promise<object> {
    const agent = agentId.safeParse(id).success ? await findAgent(db, id as Id<"agt">) : undefined;
    const context = Provider.ctx;
    if (agent !== undefined && context !== undefined) holders.set(context, { kind: "agent", agent });
    const rawKey = agent && parsePublicKey(agent.publicKey);
    return {
      client_id: id,
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
      ...(context?.oidc?.params?.client_assertion === undefined
        ? // The digest stands in the secret's place; the comparison digests what the request brings.
          {
            token_endpoint_auth_method: "client_secret_basic",
            client_secret: agent?.secretHash ?? nobody.secretHash,
          }
        : {
            token_endpoint_auth_method: "private_key_jwt",
            jwks: { keys: [rawKey === undefined ? nobody.publicKeyJwk : publicKeyJwk(rawKey)] },
          }),
    };
  }

  /** At the token endpoint the code or token decides, so a client whose server is away goes on, and nothing is fetched. */
  async function presentProgram(id: string): Promise<object> {
    if (Provider.ctx?.oidc?.route === "token") return programOf(id, [UNUSED_REDIRECT_URI]);
    const document = await documents.find(id);
    // One text for every reason: what this machine can reach is nobody's business.
    if (document === undefined) {
      throw new errors.InvalidClient("the client's metadata document could not be fetched or is not valid");
    }
    return programOf(id, document.redirectUris);
  }

  return {
    holderOf: (context) => holders.get(context),
    setHolder: (context, holder) => holders.set(context, holder),
    adapter: {
      ...emptyAdapter,
      find: (id) => (documents.isDocumentAddress(id) ? presentProgram(id) : presentAgent(id)),
    },
  };
}

/** oidc-provider wants one of each client that may get codes; a code names its own. */
const UNUSED_REDIRECT_URI = "https://client.invalid/";

/** As a native client it may use a loopback address with any port (RFC 8252, section 7.3); others must be exact. */
const programOf = (id: string, redirectUris: readonly string[]) => ({
  client_id: id,
  application_type: "native",
  token_endpoint_auth_method: "none",
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  response_modes: ["query"],
  redirect_uris: redirectUris,
});
