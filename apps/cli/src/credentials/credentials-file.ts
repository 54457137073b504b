import { randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
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
 * file or the new one. `change` is asked again, on top of what is there then, where the lock was lost on the way.
 */
export async function updateCredentials(
  folder: string,
  change: (file: CredentialsFile) => CredentialsFile,
): Promise<CredentialsFile> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  await chmod(folder, FOLDER_MODE);
  for (;;) {
    const held = await lock(`${credentialsPath(folder)}.lock`);
    try {
      const changed = change(await readCredentials(folder));
      await writeWhole(credentialsPath(folder), `${JSON.stringify(changed, null, 2)}\n`, {
        beforePlacing: held.requireOwn,
      });
      return changed;
    } catch (error) {
      if (!(error instanceof LockLostError)) throw error;
    } finally {
      await held.release();
    }
  }
}

/** Whoever was stopped for a while, as a machine that sleeps is, was taken for dead, and another program went on. */
class LockLostError extends Error {}

interface HeldLock {
  /** @throws LockLostError when another program has taken it, or taken it away. */
  requireOwn(): Promise<void>;
  release(): Promise<void>;
}

/** Takes the lock file, waiting for whoever holds it. */
async function lock(path: string): Promise<HeldLock> {
  const deadline = Date.now() + 2 * LOCK_STALE_MS;
  const mark = randomUUID();
  const isOwn = async () => (await readFile(path, "utf8").catch(() => "")) === mark;
  while (Date.now() < deadline) {
    try {
      await writeFile(path, mark, { flag: "wx", mode: FILE_MODE });
      return {
        async requireOwn() {
          if (!(await isOwn())) throw new LockLostError();
        },
        async release() {
          if (await isOwn()) await rm(path, { force: true });
        },
      };
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
