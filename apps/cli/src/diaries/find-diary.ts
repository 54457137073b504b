import type { Diary, Reef } from "@reef/sdk";
import { findProfile } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { oneLine } from "../terminal/text.ts";

/** A TypeID with the prefix of diaries. */
const DIARY_ID = /^dia_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Whether a text has the form of a diary's id. */
export const isDiaryId = (text: string): text is Diary["id"] => DIARY_ID.test(text);

/** The id of the diary that a person names by its id or its name. @throws CommandError for a name of none or of several. */
export async function diaryIdOf(reef: Reef, nameOrId: string): Promise<Diary["id"]> {
  if (isDiaryId(nameOrId)) return nameOrId;
  const { items } = await reef.memory.listDiaries({ name: nameOrId, limit: 100 });
  const [only, ...more] = items;
  if (only === undefined) {
    throw new CommandError(
      exitCodes.notFound,
      `You have no diary named ${oneLine(nameOrId)}.`,
      "See them with `reef diary list`, or create it with `reef diary create NAME`.",
    );
  }
  if (more.length === 0) return only.id;
  const ids = items.map((diary) => diary.id).join(", ");
  throw new CommandError(
    exitCodes.failed,
    `${items.length} diaries are named ${oneLine(nameOrId)}.`,
    `Name one by its id: ${ids}`,
  );
}

/** The diary to write to: the named one, else the profile's default, else the only one. @throws CommandError without one. */
export async function diaryToWrite(context: Context, reef: Reef, nameOrId: string | undefined): Promise<Diary["id"]> {
  if (nameOrId !== undefined) return diaryIdOf(reef, nameOrId);
  const chosen = (await findProfile(context))?.profile.defaultDiaryId;
  if (chosen !== undefined) return chosen;
  // Those that others share are never meant without being named.
  const { items, total } = await reef.memory.listDiaries({ limit: 1, role: "owner" });
  const [first] = items;
  if (first === undefined) {
    throw new CommandError(exitCodes.failed, "You have no diary yet.", "Create one with `reef diary create NAME`.");
  }
  if (total === 1) return first.id;
  throw new CommandError(
    exitCodes.wrongUse,
    `You have ${total} diaries, and none of them is the default.`,
    "Name one with --diary, or choose one with `reef diary use NAME`.",
  );
}
