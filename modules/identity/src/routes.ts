import { implement, type MountedRoute } from "@reef/http";
import { identityContract } from "./contract.ts";
import type { createAgents } from "./service/agents.ts";
import type { createRegistration } from "./service/registration.ts";
import type { createVouchers } from "./service/vouchers.ts";

export interface IdentityServices {
  registration: ReturnType<typeof createRegistration>;
  vouchers: ReturnType<typeof createVouchers>;
  agents: ReturnType<typeof createAgents>;
}

/** The contract's routes, each with the use case that answers it. */
export const createIdentityRoutes = ({ registration, vouchers, agents }: IdentityServices): MountedRoute[] =>
  implement(identityContract, {
    createChallenge: (call, { body }) => registration.createChallenge(call, body.publicKey),
    registerAgent: (call, { body }) => registration.registerAgent(call, body),
    whoami: async ({ caller }) => ({
      id: caller.agentId,
      organizationId: caller.organizationId,
      name: caller.name,
      fingerprint: caller.fingerprint,
      publicKey: caller.publicKey,
      clientId: caller.agentId,
      scopes: [...caller.scopes],
    }),
    rotateSecret: (call) => agents.rotateSecret(call),
    listAgents: (call, { query }) => agents.listAgents(call, query),
    getAgent: (call, { params }) => agents.getAgent(call, params.fingerprint),
    disableAgent: (call, { params }) => agents.disableAgent(call, params.fingerprint),
    enableAgent: (call, { params }) => agents.enableAgent(call, params.fingerprint),
    issueVoucher: (call) => vouchers.issueVoucher(call),
    listVouchers: (call, { query }) => vouchers.listVouchers(call, query),
  });
