import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Connection, transact } from "@reef/db";
import type { Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import { listSeen } from "../../store/usage-events.ts";
import { ADOPTED, ensureOwner, findOwner, type Owner, stateOf } from "./owner.ts";
import { listSegmentPaths, replay } from "./replay.ts";
import type { Ship } from "./ship.ts";
import { interruptedRecord } from "./usage-event.ts";

export interface AdoptionDependencies {
  /** Where the journals of all processes that share a disk lie. */
  root: string;
  /** UUID of this process, whose own journal is open. */
  processId: string;
  db: Connection;
  ship: Ship;
  /** Gives back what a dead process still holds of budgets, once all of its calls are counted. */
  releaseSlices(transaction: Connection, processId: string): Promise<void>;
  logger: Logger;
}

const PAUSE_MS = 30_000;
/** A process of another machine that the database has not seen for so long is dead. */
const UNSEEN_SECONDS = 60;
const GROUP = 250;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Counts the calls of processes that ended before they had brought all of theirs: at the start, and every 30 seconds. A folder
 * is taken by moving it into one's own, which succeeds for one process only; one that dies over it is adopted with it.
 */
export const adoptionLoop = (dependencies: AdoptionDependencies): Loop => ({
  name: "gateway.adoption",
  stallSeconds: 300,
  async run({ beat, signal, sleep }) {
    while (!signal.aborted) {
      try {
        await adoptJournals(dependencies, signal, beat);
      } catch (error) {
        dependencies.logger.error(
          { err: error },
          "The journals of dead processes could not be adopted; they are kept.",
        );
      }
      beat();
      await sleep(PAUSE_MS);
    }
  },
});

/** Takes the journals of all dead processes, and counts what stands in them. @returns how many calls that was. */
export async function adoptJournals(
  dependencies: AdoptionDependencies,
  signal: AbortSignal,
  beat: () => void = () => {},
): Promise<number> {
  const { root, processId, db, logger } = dependencies;
  ensureOwner(join(root, processId));
  const taken = join(root, processId, ADOPTED);
  await mkdir(taken, { recursive: true, mode: 0o700 });
  const dead = await listDead(db, root, processId);
  for (const id of dead)
    if (await take(join(root, id), join(taken, id)))
      logger.info({ processId: id }, "A dead process's gateway journal is adopted.");
  await takeNested(taken);
  let calls = 0;
  for (const id of await listFolders(taken)) {
    if (signal.aborted) break;
    calls += await countCalls(id, join(taken, id), dependencies, beat);
  }
  return calls;
}

/** Processes that have left a journal here, and are not any more. */
async function listDead(db: Connection, root: string, processId: string): Promise<string[]> {
  const dead: string[] = [];
  const elsewhere: { id: string; owner: Owner }[] = [];
  for (const id of await listFolders(root)) {
    if (id === processId) continue;
    const owner = await findOwner(join(root, id));
    if (owner === undefined) continue;
    const state = owner === "unknown" ? "dead" : stateOf(owner);
    if (state === "dead") dead.push(id);
    if (state === "elsewhere" && owner !== "unknown") elsewhere.push({ id, owner });
  }
  if (elsewhere.length === 0) return dead;
  const ids = elsewhere.map(({ id }) => id);
  const seen = await listSeen(db, ids, UNSEEN_SECONDS);
  // One that has just started may not have been seen yet.
  const isYoung = ({ startedAt }: Owner) => Date.now() - startedAt < UNSEEN_SECONDS * 1_000;
  return dead.concat(elsewhere.filter(({ id, owner }) => !seen.has(id) && !isYoung(owner)).map(({ id }) => id));
}

/** What a dead process had itself taken lies beside it then, so that none lies deeper the more often that happens. */
async function takeNested(taken: string): Promise<void> {
  for (const id of await listFolders(taken)) {
    const nested = join(taken, id, ADOPTED);
    for (const inner of await listFolders(nested)) await take(join(nested, inner), join(taken, inner));
  }
}

/** Moves a folder; false where another process was faster. */
async function take(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function listFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory() && UUID.test(entry.name)).map(({ name }) => name);
}

/** Counts a dead process's calls, those that did not end as interrupted, and deletes its journal. Safe to repeat. */
async function countCalls(
  id: string,
  folder: string,
  { db, ship, releaseSlices, logger }: AdoptionDependencies,
  beat: () => void,
): Promise<number> {
  let ended = 0;
  const { open, damaged } = await replay(await listSegmentPaths(folder), async (records) => {
    await ship(id, records);
    ended += records.length;
    beat();
  });
  for (let from = 0; from < open.length; from += GROUP) {
    await ship(id, open.slice(from, from + GROUP).map(interruptedRecord));
    beat();
  }
  logger.info({ processId: id, ended, interrupted: open.length, damaged }, "A dead process's calls are counted.");
  await transact(db, (transaction) => releaseSlices(transaction, id));
  await rm(folder, { recursive: true, force: true });
  return ended + open.length;
}
