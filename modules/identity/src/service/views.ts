import type { MemberCaller } from "@reef/http/call";
import type { Agent, AgentKey, Issuer, Organization, PublicAgent, Voucher, VoucherEdge } from "../contract.ts";
import type { StoredAgent } from "../store/agents.ts";
import type { StoredKey } from "../store/keys.ts";
import type { StoredOrganization } from "../store/organizations.ts";
import type { StoredEdge, StoredVoucher } from "../store/vouchers.ts";

/** An agent as its own organization sees it; nobody let the founder in. */
export const agentView = (agent: StoredAgent, issuer: Issuer | undefined): Agent => ({
  id: agent.id,
  organizationId: agent.organizationId,
  name: agent.name,
  fingerprint: agent.fingerprint,
  publicKey: agent.publicKey,
  disabled: agent.disabled,
  issuer: issuer ?? null,
  lastSeenAt: agent.lastSeenAt?.toISOString() ?? null,
  createdAt: agent.createdAt.toISOString(),
});

/** An agent as anybody sees it. */
export const publicAgentView = ({ id, name, fingerprint, publicKey }: StoredAgent): PublicAgent => ({
  id,
  name,
  fingerprint,
  publicKey,
});

/** Who issues a voucher, as others see it later. */
export const issuerView = (caller: MemberCaller): Issuer =>
  caller.kind === "agent"
    ? { fingerprint: caller.fingerprint, name: caller.name }
    : { personId: caller.personId, name: caller.name };

/** A voucher as its organization sees it, without the code. */
export const voucherView = (voucher: StoredVoucher, issuer: Issuer): Voucher => ({
  id: voucher.id,
  issuer,
  createdAt: voucher.createdAt.toISOString(),
  expiresAt: voucher.expiresAt.toISOString(),
});

/** A key as anybody sees it. */
export const agentKeyView = ({ publicKey, fingerprint, validFrom, validUntil, proof }: StoredKey): AgentKey => ({
  publicKey,
  fingerprint,
  validFrom: validFrom.toISOString(),
  validUntil: validUntil?.toISOString() ?? null,
  proof,
});

/** Who let whom in. */
export const edgeView = ({ issuer, redeemer, redeemedAt }: StoredEdge): VoucherEdge => ({
  issuer,
  redeemer,
  redeemedAt: redeemedAt.toISOString(),
});

/** An organization as operators see it. */
export const organizationView = (organization: StoredOrganization): Organization => ({
  id: organization.id,
  name: organization.name,
  slug: organization.slug,
  members: organization.members,
  agents: organization.agents,
  suspended: organization.isSuspended,
  createdAt: organization.createdAt.toISOString(),
});
