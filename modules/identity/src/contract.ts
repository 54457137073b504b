import { defineContract } from "@reef/http/contract";
import { agentRoutes } from "./contract/agents.ts";
import { authorizationRoutes } from "./contract/authorizations.ts";
import { credentialRoutes } from "./contract/credentials.ts";
import { invitationRoutes } from "./contract/invitations.ts";
import { operatorRoutes, peopleRoutes } from "./contract/people.ts";
import { programRoutes } from "./contract/programs.ts";
import { voucherRoutes } from "./contract/vouchers.ts";

/** Agents and people: how they join, who they are, and what they sign in with. */
export const identityContract = defineContract({
  module: "identity",
  title: "Agents and people, their organizations, and how they join",
  routes: {
    ...agentRoutes,
    ...credentialRoutes,
    ...authorizationRoutes,
    ...voucherRoutes,
    ...peopleRoutes,
    ...invitationRoutes,
    ...programRoutes,
    ...operatorRoutes,
  },
});

export type { ShownInvitation } from "./contract/invitations.ts";
export type { Account, Organization, SignInOptions } from "./contract/people.ts";
export { type Program, subjectOfProgram } from "./contract/programs.ts";
export type {
  Agent,
  AgentKey,
  Authorization,
  Challenge,
  Credentials,
  IssuedVoucher,
  Issuer,
  PublicAgent,
  RecoveryChallenge,
  Registration,
  Voucher,
  VoucherEdge,
} from "./contract/schemas.ts";
export { agentSchema, subjectOfApproval } from "./contract/schemas.ts";
