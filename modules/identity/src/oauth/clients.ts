import { generateKeyPairSync } from "node:crypto";
import { type Id, parsePublicKey, publicKeyJwk, randomToken, sha256Hex } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { idSchema } from "@reef/http/contract";
import { type Adapter, Provider, type ProviderContext } from "oidc-provider";
import { findAgent, type StoredAgent } from "../store/agents.ts";

const agentId = idSchema("agt");

/** The agents as OAuth clients. */
export interface AgentClients {
  adapter: Adapter;
  /** The agent that the request has named as its client. */
  agentOf(context: ProviderContext): StoredAgent | undefined;
}

/**
 * Presents agents to oidc-provider as clients, read from the database at each request.
 *
 * An agent may authenticate by key or by secret, but oidc-provider knows one method per client; so the client is shown
 * with the method that the current request uses. A client that does not exist is shown with a key and a secret that
 * nobody has: it fails at the same step, after the same work, as a wrong secret.
 */
export function createAgentClients(db: Connection): AgentClients {
  const agents = new WeakMap<ProviderContext, StoredAgent>();
  const nobody = {
    publicKeyJwk: generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }),
    secretHash: sha256Hex(randomToken()),
  };

  return {
    agentOf: (context) => agents.get(context),
    adapter: {
      async find(id) {
        const agent = agentId.safeParse(id).success ? await findAgent(db, id as Id<"agt">) : undefined;
        const context = Provider.ctx;
        if (agent !== undefined && context !== undefined) agents.set(context, agent);
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
      },
    },
  };
}
