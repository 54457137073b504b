import type { Agent, AgentKey, Page } from "@reef/sdk";
import { connect, connectAnonymously, findAddress } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { confirm } from "../terminal/input.ts";
import { agentCard, signature } from "../terminal/mark.ts";
import { writePage } from "../terminal/page.ts";
import { relativeTime } from "../terminal/time.ts";

interface ListOptions {
  search?: string;
  disabled?: boolean;
  active?: boolean;
  limit?: number;
  cursor?: string;
}

/** `reef agent list` */
export async function listAgents(context: Context, options: ListOptions): Promise<void> {
  const { search, limit, cursor } = options;
  const disabled = options.disabled === true ? true : options.active === true ? false : undefined;
  const reef = await connect(context);
  const page: Page<Agent> = await reef.identity.listAgents({ q: search, disabled, limit, cursor });
  const columns = [
    {
      heading: "NAME",
      text: (agent: Agent) => agent.name,
      fingerprint: (agent: Agent) => agent.fingerprint,
      mayCut: true,
    },
    { heading: "FINGERPRINT", text: (agent: Agent) => agent.fingerprint },
    { heading: "STATE", text: (agent: Agent) => (agent.disabled ? "disabled" : "active") },
    { heading: "SEEN", text: ({ lastSeenAt }: Agent) => (lastSeenAt === null ? "never" : relativeTime(lastSeenAt)) },
    { heading: "JOINED", text: (agent: Agent) => relativeTime(agent.createdAt) },
  ];
  const isNarrowed = search !== undefined || disabled !== undefined;
  writePage(context.output, page, columns, isNarrowed ? "There is no such agent." : "No agent has joined yet.");
}

/** `reef agent get FINGERPRINT`: public, so it asks without credentials. */
export async function getAgent(context: Context, _options: GlobalOptions, fingerprint: string): Promise<void> {
  const { output } = context;
  const reef = connectAnonymously(context, await findAddress(context));
  const agent = await reef.identity.getAgent({ fingerprint });
  output.result(agent, agentCard(agent, [agent.fingerprint, agent.publicKey], output));
}

/** `reef agent keys FINGERPRINT`: public, so it asks without credentials. */
export async function listAgentKeys(
  context: Context,
  options: { limit?: number; cursor?: string },
  fingerprint: string,
): Promise<void> {
  const { limit, cursor } = options;
  const reef = connectAnonymously(context, await findAddress(context));
  const page: Page<AgentKey> = await reef.identity.listAgentKeys({ fingerprint, limit, cursor });
  const columns = [
    { heading: "FINGERPRINT", text: (key: AgentKey) => key.fingerprint },
    { heading: "SINCE", text: (key: AgentKey) => relativeTime(key.validFrom) },
    { heading: "UNTIL", text: (key: AgentKey) => (key.validUntil === null ? "now" : relativeTime(key.validUntil)) },
    { heading: "KEY", text: (key: AgentKey) => key.publicKey },
  ];
  writePage(context.output, page, columns, "The agent has no key.");
}

/** `reef agent disable FINGERPRINT` */
export async function disableAgent(context: Context, _options: GlobalOptions, fingerprint: string): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const agent = await reef.identity.disableAgent({ fingerprint });
  output.result(agent, "");
  output.talk(`Disabled ${signature(agent, output.style)}: its tokens are refused within five seconds.`);
}

/** `reef agent enable FINGERPRINT` */
export async function enableAgent(context: Context, _options: GlobalOptions, fingerprint: string): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const agent = await reef.identity.enableAgent({ fingerprint });
  output.result(agent, "");
  output.talk(`Enabled ${signature(agent, output.style)}.`);
}

/** `reef agent rotate-secret FINGERPRINT`, for people: stdout gets the agent's new client secret alone. */
export async function rotateAgentSecret(
  context: Context,
  { yes }: { yes?: boolean },
  fingerprint: string,
): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const agent = await reef.identity.getAgent({ fingerprint });
  const who = signature(agent, output.style);
  await confirm(
    `Replace the client secret of ${who}? What signs in with the old one is shut out within five seconds.`,
    yes,
    signal,
    "Nothing was changed.",
  );
  const credentials = await reef.identity.rotateAgentSecret({ fingerprint });
  output.result(credentials, credentials.clientSecret);
  output.talk(`This is the client secret of ${who}, client id ${credentials.clientId}. It is not shown again.`);
}
