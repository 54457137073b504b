import { chmod, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CommandError, exitCodes } from "../failures.ts";
import { writeWhole } from "../files/write-whole.ts";
import { type CredentialsFile, parseCredentials } from "./profile.ts";

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const LOCK_PAUSE_MS = 25;
/** A change takes milliseconds; whoever holds the lock longer than this died with it. */
const LOCK_STALE_MS = 5_000;

/** The path of the credentials file. */
export const credentialsPath = (folder: string): string => join(folder, "reef.json");

/** The credentials of this user; an empty file where none was written yet. */
export async function readCredentials(folder: string): Promise<CredentialsFile> {
  const path = credentialsPath(folder);
  try {
    return parseCredentials(await readFile(path, "utf8"), path);
  } catch (error) {
    if (isMissing(error)) return { version: 1, profiles: {} };
    throw error;
  }
}

/**
 * Changes the credentials file. Two programs that change it at once do so one after the other, and a reader sees the old
 * file or the new one.
 */
export async function updateCredentials(
  folder: string,
  change: (file: CredentialsFile) => CredentialsFile,
): Promise<CredentialsFile> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  await chmod(folder, FOLDER_MODE);
  const release = await lock(`${credentialsPath(folder)}.lock`);
  try {
    const changed = change(await readCredentials(folder));
    await writeWhole(credentialsPath(folder), `${JSON.stringify(changed, null, 2)}\n`);
    return changed;
  } finally {
    await release();
  }
}

/** Takes the lock file, waiting for whoever holds it. Gives the function that lets it go. */
async function lock(path: string): Promise<() => Promise<void>> {
  const deadline = Date.now() + 2 * LOCK_STALE_MS;
  while (Date.now() < deadline) {
    try {
      await (await open(path, "wx", FILE_MODE)).close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!isExisting(error)) throw error;
    }
    await removeStale(path);
    await pause(LOCK_PAUSE_MS);
  }
  throw new CommandError(
    exitCodes.failed,
    `Another reef command holds ${path}.`,
    "If none is running, delete that file.",
  );
}

async function removeStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && Date.now() - found.mtimeMs > LOCK_STALE_MS) await rm(path, { force: true });
}

const hasCode = (error: unknown, code: string) => error instanceof Error && "code" in error && error.code === code;
const isMissing = (error: unknown) => hasCode(error, "ENOENT");
const isExisting = (error: unknown) => hasCode(error, "EEXIST");
