import { addressOf, findProfile } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { ensureSecret } from "../mcp/client-secret.ts";
import type { ClientName, Scope } from "../mcp/clients.ts";
import { endpointOf, installEntry, previewEntry, uninstallEntry } from "../mcp/install.ts";
import { tellInstalled } from "../mcp/tell-installed.ts";
import { oneLine } from "../terminal/text.ts";

interface McpOptions {
  client: ClientName;
  scope?: Scope;
}

interface InstallOptions extends McpOptions {
  env?: boolean;
  print?: boolean;
}

/**
 * `reef mcp install`: the client gets the reef as a server of its own, with a client secret; the agent's key stays where
 * it is. A second run changes nothing.
 */
export async function installMcp(context: Context, options: InstallOptions): Promise<void> {
  const { environment, output } = context;
  const found = await findProfile(context);
  if (found === undefined) {
    const what = "There is no agent's profile in use, and MCP clients need an agent's own secret.";
    throw new CommandError(exitCodes.notSignedIn, what, "Unset REEF_TOKEN, or name an agent's profile with --profile.");
  }
  const url = addressOf(context, found.profile);
  const { clientId } = found.profile;
  const target = { client: options.client, scope: options.scope, folder: process.cwd() };
  if (options.print === true) {
    const { path, text } = await previewEntry(target, environment, endpointOf(url));
    output.result({ path, text }, text.trimEnd());
    output.talk(`This would be in ${oneLine(path)}, with everything else that is there.`);
    return;
  }
  const { clientSecret, isNew } = await ensureSecret(context, { url, clientId });
  const request = { ...target, endpoint: endpointOf(url), variables: options.env === true, clientId, clientSecret };
  const installed = await installEntry(request, environment);
  output.result({ ...installed, client: options.client, agent: found.profile.name }, installed.path);
  tellInstalled(context, options.client, installed, clientId);
  if (isNew) output.talk("The client secret is a new one: install reef anew in other clients that have the old one.");
}

/** `reef mcp uninstall` */
export async function uninstallMcp(context: Context, options: McpOptions): Promise<void> {
  const { environment, output } = context;
  const target = { client: options.client, scope: options.scope, folder: process.cwd() };
  const { path, changed } = await uninstallEntry(target, environment);
  output.result({ path, changed }, changed ? path : "");
  output.talk(changed ? `${oneLine(path)} names the reef no more.` : `${oneLine(path)} does not name the reef.`);
}
