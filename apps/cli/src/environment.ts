import { homedir } from "node:os";
import { join } from "node:path";

/** What the environment says; the only place of this program that reads it. */
export interface Environment {
  url: string | undefined;
  token: string | undefined;
  /** The folder of the credentials file. */
  configFolder: string;
  /** Whether the system's keyring may hold the agent's key. */
  allowsKeyring: boolean;
  allowsColour: boolean;
  /** Width that is asked for where the output is no terminal. */
  columns: number | undefined;
  /** Where the settings of MCP clients are: folders of Claude Code and Codex, and OpenClaw's file. */
  claudeFolder: string;
  codexFolder: string;
  openclawConfig: string;
}

/** Reads the variables once. An empty variable counts as one that is not set. */
export function readEnvironment(): Environment {
  const { REEF_URL, REEF_TOKEN, REEF_CONFIG_DIR, REEF_KEYRING, XDG_CONFIG_HOME, NO_COLOR, TERM, COLUMNS } = process.env;
  const { CLAUDE_CONFIG_DIR, CODEX_HOME, OPENCLAW_HOME, OPENCLAW_STATE_DIR, OPENCLAW_CONFIG_PATH } = process.env;
  const openclawFolder = OPENCLAW_STATE_DIR || join(OPENCLAW_HOME || homedir(), ".openclaw");
  const columns = Number(COLUMNS);
  return {
    url: REEF_URL || undefined,
    token: REEF_TOKEN || undefined,
    configFolder: REEF_CONFIG_DIR || join(XDG_CONFIG_HOME || join(homedir(), ".config"), "reef"),
    allowsKeyring: REEF_KEYRING !== "off",
    allowsColour: !NO_COLOR && TERM !== "dumb",
    columns: Number.isInteger(columns) && columns > 0 ? columns : undefined,
    claudeFolder: CLAUDE_CONFIG_DIR || homedir(),
    codexFolder: CODEX_HOME || join(homedir(), ".codex"),
    openclawConfig: OPENCLAW_CONFIG_PATH || join(openclawFolder, "openclaw.json"),
  };
}
