import type { Environment } from "../environment.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { type ClientName, clients, type McpClient, type Scope } from "./clients.ts";
import { isShownToGit, openSettings, replaceSettings, type SettingsFile } from "./settings-file.ts";
import { entryIn, type Settings, withEntry, withoutEntry } from "./settings-text.ts";

/** Which client's settings, and where. */
export interface Target {
  client: ClientName;
  scope?: Scope | undefined;
  folder: string;
}

/** The address of a reef's MCP endpoint. */
export const endpointOf = (url: string): string => `${url}/mcp`;

/** What an installation did. */
export interface Installed {
  path: string;
  changed: boolean;
  /** Whether the settings only name the variables that hold the credentials. */
  usesVariables: boolean;
}

interface Opened {
  client: McpClient;
  file: SettingsFile;
  place: ReturnType<McpClient["placeOf"]>;
}

/** The client, and its settings file as it is. @throws CommandError for a scope that the client does not have. */
async function openTarget({ client: name, scope, folder }: Target, environment: Environment): Promise<Opened> {
  const client: McpClient = clients[name];
  const chosen = scope ?? client.scopes[0];
  if (!client.scopes.includes(chosen)) {
    const others = client.scopes.join(" or ");
    const what = `${client.title} has no settings for a ${chosen}.`;
    throw new CommandError(exitCodes.wrongUse, what, `Leave --scope out, or name ${others}.`);
  }
  const place = client.placeOf(chosen, folder, environment);
  return { client, place, file: await openSettings(place.path, chosen, folder) };
}

/** Where an entry for the client would stand, and what it would be; no secret is in it. */
export async function previewEntry(target: Target, environment: Environment, endpoint: string) {
  const { client, place, file } = await openTarget(target, environment);
  return { path: file.path, text: place.format.insert("", place.keys, client.entryFor(endpoint, { clientId: "" })) };
}

/** The entry that the client's settings have for a reef; undefined where they have none. */
export async function findEntry(target: Target, environment: Environment): Promise<Settings | undefined> {
  const { place, file } = await openTarget(target, environment);
  return entryIn(place, file.text);
}

export interface InstallRequest extends Target {
  /** The address of the MCP endpoint. */
  endpoint: string;
  /** Only names of variables, also where the settings would take the credentials themselves. */
  variables: boolean;
  clientId: string;
  clientSecret: string;
}

/**
 * Writes reef's entry into a client's settings. The secret itself is written only where nobody else reads it: into a file
 * that is then this user's alone, and that git does not hand on.
 */
export async function installEntry(request: InstallRequest, environment: Environment): Promise<Installed> {
  const { client, place, file } = await openTarget(request, environment);
  const usesVariables = request.variables || client.takesVariablesOnly || (await isShownToGit(file.path));
  const { endpoint, clientId } = request;
  const clientSecret = usesVariables ? undefined : request.clientSecret;
  const text = withEntry(place, file.text, client.entryFor(endpoint, { clientId, clientSecret }));
  const isOpen = !usesVariables && file.mode !== undefined && (file.mode & 0o077) !== 0;
  const changed = text !== file.text || isOpen;
  if (changed) await replaceSettings(file, text, !usesVariables);
  return { path: file.path, changed, usesVariables };
}

/** Takes reef's entry out of a client's settings. */
export async function uninstallEntry(
  target: Target,
  environment: Environment,
): Promise<Omit<Installed, "usesVariables">> {
  const { place, file } = await openTarget(target, environment);
  const text = withoutEntry(place, file.text);
  const changed = text !== file.text;
  // What else is in the file may be a secret, so its permissions stay as they are.
  if (changed) await replaceSettings(file, text, false);
  return { path: file.path, changed };
}
