import { type Id, newId, randomToken, sha256Hex, toUuid } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import type { AgentCaller, Call } from "@reef/http/call";
import { fingerprintOf, identityMessages } from "@reef/proofs";
import type { Challenge, Registration } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { agentRegistered } from "../events.ts";
import { insertAgent, insertOrganization } from "../store/agents.ts";
import { redeemVoucher } from "../store/vouchers.ts";
import { createChallenges, isSignedBy, rawKeyOf } from "./challenges.ts";
import type { ServiceDependencies } from "./dependencies.ts";
import { describeAgent } from "./describe-agent.ts";

/** What a new agent sends. */
export interface RegistrationRequest {
  name: string;
  publicKey: string;
  voucher: string;
  nonce: string;
  signature: string;
}

/** How new agents join. */
export function createRegistration({ events, clock, challengeKey }: ServiceDependencies) {
  const challenges = createChallenges({ challengeKey, clock });

  /**
   * The raw public key that a signed challenge proves. One may be used again within its five minutes, but a key
   * registers only once.
   */
  async function verifyProof({ publicKey, nonce, signature }: RegistrationRequest): Promise<Uint8Array<ArrayBuffer>> {
    const rawKey = rawKeyOf(publicKey);
    const message = identityMessages.register(publicKey);
    if (challenges.findExpiry(message, nonce) === undefined) throw identityErrors.invalid_proof();
    if (!(await isSignedBy(publicKey, { message, nonce, signature }))) throw identityErrors.invalid_proof();
    return rawKey;
  }

  return {
    /** A nonce for the owner of `publicKey` to sign. @throws identity.invalid_key */
    async createChallenge(_call: Call<AgentCaller | undefined>, publicKey: string): Promise<Challenge> {
      rawKeyOf(publicKey);
      return challenges.createChallenge(identityMessages.register(publicKey));
    },

    /**
     * Registers a new agent: its voucher is spent, it exists and the event is written, all at the same moment or not at
     * all. The founding voucher also founds the organization.
     *
     * @throws identity.invalid_key, identity.invalid_proof, identity.registration_failed, identity.key_taken
     */
    async registerAgent(call: Call<AgentCaller | undefined>, request: RegistrationRequest): Promise<Registration> {
      const rawKey = await verifyProof(request);
      const clientSecret = randomToken();
      const agent = {
        id: newId("agt"),
        name: request.name,
        publicKey: request.publicKey,
        fingerprint: await fingerprintOf(rawKey),
        secretHash: sha256Hex(clientSecret),
        createdAt: new Date(clock.now()),
      };
      return transact(call.db, async (transaction) => {
        const { organizationId, founder } = await spendVoucher(transaction, request.voucher, agent.id, agent.createdAt);
        const inserted = await insertAgent(transaction, organizationId, agent);
        // Throwing rolls the redemption back, so the voucher stays good for another key.
        if (inserted === undefined) throw identityErrors.key_taken();
        const payload = { agentId: agent.id, organizationId, founder };
        await events.emit(transaction, toUuid(organizationId), agentRegistered, payload);
        const described = await describeAgent(transaction, inserted);
        return { agent: described, credentials: { clientId: inserted.id, clientSecret } };
      });
    },
  };
}

/** The organization that the voucher leads to; the founding voucher creates it. */
async function spendVoucher(
  transaction: Connection,
  code: string,
  agentId: Id<"agt">,
  now: Date,
): Promise<{ organizationId: Id<"org">; founder: boolean }> {
  const voucher = await redeemVoucher(transaction, { codeHash: sha256Hex(code), agentId, now });
  if (voucher === undefined) throw identityErrors.registration_failed();
  if (voucher.organizationId !== undefined) return { organizationId: voucher.organizationId, founder: false };
  const organizationId = newId("org");
  await insertOrganization(transaction, { id: organizationId, founderAgentId: agentId, createdAt: now });
  return { organizationId, founder: true };
}
