import { randomToken, sha256Hex, toUuid } from "@reef/crypto";
import { afterCommit, type Connection, transact } from "@reef/db";
import type { AgentCaller, Call } from "@reef/http/call";
import { identityMessages } from "@reef/proofs";
import type { RecoveryChallenge, Registration } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { accessChanged } from "../events.ts";
import { findAgentByKey, lockAgent, type StoredAgent, updateSecret } from "../store/agents.ts";
import { insertUsedAssertion } from "../store/tokens.ts";
import { accessOf } from "./agents.ts";
import { createChallenges, isSignedBy, rawKeyOf } from "./challenges.ts";
import type { ServiceDependencies } from "./dependencies.ts";
import { describeAgent } from "./describe-agent.ts";

/** How an agent that lost its credentials, but not its key, gets new ones. */
export function createRecovery({ events, clock, accessList, challengeKey }: ServiceDependencies) {
  const challenges = createChallenges({ challengeKey, clock });

  return {
    /**
     * A challenge for the owner of `publicKey`. Nobody is looked up, so an unknown key gets the same answer after the
     * same work.
     *
     * @throws identity.invalid_key
     */
    async createRecoveryChallenge(_call: Call<AgentCaller | undefined>, publicKey: string): Promise<RecoveryChallenge> {
      rawKeyOf(publicKey);
      const { nonce, ...challenge } = await challenges.createChallenge(identityMessages.recover(publicKey));
      return { challenge: nonce, ...challenge };
    },

    /**
     * Gives the agent a new client secret; the old one, and tokens that were got with it, fail everywhere within five
     * seconds. Checked in this order: the key's form; the challenge, which covers the key (constant time), and its age;
     * the signature, which is also computed for a key that nobody has; whether the agent is disabled, or its organization
     * suspended; whether the challenge was used. It counts as used only with the success, so a wrong signature costs nothing.
     *
     * @throws identity.invalid_key, identity.invalid_challenge, identity.invalid_signature (also for a key that is
     * nobody's current one), identity.disabled, identity.organization_suspended
     */
    async recover(
      { db }: Call<AgentCaller | undefined>,
      request: { publicKey: string; challenge: string; signature: string },
    ): Promise<Registration> {
      const { publicKey, challenge } = request;
      rawKeyOf(publicKey);
      const message = identityMessages.recover(publicKey);
      const expiresAt = challenges.findExpiry(message, challenge);
      if (expiresAt === undefined) throw identityErrors.invalid_challenge();
      const signed = await isSignedBy(publicKey, { message, nonce: challenge, signature: request.signature });
      return transact(db, async (transaction) => {
        const found = await findAgentByKey(transaction, publicKey);
        if (found === undefined || !signed) throw identityErrors.invalid_signature();
        // A rotation may be under way: it ends first, and then this key is a former one.
        const agent = await lockAgent(transaction, found.organizationId, { id: found.id });
        if (agent?.publicKey !== publicKey) throw identityErrors.invalid_signature();
        if (agent.disabled) throw identityErrors.disabled();
        if (accessList.isSuspended(agent.organizationId)) throw identityErrors.organization_suspended();
        const used = { id: sha256Hex(`${message}\n${challenge}`), expiresAt };
        if (!(await insertUsedAssertion(transaction, used))) throw identityErrors.invalid_challenge();
        return replaceSecret(transaction, agent);
      });
    },
  };

  async function replaceSecret(transaction: Connection, agent: StoredAgent): Promise<Registration> {
    const clientSecret = randomToken();
    const updated = await updateSecret(transaction, agent.organizationId, agent.id, sha256Hex(clientSecret));
    if (updated === undefined) throw identityErrors.disabled();
    await events.emit(transaction, toUuid(agent.organizationId), accessChanged, accessOf(updated));
    afterCommit(transaction, () => accessList.apply(accessOf(updated)));
    const described = await describeAgent(transaction, updated);
    return { agent: described, credentials: { clientId: updated.id, clientSecret } };
  }
}
