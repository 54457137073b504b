import {
  type Entry,
  type EntryToSign,
  keyFromSeed,
  type NewEntry,
  type Reef,
  ReefError,
  rememberSigned,
} from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { loadOwnKey } from "../credentials/own-key.ts";
import { diaryToWrite } from "../diaries/find-diary.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { readText } from "../terminal/input.ts";

interface RememberOptions extends Omit<NewEntry, "content" | "signingRequestId" | "contentHash" | "previousHash"> {
  diary?: string;
  sign?: boolean;
}

/** `reef remember TEXT`: stdout gets the new entry's id. */
export async function remember(context: Context, options: RememberOptions, text: readonly string[]): Promise<void> {
  const content = await readText(text);
  if (content.trim() === "") {
    throw new CommandError(
      exitCodes.wrongUse,
      "There is nothing to remember.",
      "Give a text, or `-` and standard input.",
    );
  }
  const { title, tags, type, importance, session, happenedAt, sign = false } = options;
  const reef = await connect(context);
  const diaryId = await diaryToWrite(context, reef, options.diary);
  const entry = { diaryId, content, title, tags, type, importance, session, happenedAt };
  const written = await write(context, reef, entry, sign).catch((error: unknown) => {
    // The caller named no diary, so "not found" alone would tell nothing.
    if (options.diary !== undefined || !(error instanceof ReefError) || error.status !== 404) throw error;
    throw new CommandError(
      exitCodes.notFound,
      "The default diary is gone.",
      "Choose another with `reef diary use NAME`, or name one with --diary.",
    );
  });
  context.output.result(written, written.id);
}

/** A signed diary refuses what is not signed; asking it first would cost everybody else a request. */
async function write(context: Context, reef: Reef, entry: EntryToSign, sign: boolean): Promise<Entry> {
  if (!sign) {
    try {
      return await reef.memory.createEntry(entry);
    } catch (error) {
      if (!(error instanceof ReefError) || error.code !== "memory.unsigned_entry") throw error;
    }
  }
  const { privateKey } = await loadOwnKey(context);
  return rememberSigned(reef, await keyFromSeed(privateKey), entry);
}
