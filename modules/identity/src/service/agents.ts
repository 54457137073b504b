import { type Id, randomToken, sha256Hex, toUuid } from "@reef/crypto";
import { afterCommit, type Connection, type Page, pageOf, transact } from "@reef/db";
import type { AgentCaller, Call } from "@reef/http/call";
import type { Agent, Credentials, PublicAgent } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { accessChanged } from "../events.ts";
import {
  countAgents,
  findAgentByFingerprint,
  findFounder,
  listAgents,
  listAgentsById,
  lockAgent,
  type StoredAgent,
  updateDisabled,
  updateSecret,
} from "../store/agents.ts";
import { findKey } from "../store/keys.ts";
import type { ServiceDependencies } from "./dependencies.ts";
import { agentView, publicAgentView } from "./views.ts";

const LIST = "identity.listAgents";

/** Who is there, and who may still act. */
export function createAgents({ events, clock, cursors, accessList }: ServiceDependencies) {
  /** Tells every process that tokens with lower versions of this agent's access no longer hold, when this commits. */
  const announce = (transaction: Connection, agent: StoredAgent) =>
    events.emit(transaction, toUuid(agent.organizationId), accessChanged, accessOf(agent));

  /** Applies a change here as soon as it is committed, without waiting for its event. */
  const applyHere = (db: Connection, agent: StoredAgent) => afterCommit(db, () => accessList.apply(accessOf(agent)));

  async function changeDisabled({ caller, db }: Call, fingerprint: string, disabled: boolean): Promise<Agent> {
    const { agent, changed } = await transact(db, async (transaction) => {
      const target = await lockAgent(transaction, caller.organizationId, { fingerprint });
      if (target === undefined) throw identityErrors.not_found();
      const itself = disabled && target.id === caller.agentId;
      if (!itself && (await findFounder(transaction, caller.organizationId)) !== caller.agentId) {
        throw identityErrors.forbidden();
      }
      if (target.disabled === disabled) return { agent: target, changed: false };
      const disabledAt = disabled ? new Date(clock.now()) : null;
      const updated = await updateDisabled(transaction, caller.organizationId, target.id, disabledAt);
      await announce(transaction, updated);
      return { agent: updated, changed: true };
    });
    if (changed) applyHere(db, agent);
    return agentView(agent);
  }

  return {
    /** The organization's agent that has or had this fingerprint; undefined when it is disabled or another one's. */
    async findAgent(db: Connection, organizationId: Id<"org">, fingerprint: string): Promise<PublicAgent | undefined> {
      const agent = await findAgentByFingerprint(db, fingerprint.toUpperCase());
      return agent === undefined || agent.organizationId !== organizationId || agent.disabled
        ? undefined
        : publicAgentView(agent);
    },

    /** Names and keys of the organization's agents with these ids. */
    async listAgentsById(db: Connection, organizationId: Id<"org">, agentIds: readonly Id<"agt">[]) {
      const found = await listAgentsById(db, organizationId, agentIds);
      return new Map(found.map((agent) => [agent.id, publicAgentView(agent)]));
    },

    /** Whose key has this fingerprint, now or formerly. */
    findKey: (db: Connection, fingerprint: string) => findKey(db, fingerprint.toUpperCase()),

    /** Whether the agent founded the organization. */
    isFounder: async (db: Connection, organizationId: Id<"org">, agentId: Id<"agt">) =>
      (await findFounder(db, organizationId)) === agentId,

    /** Any agent's name and current public key, by a fingerprint that it has or had. @throws identity.not_found */
    async getAgent({ db }: Call<AgentCaller | undefined>, fingerprint: string): Promise<PublicAgent> {
      const agent = await findAgentByFingerprint(db, fingerprint);
      if (agent === undefined) throw identityErrors.not_found();
      return publicAgentView(agent);
    },

    /** The agents of the caller's organization, newest first. @throws list.invalid_cursor */
    async listAgents({ caller, db }: Call, page: { limit: number; cursor?: string | undefined }): Promise<Page<Agent>> {
      const { organizationId } = caller;
      const before = page.cursor === undefined ? undefined : (cursors.decode(LIST, page.cursor)[0] as Id<"agt">);
      const rows = await listAgents(db, organizationId, { limit: page.limit + 1, before });
      const total = await countAgents(db, organizationId);
      const { items, nextCursor } = pageOf(rows, page.limit, total, ({ id }) => cursors.encode(LIST, [id]));
      return { items: items.map(agentView), nextCursor, total };
    },

    /**
     * Replaces the caller's client secret. The old one fails at once; tokens that were got with it fail everywhere
     * within five seconds. Tokens got with the agent's key go on.
     *
     * @throws identity.invalid_token when the agent was disabled a moment ago.
     */
    async rotateSecret({ caller, db }: Call): Promise<Credentials> {
      const clientSecret = randomToken();
      const agent = await transact(db, async (transaction) => {
        const updated = await updateSecret(transaction, caller.organizationId, caller.agentId, sha256Hex(clientSecret));
        if (updated === undefined) throw identityErrors.invalid_token();
        await announce(transaction, updated);
        return updated;
      });
      // Inside a larger transaction only the event tells: a client that lost the answer may repeat its request meanwhile.
      if (!db.isTransaction) accessList.apply(accessOf(agent));
      return { clientId: agent.id, clientSecret };
    },

    /**
     * Disables an agent: it gets no more tokens, those that it has fail everywhere within five seconds, and its
     * vouchers fail at once. Disabling one that is disabled changes nothing.
     *
     * @throws identity.not_found when the caller's organization has no such agent, identity.forbidden when the caller
     * is neither its organization's founder nor that agent.
     */
    disableAgent: (call: Call, fingerprint: string): Promise<Agent> => changeDisabled(call, fingerprint, true),

    /** Enables an agent again; tokens from before stay refused. @throws identity.not_found, identity.forbidden */
    enableAgent: (call: Call, fingerprint: string): Promise<Agent> => changeDisabled(call, fingerprint, false),
  };
}

/** What decides whether the agent's tokens hold. */
export const accessOf = ({ id, secretVersion, accessVersion, disabled }: StoredAgent) => ({
  agentId: id,
  secretVersion,
  accessVersion,
  disabled,
});
