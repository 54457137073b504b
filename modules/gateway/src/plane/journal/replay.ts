import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { endedCallOf, readLine } from "./record.ts";
import { isSegment } from "./segment.ts";
import type { OpenRecord, UsageRecord } from "./usage-event.ts";

/** What is told of a folder's lines when all were read. */
export interface Replayed {
  /** Calls that began and did not end. */
  open: OpenRecord[];
  /** Lines that say nothing, the torn last one of a file included. */
  damaged: number;
}

/** Calls that are handed on at once. */
const GROUP = 250;
const CHUNK_BYTES = 262_144;

/** The files of a folder, oldest first; none where the folder is gone. */
export async function listSegmentPaths(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter(isSegment)
    .sort((one, other) => one.length - other.length || (one < other ? -1 : 1))
    .map((name) => join(folder, name));
}

/**
 * Reads journal files in their order, and hands on the calls that ended, in groups, each when the one before was taken. So
 * only calls are held that have begun and not yet ended. A call's end without its begin is passed over: files are deleted
 * only when all calls in them are in the database.
 */
export async function replay(
  paths: readonly string[],
  take: (records: UsageRecord[]) => Promise<void>,
): Promise<Replayed> {
  const open = new Map<string, OpenRecord>();
  let group: UsageRecord[] = [];
  let damaged = 0;

  async function readOne(line: string): Promise<void> {
    const record = readLine(line);
    if (record === undefined) {
      damaged += 1;
    } else if ("b" in record) {
      const { b: begun } = record;
      if (!open.has(begun.id)) open.set(begun.id, { begun, outputTokens: 0, at: begun.startedAt });
    } else if ("p" in record) {
      const [id, outputTokens, at] = record.p;
      const call = open.get(id);
      if (call !== undefined && outputTokens > call.outputTokens) open.set(id, { ...call, outputTokens, at });
    } else {
      const { e: ended } = record;
      const call = open.get(ended.id);
      open.delete(ended.id);
      if (call !== undefined) group.push({ begun: call.begun, ended: endedCallOf(call.begun, ended) });
      if (group.length < GROUP) return;
      const full = group;
      group = [];
      await take(full);
    }
  }

  for (const path of paths) for await (const line of linesOf(path)) await readOne(line);
  if (group.length > 0) await take(group);
  return { open: Array.from(open.values()), damaged };
}

/** The lines of a file, the last one also where it has no end; none where the file is gone. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: CHUNK_BYTES })) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  if (rest !== "") yield rest;
}
