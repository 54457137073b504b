import type { AgentCaller } from "@reef/http/call";
import type { Agent, AgentKey, PublicAgent, Voucher, VoucherEdge } from "../contract.ts";
import type { StoredAgent } from "../store/agents.ts";
import type { StoredKey } from "../store/keys.ts";
import type { StoredEdge, StoredVoucher } from "../store/vouchers.ts";

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
export const voucherView = (voucher: StoredVoucher, issuer: AgentCaller): Voucher => ({
  id: voucher.id,
  issuedBy: issuer.fingerprint,
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
