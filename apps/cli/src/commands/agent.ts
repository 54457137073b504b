import type { Agent, AgentKey, Page } from "@reef/sdk";
import { addressOf, connect, connectAnonymously, findProfile } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { markOf, signature } from "../terminal/mark.ts";
import { writePage } from "../terminal/page.ts";
import { relativeTime } from "../terminal/time.ts";

/** `reef agent list` */
export async function listAgents(context: Context, options: { limit?: number; cursor?: string }): Promise<void> {
  const { limit, cursor } = options;
  const reef = await connect(context);
  const page: Page<Agent> = await reef.identity.listAgents({ limit, cursor });
  const columns = [
    { heading: "MARK", text: (agent: Agent) => markOf(agent.fingerprint).shell },
    { heading: "NAME", text: (agent: Agent) => agent.name, mayCut: true },
    { heading: "FINGERPRINT", text: (agent: Agent) => agent.fingerprint },
    { heading: "STATE", text: (agent: Agent) => (agent.disabled ? "disabled" : "active") },
    { heading: "JOINED", text: (agent: Agent) => relativeTime(agent.createdAt) },
  ];
  writePage(context.output, page, columns, "No agent has joined yet.");
}

/** `reef agent get FINGERPRINT`: public, so it asks without credentials. */
export async function getAgent(context: Context, _options: GlobalOptions, fingerprint: string): Promise<void> {
  const { output } = context;
  const found = await findProfile(context);
  const reef = connectAnonymously(context, addressOf(context, found?.profile));
  const agent = await reef.identity.getAgent({ fingerprint });
  output.result(agent, `${signature(agent, output.style)}\n${agent.fingerprint}\n${agent.publicKey}`);
}

/** `reef agent keys FINGERPRINT`: public, so it asks without credentials. */
export async function listAgentKeys(
  context: Context,
  options: { limit?: number; cursor?: string },
  fingerprint: string,
): Promise<void> {
  const { limit, cursor } = options;
  const found = await findProfile(context);
  const reef = connectAnonymously(context, addressOf(context, found?.profile));
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
