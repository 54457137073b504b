import type { Activity, Agent, AgentKey, Diary, PublicAgent, Voucher } from "@reef/sdk";
import { queryOptions } from "@tanstack/react-query";
import { reef } from "../../session/reef.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";
import type { AgentFilter } from "./agents-address.ts";

/** The agents of the organization, newest first. */
export const useAgents = ({ q, state }: AgentFilter): Pages<Agent> =>
  usePages({
    queryKey: ["identity", "agents", "list", { q, state }],
    queryFn: (page, options) =>
      reef.identity.listAgents(
        { ...page, limit: 50, ...(q?.trim() && { q: q.trim() }), ...(state && { disabled: state === "disabled" }) },
        options,
      ),
  });

/** How people sign in here. */
export const signInOptionsQuery = queryOptions({
  queryKey: ["identity", "sign-in"],
  queryFn: ({ signal }) => reef.identity.getSignInOptions({}, { signal }),
});

/** An agent as anybody may see it, and as its own organization does. */
export interface FoundAgent extends PublicAgent {
  /** Undefined for an agent of another organization. */
  own: Agent | undefined;
}

/** Agents whose name or fingerprint begins alike are looked through so far for the one that is meant. */
const MOST_ALIKE = 500;

/** One agent, by a fingerprint that it has or had. */
export const agentQuery = (fingerprint: string) =>
  queryOptions({
    queryKey: ["identity", "agents", "one", fingerprint],
    queryFn: async ({ signal }): Promise<FoundAgent> => {
      const agent = await reef.identity.getAgent({ fingerprint }, { signal });
      // Only the organization's own list tells more, and it finds by the fingerprint that the agent has now.
      let seen = 0;
      for await (const own of reef.identity.listAgents.all({ q: agent.fingerprint, limit: 100 }, { signal })) {
        if (own.id === agent.id) return { ...agent, own };
        seen += 1;
        if (seen >= MOST_ALIKE) break;
      }
      return { ...agent, own: undefined };
    },
  });

/** The keys that an agent has and had, newest first. */
export const useAgentKeys = (fingerprint: string): Pages<AgentKey> =>
  usePages({
    queryKey: ["identity", "agents", "keys", fingerprint],
    queryFn: (page, options) => reef.identity.listAgentKeys({ fingerprint, ...page, limit: 20 }, options),
  });

/** What an agent or a person did, newest first. */
export const useActivityOf = (actor: string, limit: number): Pages<Activity> =>
  usePages({
    queryKey: ["signing", "activity", "of", actor, limit],
    queryFn: (page, options) => reef.signing.listActivity({ actor, ...page, limit }, options),
  });

/** Diaries of an agent, and whether all of the organization's were looked through for them. */
export interface OwnedDiaries {
  diaries: readonly Diary[];
  isWhole: boolean;
}

/** The organization's newest diaries among which an agent's are looked for: the reef lists them by no owner. */
const MOST_DIARIES = 500;

/** The diaries that an agent owns, newest first. */
export const ownedDiariesQuery = (agentId: Agent["id"]) =>
  queryOptions({
    queryKey: ["memory", "diaries", "owned", agentId],
    queryFn: async ({ signal }): Promise<OwnedDiaries> => {
      const diaries: Diary[] = [];
      let seen = 0;
      for await (const diary of reef.memory.listDiaries.all({ limit: 100 }, { signal })) {
        if (seen >= MOST_DIARIES) return { diaries, isWhole: false };
        seen += 1;
        if (diary.ownerId === agentId) diaries.push(diary);
      }
      return { diaries, isWhole: true };
    },
  });

/** Active vouchers, newest first: for admins all of the organization. */
export const useVouchers = (): Pages<Voucher> =>
  usePages({
    queryKey: ["identity", "vouchers"],
    queryFn: (page, options) => reef.identity.listVouchers({ ...page, limit: 50 }, options),
  });

/** What has become of a voucher that somebody has just issued. */
export type VoucherFate =
  | { state: "waiting" }
  | { state: "joined"; agent: Agent }
  /** Revoked or expired. */
  | { state: "gone" };

/** Whether an agent has joined with a person's voucher; renewed with every event about agents. */
export const voucherFateQuery = ({ id, createdAt }: Pick<Voucher, "id" | "createdAt">, personId: string) =>
  queryOptions({
    queryKey: ["identity", "vouchers", "fate", id],
    queryFn: async ({ signal }): Promise<VoucherFate> => {
      // Nobody has more than a few active vouchers, but others have theirs; a new one is among the first.
      const active = await reef.identity.listVouchers({ limit: 100 }, { signal });
      if (active.items.some((voucher) => voucher.id === id)) return { state: "waiting" };
      const newest = await reef.identity.listAgents({ limit: 20 }, { signal });
      const agent = newest.items.findLast(
        ({ issuer, createdAt: joinedAt }) =>
          issuer !== null && "personId" in issuer && issuer.personId === personId && joinedAt >= createdAt,
      );
      return agent === undefined ? { state: "gone" } : { state: "joined", agent };
    },
  });

/** The organization's agents, as far as the trust graph goes. */
export interface TrustedAgents {
  agents: readonly Agent[];
  total: number;
}

/** The trust graph is made from the newest of them. */
const MOST_TRUSTED = 5_000;

/** All agents with who let each in, newest first, {@link MOST_TRUSTED} at most. */
export const trustQuery = queryOptions({
  queryKey: ["identity", "trust"],
  queryFn: async ({ signal }): Promise<TrustedAgents> => {
    const agents: Agent[] = [];
    let total = 0;
    let cursor: string | undefined;
    do {
      const page = await reef.identity.listAgents({ limit: 100, ...(cursor && { cursor }) }, { signal });
      agents.push(...page.items);
      total = page.total;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && agents.length < MOST_TRUSTED);
    return { agents, total };
  },
});
