import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Diary } from "@reef/sdk";
import { CommandError, exitCodes } from "../failures.ts";
import { writeWhole } from "../files/write-whole.ts";

/** The end of a chain that was found good: a later check must still find it. */
export interface KnownHead {
  length: number;
  head: string;
}

const CONTENT_HASH = /^bafkrei[a-z2-7]{52}$/;

/** Where the head of a diary is kept. The id is a checked one: it becomes part of a path. */
export const knownHeadPath = (configFolder: string, diaryId: Diary["id"]): string =>
  join(configFolder, "chains", `${diaryId}.json`);

/** The head that the last good check of a diary kept; undefined before the first. @throws CommandError when it is damaged. */
export async function readKnownHead(configFolder: string, diaryId: Diary["id"]): Promise<KnownHead | undefined> {
  const path = knownHeadPath(configFolder, diaryId);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const known = parse(text);
  if (known !== undefined) return known;
  throw new CommandError(
    exitCodes.failed,
    `${path} does not tell a head.`,
    "Restore it from a backup; without it a history that was rewritten since cannot be told from the old one. To begin anew, delete it.",
  );
}

/** Keeps the head of a diary. A reader sees the old file or the new one. */
export async function keepKnownHead(configFolder: string, diaryId: Diary["id"], known: KnownHead): Promise<void> {
  const path = knownHeadPath(configFolder, diaryId);
  await mkdir(join(configFolder, "chains"), { recursive: true, mode: 0o700 });
  await writeWhole(path, `${JSON.stringify(known)}\n`);
}

function parse(text: string): KnownHead | undefined {
  try {
    const { length, head } = JSON.parse(text);
    return Number.isSafeInteger(length) && CONTENT_HASH.test(head) ? { length, head } : undefined;
  } catch {
    return undefined;
  }
}
