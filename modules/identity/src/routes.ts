import { implement, type MountedRoute } from "@reef/http";
import { identityContract } from "./contract.ts";
import type { AccountService } from "./people/account.ts";
import type { Authorizations } from "./service/authorizations.ts";
import type { AgentServices } from "./service/create-services.ts";

export interface IdentityServices extends AgentServices {
  authorizations: Authorizations;
  account: AccountService;
}

/** The contract's routes, each with the use case that answers it. */
export const createIdentityRoutes = ({
  registration,
  vouchers,
  agents,
  keys,
  recovery,
  organizations,
  programs,
  authorizations,
  account,
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
    rotateAgentSecret: (call, { params }) => agents.rotateAgentSecret(call, params.fingerprint),
    listAgents: (call, { query }) => agents.listAgents(call, query),
    getAgent: (call, { params }) => agents.getAgent(call, params.fingerprint),
    listAgentKeys: (call, { params, query }) => keys.listAgentKeys(call, params.fingerprint, query),
    disableAgent: (call, { params }) => agents.disableAgent(call, params.fingerprint),
    enableAgent: (call, { params }) => agents.enableAgent(call, params.fingerprint),
    getAuthorization: (call, { params }) => authorizations.getAuthorization(call, params.code),
    approveAuthorization: (call, { params }) => authorizations.approveAuthorization(call, params.code),
    issueVoucher: (call) => vouchers.issueVoucher(call),
    listVouchers: (call, { query }) => vouchers.listVouchers(call, query),
    revokeVoucher: (call, { params }) => vouchers.revokeVoucher(call, params.voucherId),
    listVoucherGraph: (call, { query }) => vouchers.listVoucherGraph(call, query),
    getSignInOptions: (call) => account.getSignInOptions(call),
    setUp: {
      prepare: (call, { body }) => account.prepareSetUp(call, body),
      handle: (call, { body }) => account.setUp(call, body),
    },
    getAccount: (call) => account.getAccount(call),
    showInvitation: (call, { params, body }) => account.showInvitation(call, { ...params, ...body }),
    listPrograms: (call, { query }) => programs.listPrograms(call, query),
    endProgram: (call, { params }) => programs.endProgram(call, params.programId),
    listOrganizations: (call, { query }) => organizations.listOrganizations(call, query),
    suspendOrganization: (call, { params }) => organizations.suspendOrganization(call, params.organizationId),
    resumeOrganization: (call, { params }) => organizations.resumeOrganization(call, params.organizationId),
  });
