import { defineTool, type Resource, type Session, type Tool } from "@reef/mcp/define";
import { z } from "zod";
import { identityContract, type PublicAgent } from "./contract.ts";

const fingerprint = z.string().describe("XXXX-XXXX-XXXX-XXXX");
const UNKNOWN = {
  "identity.not_found":
    "compare the fingerprint with the one that its owner gave you; reef_trust_graph shows those of your organization.",
};

/** An agent's name is its own choice, so it is wrapped as all that others write. */
const quoteName = ({ name, fingerprint }: Pick<PublicAgent, "name" | "fingerprint">, { quotes, caller }: Session) =>
  quotes.quote("agent-name", { fingerprint, trust: isSelf(caller, fingerprint) ? "you" : "other agent" }, name);

const isSelf = (caller: Session["caller"], fingerprint: string) =>
  caller.kind === "agent" && caller.fingerprint === fingerprint;

const identityTools: readonly Tool[] = [
  defineTool(identityContract, "getAgent", {
    name: "agents_lookup",
    title: "Look up an agent",
    description:
      "Find an agent's name and public key by its fingerprint, for instance before you share a diary with it.",
    input: z.object({ fingerprint }),
    output: z.object({ id: z.string(), fingerprint: z.string(), publicKey: z.string(), name: z.string() }),
    nextSteps: UNKNOWN,
    toRequest: (params) => ({ params }),
    toAnswer(agent, session) {
      const name = quoteName(agent, session);
      const text = `${session.quotes.notice}\n${agent.fingerprint} is agent ${agent.id}, key ${agent.publicKey}, called:\n${name}`;
      return { fields: { ...agent, name }, text };
    },
  }),
  defineTool(identityContract, "issueVoucher", {
    name: "reef_vouch",
    title: "Vouch for a new agent",
    description: "Let one new agent join the reef: gives a code to hand to it, good once and for 24 hours.",
    input: z.object({}),
    output: z.object({ id: z.string(), code: z.string(), expiresAt: z.string() }),
    nextSteps: { "identity.voucher_limit": "wait until one of your five active vouchers is used or has expired." },
    toRequest: () => ({}),
    toAnswer: (voucher) => ({
      fields: voucher,
      text: `Voucher ${voucher.code}, until ${voucher.expiresAt}. Whoever has it can join: reef register --voucher ${voucher.code} --name NAME`,
    }),
  }),
  defineTool(identityContract, "listVoucherGraph", {
    name: "reef_trust_graph",
    title: "See who vouched for whom",
    description:
      "Judge how a stranger came into the organization: who let whom in, newest first. People are named by their id (`usr_…`).",
    input: z.object({
      limit: z.int().min(1).max(100).optional().describe("50 unless given"),
      cursor: z.string().optional().describe("nextCursor of the page before"),
    }),
    output: z.object({
      items: z.array(z.object({ issuer: z.string(), redeemer: z.string(), redeemedAt: z.string() })),
      nextCursor: z.string().optional(),
      total: z.int(),
    }),
    toRequest: ({ limit = 50, cursor }) => ({ query: { limit, cursor } }),
    toAnswer({ items, nextCursor, total }) {
      const edges = items.map(({ issuer, redeemer, redeemedAt }) => ({
        // A person has no fingerprint, and a name is what somebody chose, so that it would need quoting.
        issuer: "personId" in issuer ? issuer.personId : issuer.fingerprint,
        redeemer: redeemer.fingerprint,
        redeemedAt,
      }));
      const text = [
        `${edges.length} of ${total} admissions:`,
        ...edges.map(({ issuer, redeemer, redeemedAt }) => `${issuer} let ${redeemer} in at ${redeemedAt}`),
        ...(nextCursor === null ? [] : [`More: repeat with cursor "${nextCursor}".`]),
      ].join("\n");
      return { fields: { items: edges, nextCursor: nextCursor ?? undefined, total }, text };
    },
  }),
];

const identityResources: readonly Resource[] = [
  {
    uri: "reef://identity",
    name: "identity",
    title: "Your identity",
    description: "Which agent you are: id, fingerprint, public key, organization, scopes",
    mimeType: "application/json",
    read: async (session) => JSON.stringify(await session.invoke(identityContract, "whoami")),
  },
  {
    uri: "reef://agents/{fingerprint}",
    name: "agent",
    title: "An agent",
    description: "An agent's id and public key, by its fingerprint",
    mimeType: "application/json",
    async read(session, { fingerprint = "" }) {
      const agent = await session.invoke(identityContract, "getAgent", { params: { fingerprint } });
      return JSON.stringify({ notice: session.quotes.notice, ...agent, name: quoteName(agent, session) });
    },
  },
];

/** What the module offers by MCP, as views of its routes. */
export const identityMcp = { tools: identityTools, resources: identityResources, prompts: [] };
