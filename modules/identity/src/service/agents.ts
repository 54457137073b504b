import { type Id, randomToken, sha256Hex, toUuid } from "@reef/crypto";
import { afterCommit, type Connection, type Page, pageOf, transact } from "@reef/db";
import type { AgentCaller, Call, MemberCaller, PersonCaller } from "@reef/http/call";
import type { Agent, Credentials, PublicAgent } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { accessChanged } from "../events.ts";
import {
  type AgentFilter,
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
import { listIssuers } from "../store/vouchers.ts";
import type { ServiceDependencies } from "./dependencies.ts";
import { describeAgent } from "./describe-agent.ts";
import { agentView, publicAgentView } from "./views.ts";

const LIST = "identity.listAgents";

/** Who is there, and who may still act. */
export function createAgents({ events, clock, cursors, accessList }: ServiceDependencies) {
  /** Tells every process that tokens with lower versions of this agent's access no longer hold, when this commits. */
  const announce = (transaction: Connection, agent: StoredAgent) =>
    events.emit(transaction, toUuid(agent.organizationId), accessChanged, accessOf(agent));

  /** Applies a change here as soon as it is committed, without waiting for its event. */
  const applyHere = (db: Connection, agent: StoredAgent) => afterCommit(db, () => accessList.apply(accessOf(agent)));

  /** Whether the founding agent asks; of people the route lets in none but admins. */
  const mayManage = async (db: Connection, caller: MemberCaller): Promise<boolean> =>
    caller.kind === "person" || (await findFounder(db, caller.organizationId)) === caller.agentId;

  const changeDisabled = ({ caller, db }: Call<MemberCaller>, fingerprint: string, disabled: boolean): Promise<Agent> =>
    transact(db, async (transaction) => {
      const target = await lockAgent(transaction, caller.organizationId, { fingerprint });
      if (target === undefined) throw identityErrors.not_found();
      const itself = disabled && caller.kind === "agent" && target.id === caller.agentId;
      if (!itself && !(await mayManage(transaction, caller))) throw identityErrors.forbidden();
      if (target.disabled === disabled) return describeAgent(transaction, target);
      const disabledAt = disabled ? new Date(clock.now()) : null;
      const updated = await updateDisabled(transaction, caller.organizationId, target.id, disabledAt);
      await announce(transaction, updated);
      applyHere(transaction, updated);
      return describeAgent(transaction, updated);
    });

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

    /** The agents of the caller's organization, newest first: all, or those that `q` and `disabled` name. @throws list.invalid_cursor */
    async listAgents({ caller, db }: Call<MemberCaller>, query: AgentQuery): Promise<Page<Agent>> {
      const { organizationId } = caller;
      const { limit, cursor, q, disabled } = query;
      const filter: AgentFilter = {
        prefix: q === undefined ? undefined : { name: q, fingerprint: fingerprintPrefixOf(q) },
        disabled,
      };
      const before = cursor === undefined ? undefined : (cursors.decode(LIST, cursor)[0] as Id<"agt">);
      const rows = await listAgents(db, organizationId, filter, { limit: limit + 1, before });
      const count = await countAgents(db, organizationId, filter);
      const { items, nextCursor, total } = pageOf(rows, limit, count, ({ id }) => cursors.encode(LIST, [id]));
      const ids = items.map(({ id }) => id);
      const issuers = await listIssuers(db, organizationId, ids);
      return { items: items.map((agent) => agentView(agent, issuers.get(agent.id))), nextCursor, total };
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
     * Replaces the client secret of an agent of the organization, for one of its admins, with the same consequences.
     *
     * @throws identity.not_found when the caller's organization has no such agent, identity.disabled
     */
    rotateAgentSecret: ({ caller, db }: Call<PersonCaller>, fingerprint: string): Promise<Credentials> =>
      transact(db, async (transaction) => {
        const target = await lockAgent(transaction, caller.organizationId, { fingerprint });
        if (target === undefined) throw identityErrors.not_found();
        const clientSecret = randomToken();
        const digest = sha256Hex(clientSecret);
        const updated = await updateSecret(transaction, caller.organizationId, target.id, digest);
        if (updated === undefined) throw identityErrors.disabled();
        await announce(transaction, updated);
        applyHere(transaction, updated);
        return { clientId: updated.id, clientSecret };
      }),

    /**
     * Disables an agent: it gets no more tokens, those that it has fail everywhere within five seconds, and its
     * vouchers fail at once. Disabling one that is disabled changes nothing.
     *
     * @throws identity.not_found when the caller's organization has no such agent, identity.forbidden when the caller
     * is neither an admin of its organization, nor its founding agent, nor that agent.
     */
    disableAgent: (call: Call<MemberCaller>, fingerprint: string) => changeDisabled(call, fingerprint, true),

    /** Enables an agent again; tokens from before stay refused. @throws identity.not_found, identity.forbidden */
    enableAgent: (call: Call<MemberCaller>, fingerprint: string) => changeDisabled(call, fingerprint, false),
  };
}

interface AgentQuery {
  limit: number;
  cursor?: string | undefined;
  /** What the name or the fingerprint begins with. */
  q?: string | undefined;
  disabled?: boolean | undefined;
}

/** The beginning of a fingerprint in its own form, from hex digits with or without hyphens; undefined when it is none. */
function fingerprintPrefixOf(text: string): string | undefined {
  const digits = text.replaceAll("-", "").toUpperCase();
  return /^[0-9A-F]{1,16}$/.test(digits) ? digits.replace(/(.{4})(?=.)/g, "$1-") : undefined;
}

/** What decides whether the agent's tokens hold. */
export const accessOf = ({ id, secretVersion, accessVersion, disabled }: StoredAgent) => ({
  agentId: id,
  secretVersion,
  accessVersion,
  disabled,
});
