import type { Connection } from "@reef/db";
import type { Agent } from "../contract.ts";
import type { StoredAgent } from "../store/agents.ts";
import { listIssuers } from "../store/vouchers.ts";
import { agentView } from "./views.ts";

/** An agent as its own organization sees it, with who let it in. */
export async function describeAgent(db: Connection, agent: StoredAgent): Promise<Agent> {
  const issuers = await listIssuers(db, agent.organizationId, [agent.id]);
  return agentView(agent, issuers.get(agent.id));
}
