import { type NewEntry, ReefError } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { diaryToWrite } from "../diaries/find-diary.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { readText } from "../terminal/input.ts";

interface RememberOptions extends Omit<NewEntry, "content"> {
  diary?: string;
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
  const { title, tags, type, importance, session, happenedAt } = options;
  const reef = await connect(context);
  const diaryId = await diaryToWrite(context, reef, options.diary);
  const entry = await reef.memory
    .createEntry({ diaryId, content, title, tags, type, importance, session, happenedAt })
    .catch((error: unknown) => {
      // The caller named no diary, so "not found" alone would tell nothing.
      if (options.diary !== undefined || !(error instanceof ReefError) || error.status !== 404) throw error;
      throw new CommandError(
        exitCodes.notFound,
        "The default diary is gone.",
        "Choose another with `reef diary use NAME`, or name one with --diary.",
      );
    });
  context.output.result(entry, entry.id);
}
