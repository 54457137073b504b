import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { readdir, readFile, rm, rmdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const ownerSchema = z.object({
  /** The machine, and on it the namespace in which `pid` is a process: containers may share a folder and even a name. */
  host: z.string(),
  pid: z.int(),
  /** When the system started that very process; null where it does not tell. */
  instance: z.string().nullable(),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
});

/** Whose journal a folder holds. */
export type Owner = z.output<typeof ownerSchema>;

const OWNER_FILE = "owner.json";
/** Within a process's own folder: the folders that it has taken. Whoever takes the one has these with it. */
export const ADOPTED = "adopted";
/** A folder without a readable owner is one that is being made just now, unless it is older than this. */
const MAKING_MS = 60_000;

/**
 * Says in a folder that it is this process's, where nothing says whose it is; makes the folder, which only this user can read,
 * where there is none.
 *
 * @returns whether that had to be said.
 */
export function ensureOwner(folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const instance = findInstance(process.pid) ?? null;
  const owner: Owner = { host: thisHost(), pid: process.pid, instance, startedAt: Date.now() };
  try {
    writeFileSync(join(folder, OWNER_FILE), JSON.stringify(owner), { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes the folder of a process that is over, unless something else than its owner is in it. */
export async function removeOwn(folder: string): Promise<void> {
  const isOther = (name: string) => name !== OWNER_FILE && name !== ADOPTED;
  try {
    if ((await readdir(folder)).some(isOther)) return;
    await rmdir(join(folder, ADOPTED)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    await rm(folder, { recursive: true });
  } catch {
    // Something is in it after all, or it is gone: whoever comes next sees to that.
  }
}

/** Whose folder it is; `unknown` where nobody says so any more, and undefined where that may yet come, or it is gone. */
export async function findOwner(folder: string): Promise<Owner | "unknown" | undefined> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(join(folder, OWNER_FILE), "utf8")));
  } catch {
    const made = await stat(folder).catch(() => undefined);
    if (made === undefined) return undefined;
    return Date.now() - made.mtimeMs > MAKING_MS ? "unknown" : undefined;
  }
}

/**
 * Whether that process lives: `elsewhere` where this one cannot see it, and the database has to say when it was last seen. A
 * number that was given to another process since does not count, nor does this process's own number, which it had not when
 * it was another.
 */
export function stateOf({ host, pid, instance }: Owner): "alive" | "dead" | "elsewhere" {
  if (host !== thisHost()) return "elsewhere";
  if (!doesExist(pid)) return "dead";
  const found = findInstance(pid);
  if (instance === null || found === undefined) return "elsewhere";
  return found === instance ? "alive" : "dead";
}

function doesExist(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** Which of all processes that ever had this number it is, by the boot of the machine and the moment since, as Linux tells. */
function findInstance(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses, which may hold spaces; the start is the twenty-second.
    const startTicks = status.slice(status.lastIndexOf(")") + 2).split(" ")[19];
    return startTicks && `${boot} ${startTicks}`;
  } catch {
    return undefined;
  }
}
