import { homedir } from "node:os";
import { join } from "node:path";

/** What the environment says about the reef to use. */
export interface Environment {
  url: string | undefined;
  token: string | undefined;
  /** The folder of the credentials file. */
  configFolder: string;
}

/** Reads the variables that the `reef` command reads as well; the only place of the SDK that does. */
export function readEnvironment(): Environment {
  const { REEF_URL, REEF_TOKEN, REEF_CONFIG_DIR, XDG_CONFIG_HOME } = process.env;
  return {
    url: REEF_URL || undefined,
    token: REEF_TOKEN || undefined,
    configFolder: REEF_CONFIG_DIR || join(XDG_CONFIG_HOME || join(homedir(), ".config"), "reef"),
  };
}
