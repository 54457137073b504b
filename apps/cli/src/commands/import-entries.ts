import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Diary, NewEntry, Reef } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { diaryToWrite } from "../diaries/find-diary.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { readText } from "../terminal/input.ts";

/** The most that the reef takes at once, in entries and, with room to spare below its 1 MiB, in bytes. */
const BATCH_ENTRIES = 100;
const BATCH_BYTES = 900_000;

/**
 * `reef entry import FILE`: the whole file is read and understood before anything is sent, and each batch arrives as a
 * whole or not at all. A batch's idempotency key comes from its content, so after a failure the same command continues
 * and remembers nothing twice.
 */
export async function importEntries(
  context: Context,
  options: { diary?: string; again?: boolean },
  path: string,
): Promise<void> {
  const { output, signal } = context;
  const entries = parseLines(await readSource(path));
  // Ctrl-C lets a batch that is on its way arrive, so that what is told of it is true.
  const reef = await connect({ ...context, signal: new AbortController().signal });
  const diaryId = await diaryToWrite(context, reef, options.diary);
  const run = options.again === true ? randomUUID() : "";
  let imported = 0;
  const rest = () => restOf(imported, entries.length, options.again === true);
  for (const [index, batch] of batchesOf(entries).entries()) {
    if (signal.aborted) throw interrupted(rest());
    output.progress(`Importing ${imported} of ${entries.length} …`);
    imported += await importBatch(reef, diaryId, batch, `${run}${index}`).catch((error: unknown) => {
      output.talk(rest());
      throw error;
    });
    if (!output.isJson && process.stderr.isTTY !== true) output.talk(`Imported ${imported} of ${entries.length}.`);
  }
  output.result({ diaryId, imported }, "");
  output.talk(`Imported ${imported} ${imported === 1 ? "entry" : "entries"}.`);
}

async function importBatch(reef: Reef, diaryId: Diary["id"], entries: NewEntry[], position: string): Promise<number> {
  const digest = createHash("sha256")
    .update(JSON.stringify([diaryId, position, entries]))
    .digest("hex");
  const { items } = await reef.memory.importEntries({ diaryId, entries }, { idempotencyKey: `reef-import-${digest}` });
  return items.length;
}

const interrupted = (rest: string) => new CommandError(exitCodes.failed, "The import was stopped.", rest);

/** How far it came, and how the rest is imported: `--again` begins anew each time, and would import the first ones once more. */
const restOf = (imported: number, total: number, isAgain: boolean): string =>
  isAgain && imported > 0
    ? `The first ${imported} of ${total} entries are imported. Leave them out of the file before you repeat the command.`
    : `${imported} of ${total} entries are imported; the same command continues with the rest.`;

async function readSource(path: string): Promise<string> {
  if (path === "-") return readText("-");
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CommandError(exitCodes.wrongUse, `${path} cannot be read (${why}).`, "Give the path of a readable file.");
  }
}

function parseLines(text: string): NewEntry[] {
  const entries = text
    .split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "")
    .map(({ line, number }) => parseEntry(line, number));
  if (entries.length > 0) return entries;
  throw new CommandError(exitCodes.wrongUse, "There is nothing to import.", 'Give lines such as {"content":"…"}.');
}

/** One line; what `reef entry list --json` gives of an entry is understood as well. */
function parseEntry(line: string, number: number): NewEntry {
  const value = parseObject(line);
  if (typeof value?.content !== "string") {
    throw new CommandError(
      exitCodes.wrongUse,
      `Line ${number} is not a JSON object with a text named content. Nothing was imported.`,
      "Mend the line and repeat the command.",
    );
  }
  const { content, title, tags, type, importance, session, happenedAt } = value;
  const fields = { content, title, tags, type, importance, session, happenedAt };
  // An entry's title and session are null where there is none; a new entry has no such field then.
  return Object.fromEntries(Object.entries(fields).filter(([, field]) => field != null)) as unknown as NewEntry;
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function batchesOf(entries: readonly NewEntry[]): NewEntry[][] {
  const batches: NewEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry)) + 1;
    const last = batches.at(-1);
    if (last === undefined || last.length === BATCH_ENTRIES || bytes + size > BATCH_BYTES) {
      batches.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return batches;
}
