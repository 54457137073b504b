import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A reason why the server cannot start that its operator can mend; the message says how. */
export class StartupError extends Error {
  override readonly name = "StartupError";
}

/** Below this the embedded database could not even make its first files. */
const MINIMUM_FREE_BYTES = 128 * 1024 * 1024;

export interface FolderLock {
  release(): void;
}

/**
 * Makes the data folder if it is missing, proves that it can be written, and locks it for this process.
 *
 * The lock is an exclusive SQLite transaction on a file of its own: the operating system drops it with the process,
 * also after `kill -9`, and it holds between containers that share the folder, where process ids mean nothing.
 *
 * @throws StartupError when the folder cannot be written, its disk is full, or another reef holds it.
 */
export function lockDataFolder(folder: string): FolderLock {
  proveWritable(folder);
  const ownerFile = join(folder, "owner");
  const lock = new DatabaseSync(join(folder, "lock"));
  try {
    lock.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
  } catch (cause) {
    lock.close();
    throw new StartupError(
      `Another reef (${readOwner(ownerFile)}) is using the data folder ${folder}. Stop it, or start this one with another REEF_DATA_DIR and REEF_PORT.`,
      { cause },
    );
  }
  writeFileSync(ownerFile, `process ${process.pid}\n`);
  return { release: () => lock.close() };
}

function readOwner(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "process unknown";
  }
}

function proveWritable(folder: string): void {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    makeFolder(resolve(folder));
    // Something else that has this name is left as it is.
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error("No folder"), { code: "ENOTDIR" });
    // The database's own files are readable for everybody, so the folder must keep others out, also one that was there.
    chmodSync(folder, 0o700);
    const file = openSync(probe, "w", 0o600);
    try {
      writeSync(file, Buffer.alloc(4096));
    } finally {
      closeSync(file);
      unlinkSync(probe);
    }
  } catch (cause) {
    throw new StartupError(describe(folder, cause as NodeJS.ErrnoException), { cause });
  }
  const disk = statfsSync(folder);
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes < MINIMUM_FREE_BYTES) {
    throw new StartupError(
      `The disk of the data folder ${folder} is full: ${Math.floor(freeBytes / 1_048_576)} MiB are free, ${MINIMUM_FREE_BYTES / 1_048_576} MiB are needed. Free some space, or set REEF_DATA_DIR to another disk.`,
    );
  }
}

/** Level by level: on a file system that refuses, Node's own recursive mkdir may try for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

function describe(folder: string, error: NodeJS.ErrnoException): string {
  if (error.code === "ENOSPC" || error.code === "EDQUOT") {
    return `The disk of the data folder ${folder} is full. Free some space, or set REEF_DATA_DIR to another disk.`;
  }
  return `The data folder ${folder} cannot be written (${error.code ?? error.message}). Make it writable for this user, or set REEF_DATA_DIR to a folder that is.`;
}
