import { join } from "node:path";
import type { Context } from "../context.ts";
import { describeFailure } from "../failures.ts";
import { oneLine } from "../terminal/text.ts";
import { keepSecret, type McpAgent } from "./client-secret.ts";
import { endpointOf, findEntry, installEntry } from "./install.ts";
import { exists } from "./settings-file.ts";
import { tellInstalled } from "./tell-installed.ts";

/**
 * Gives a new agent to the project that it was registered in, by `.mcp.json`. Where nobody asked for it, only a folder
 * that is a project gets one, and only one that does not name a reef yet.
 *
 * @param wanted what `--mcp` and `--no-mcp` say; undefined where neither was given.
 */
export async function connectProject(
  context: Context,
  { url, clientId }: McpAgent,
  clientSecret: string,
  wanted: boolean | undefined,
): Promise<void> {
  const { environment, output } = context;
  const folder = process.cwd();
  if (wanted === false || (wanted === undefined && !(await isProject(folder)))) return;
  const target = { client: "claude-code", scope: "project", folder } as const;
  try {
    if (wanted === undefined && (await findEntry(target, environment)) !== undefined) {
      output.talk("The project's .mcp.json names a reef already; `reef mcp install --client claude-code` replaces it.");
      return;
    }
    await keepSecret(environment, { clientId }, clientSecret);
    const request = { ...target, endpoint: endpointOf(url), variables: false, clientId, clientSecret };
    const installed = await installEntry(request, environment);
    tellInstalled(context, target.client, installed, clientId);
  } catch (error) {
    // The agent has joined, whatever became of this.
    const { what, mend } = describeFailure(error);
    output.talk(`The project was not connected: ${oneLine(what)} ${oneLine(mend)}`);
  }
}

const isProject = async (folder: string): Promise<boolean> =>
  (await exists(join(folder, ".git"))) || exists(join(folder, ".mcp.json"));
