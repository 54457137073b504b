import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "@reef/config";
import { randomToken } from "@reef/crypto";

/**
 * The secret from which all keys are derived: the given one, else the data folder's own, made at first start.
 *
 * With a database server several processes must share one, so there it has to be given.
 *
 * @throws ConfigError when it has to be given and is not.
 */
export function ensureMasterSecret(given: string | undefined, dataFolder: string, hasServer: boolean): string {
  if (given !== undefined) return given;
  if (hasServer) {
    throw new ConfigError([
      "REEF_SECRET: is needed with DATABASE_URL, the same for every process; make one with: openssl rand -hex 32",
    ]);
  }
  const file = join(dataFolder, "secret");
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const secret = randomToken();
  writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: "wx" });
  return secret;
}
