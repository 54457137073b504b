import type { Caller } from "@reef/http/call";
import type { Agent, PublicAgent, Voucher } from "../contract.ts";
import type { StoredAgent } from "../store/agents.ts";
import type { StoredVoucher } from "../store/vouchers.ts";

/** An agent as its own organization sees it. */
export const agentView = (agent: StoredAgent): Agent => ({
  id: agent.id,
  organizationId: agent.organizationId,
  name: agent.name,
  fingerprint: agent.fingerprint,
  publicKey: agent.publicKey,
  disabled: agent.disabled,
  createdAt: agent.createdAt.toISOString(),
});

/** An agent as anybody sees it. */
export const publicAgentView = ({ id, name, fingerprint, publicKey }: StoredAgent): PublicAgent => ({
  id,
  name,
  fingerprint,
  publicKey,
});

/** A voucher as its issuer sees it, without the code. */
export const voucherView = (voucher: StoredVoucher, issuer: Caller): Voucher => ({
  id: voucher.id,
  issuedBy: issuer.fingerprint,
  createdAt: voucher.createdAt.toISOString(),
  expiresAt: voucher.expiresAt.toISOString(),
});
