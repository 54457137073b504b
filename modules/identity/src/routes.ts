import { implement, type MountedRoute } from "@reef/http";
import { identityContract } from "./contract.ts";
import type { createAgents } from "./service/agents.ts";
import type { Authorizations } from "./service/authorizations.ts";
import type { createKeys } from "./service/keys.ts";
import type { createRecovery } from "./service/recovery.ts";
import type { createRegistration } from "./service/registration.ts";
import type { createVouchers } from "./service/vouchers.ts";

export interface IdentityServices {
  registration: ReturnType<typeof createRegistration>;
  vouchers: ReturnType<typeof createVouchers>;
  agents: ReturnType<typeof createAgents>;
  keys: ReturnType<typeof createKeys>;
  recovery: ReturnType<typeof createRecovery>;
  authorizations: Authorizations;
}

/** The contract's routes, each with the use case that answers it. */
export const createIdentityRoutes = ({
  registration,
  vouchers,
  agents,
  keys,
  recovery,
  authorizations,
}: IdentityServices): MountedRoute[] =>
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
    createRotationChallenge: (call, { body }) => keys.createRotationChallenge(call, body.publicKey),
    rotateKey: (call, { body }) => keys.rotateKey(call, body),
    createRecoveryChallenge: (call, { body }) => recovery.createRecoveryChallenge(call, body.publicKey),
    recover: (call, { body }) => recovery.recover(call, body),
    listAgents: (call, { query }) => agents.listAgents(call, query),
    getAgent: (call, { params }) => agents.getAgent(call, params.fingerprint),
    listAgentKeys: (call, { params, query }) => keys.listAgentKeys(call, params.fingerprint, query),
    disableAgent: (call, { params }) => agents.disableAgent(call, params.fingerprint),
    enableAgent: (call, { params }) => agents.enableAgent(call, params.fingerprint),
    getAuthorization: (call, { params }) => authorizations.getAuthorization(call, params.code),
    approveAuthorization: (call, { params }) => authorizations.approveAuthorization(call, params.code),
    issueVoucher: (call) => vouchers.issueVoucher(call),
    listVouchers: (call, { query }) => vouchers.listVouchers(call, query),
    listVoucherGraph: (call, { query }) => vouchers.listVoucherGraph(call, query),
  });
