import { join } from "node:path";
import type { Environment } from "../environment.ts";
import { jsonSettings } from "./json-settings.ts";
import type { Settings, SettingsPlace } from "./settings-text.ts";
import { tomlSettings } from "./toml-settings.ts";

/** Whose settings: those of the folder that the command runs in, or the user's own. */
export type Scope = "project" | "user";
export const scopes: readonly Scope[] = ["project", "user"];

/** How a client gets the agent's id and secret: out of its settings, or out of its environment. */
export interface McpCredentials {
  clientId: string;
  /** Left out where the settings only name the variables. */
  clientSecret?: string | undefined;
}

/** The variables that hold the credentials where settings do not. */
export const VARIABLES = { clientId: "REEF_CLIENT_ID", clientSecret: "REEF_CLIENT_SECRET" } as const;

/** A program that speaks MCP, and how its settings name a server. */
export interface McpClient {
  /** As people call it. */
  title: string;
  /** The scopes that it has; the first one is meant where none is named. */
  scopes: readonly [Scope, ...Scope[]];
  /** Whether its settings take the credentials only by the names of variables. */
  takesVariablesOnly: boolean;
  placeOf(scope: Scope, folder: string, environment: Environment): SettingsPlace;
  entryFor(url: string, credentials: McpCredentials): Settings;
}

const SERVER = "reef";

const headersFor = ({ clientId, clientSecret }: McpCredentials) => ({
  "X-Client-Id": clientSecret === undefined ? `\${${VARIABLES.clientId}}` : clientId,
  "X-Client-Secret": clientSecret ?? `\${${VARIABLES.clientSecret}}`,
});

/** The clients that this program writes settings for; another one is one more entry here. */
export const clients = {
  // https://code.claude.com/docs/en/mcp
  "claude-code": {
    title: "Claude Code",
    scopes: ["project", "user"],
    takesVariablesOnly: false,
    placeOf: (scope, folder, { claudeFolder }) => ({
      format: jsonSettings,
      keys: ["mcpServers", SERVER],
      path: scope === "project" ? join(folder, ".mcp.json") : join(claudeFolder, ".claude.json"),
    }),
    entryFor: (url, credentials) => ({ type: "http", url, headers: headersFor(credentials) }),
  },
  // https://developers.openai.com/codex/mcp
  codex: {
    title: "Codex",
    scopes: ["user", "project"],
    takesVariablesOnly: true,
    placeOf: (scope, folder, { codexFolder }) => ({
      format: tomlSettings,
      keys: ["mcp_servers", SERVER],
      path: join(scope === "project" ? join(folder, ".codex") : codexFolder, "config.toml"),
    }),
    entryFor: (url) => ({
      url,
      env_http_headers: { "X-Client-Id": VARIABLES.clientId, "X-Client-Secret": VARIABLES.clientSecret },
    }),
  },
  // https://docs.openclaw.ai/cli/mcp
  openclaw: {
    title: "OpenClaw",
    scopes: ["user"],
    takesVariablesOnly: false,
    placeOf: (_scope, _folder, { openclawConfig }) => ({
      format: jsonSettings,
      keys: ["mcp", "servers", SERVER],
      path: openclawConfig,
    }),
    entryFor: (url, credentials) => ({ url, transport: "streamable-http", headers: headersFor(credentials) }),
  },
} as const satisfies Record<string, McpClient>;

export type ClientName = keyof typeof clients;
