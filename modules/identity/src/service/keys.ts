import { toUuid } from "@reef/crypto";
import { afterCommit, type Page, pageOf, transact } from "@reef/db";
import type { AgentCaller, Call } from "@reef/http/call";
import { fingerprintOf, identityMessages } from "@reef/proofs";
import type { Agent, AgentKey, Challenge } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { accessChanged, keyRotated } from "../events.ts";
import { findAgentByFingerprint, lockAgent, updateKey } from "../store/agents.ts";
import { closeKey, countKeys, insertKey, listKeys } from "../store/keys.ts";
import { accessOf } from "./agents.ts";
import { createChallenges, isSignedBy, rawKeyOf } from "./challenges.ts";
import type { ServiceDependencies } from "./dependencies.ts";
import { describeAgent } from "./describe-agent.ts";
import { agentKeyView } from "./views.ts";

/** What an agent sends that takes a new key: a nonce whose frame was signed with the old key and with the new one. */
export interface RotationRequest {
  publicKey: string;
  nonce: string;
  oldSignature: string;
  newSignature: string;
}

const LIST = "identity.listAgentKeys";

/** An agent's keys: the one that it has, those that it had, and how it takes a new one. */
export function createKeys({ events, clock, cursors, accessList, challengeKey }: ServiceDependencies) {
  const challenges = createChallenges({ challengeKey, clock });
  const messageOf = ({ agentId, publicKey }: AgentCaller, newKey: string) =>
    identityMessages.rotateKey(agentId, publicKey, newKey);

  /** @throws identity.invalid_key, identity.invalid_proof */
  async function verifyProof(caller: AgentCaller, request: RotationRequest): Promise<{ fingerprint: string }> {
    const newKey = rawKeyOf(request.publicKey);
    const { nonce, oldSignature, newSignature } = request;
    const message = messageOf(caller, request.publicKey);
    if (challenges.findExpiry(message, nonce) === undefined) throw identityErrors.invalid_proof();
    const signedByBoth =
      (await isSignedBy(caller.publicKey, { message, nonce, signature: oldSignature })) &&
      (await isSignedBy(request.publicKey, { message, nonce, signature: newSignature }));
    if (!signedByBoth) throw identityErrors.invalid_proof();
    return { fingerprint: await fingerprintOf(newKey) };
  }

  return {
    /** A nonce for the caller to sign with its key and the one that shall follow it. @throws identity.invalid_key */
    async createRotationChallenge({ caller }: Call, publicKey: string): Promise<Challenge> {
      rawKeyOf(publicKey);
      return challenges.createChallenge(messageOf(caller, publicKey));
    },

    /**
     * Replaces the caller's key, in one transaction: the old key's row is closed, the new one's opened, the agent has the
     * new key, and its tokens, which name the old one, fail everywhere within five seconds. Of several at once, one wins.
     *
     * @throws identity.invalid_key, identity.invalid_proof, identity.key_taken when the key was ever used,
     * identity.key_replaced when another rotation came first, identity.invalid_token when the agent was disabled a
     * moment ago.
     */
    async rotateKey({ caller, db }: Call, request: RotationRequest): Promise<Agent> {
      const { organizationId, agentId } = caller;
      const { fingerprint } = await verifyProof(caller, request);
      const { publicKey, ...proof } = request;
      return transact(db, async (transaction) => {
        const agent = await lockAgent(transaction, organizationId, { id: agentId });
        if (agent === undefined || agent.disabled) throw identityErrors.invalid_token();
        const now = new Date(clock.now());
        const old = await closeKey(transaction, organizationId, agentId, {
          publicKey: caller.publicKey,
          validUntil: now,
        });
        if (old === undefined) throw identityErrors.key_replaced();
        const generation = old.generation + 1;
        const key = { generation, publicKey, fingerprint, validFrom: old.validUntil ?? now, proof };
        if (!(await insertKey(transaction, organizationId, agentId, key))) throw identityErrors.key_taken();
        const updated = await updateKey(transaction, organizationId, agentId, { publicKey, fingerprint });
        await events.emit(transaction, toUuid(organizationId), accessChanged, accessOf(updated));
        await events.emit(transaction, toUuid(organizationId), keyRotated, {
          agentId,
          organizationId,
          oldFingerprint: old.fingerprint,
          fingerprint,
          publicKey,
        });
        afterCommit(transaction, () => accessList.apply(accessOf(updated)));
        return describeAgent(transaction, updated);
      });
    },

    /**
     * The keys that an agent has and had, newest first, by the fingerprint of any of them. Each but the first comes with
     * the proof that it was introduced by the one before.
     *
     * @throws identity.not_found, list.invalid_cursor
     */
    async listAgentKeys(
      { db }: Call<AgentCaller | undefined>,
      fingerprint: string,
      page: { limit: number; cursor?: string | undefined },
    ): Promise<Page<AgentKey>> {
      const before = page.cursor === undefined ? undefined : (cursors.decode(LIST, page.cursor)[0] as number);
      const agent = await findAgentByFingerprint(db, fingerprint);
      if (agent === undefined) throw identityErrors.not_found();
      const rows = await listKeys(db, agent.id, { limit: page.limit + 1, before });
      const count = await countKeys(db, agent.id);
      const { items, nextCursor, total } = pageOf(rows, page.limit, count, ({ generation }) =>
        cursors.encode(LIST, [generation]),
      );
      return { items: items.map(agentKeyView), nextCursor, total };
    },
  };
}
