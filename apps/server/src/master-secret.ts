import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "@reef/config";
import { randomToken } from "@reef/crypto";

/** What is shorter could be guessed; it is what the setting asks for as well. */
const LEAST_CHARACTERS = 32;

/**
 * The secret from which all keys are derived: the given one, else the data folder's own, made at first start.
 *
 * With a database server several processes must share one, so there it has to be given.
 *
 * @throws ConfigError when it has to be given and is not, or when what the data folder holds is none.
 */
export function ensureMasterSecret(given: string | undefined, dataFolder: string, hasServer: boolean): string {
  if (given !== undefined) return given;
  if (hasServer) {
    throw new ConfigError([
      "REEF_SECRET: is needed with DATABASE_URL, the same for every process; make one with: openssl rand -hex 32",
    ]);
  }
  const file = join(dataFolder, "secret");
  const kept = readIfThere(file)?.trim();
  if (kept === undefined) return makeSecret(file);
  if (kept.length >= LEAST_CHARACTERS) return kept;
  throw new ConfigError([
    `${file} is cut off: restore it from a backup, as nothing else opens what was encrypted with it; delete it only where this reef holds nothing yet`,
  ]);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

/** The folder is this process's alone, as its database is. A crash leaves the whole secret in its place or nothing. */
function makeSecret(file: string): string {
  const secret = randomToken();
  const draft = `${file}.new`;
  const descriptor = openSync(draft, "w", 0o600);
  try {
    writeFileSync(descriptor, `${secret}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
  return secret;
}
