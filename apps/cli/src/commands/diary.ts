import type { Diary, Page } from "@reef/sdk";
import { connect, findProfile } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { changeDefaultDiary } from "../diaries/default-diary.ts";
import { diaryIdOf } from "../diaries/find-diary.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { confirm } from "../terminal/input.ts";
import type { Output } from "../terminal/output.ts";
import { writePage } from "../terminal/page.ts";
import { renderTable } from "../terminal/table.ts";
import { oneLine } from "../terminal/text.ts";
import { relativeTime } from "../terminal/time.ts";

type Visibility = Diary["visibility"];

/** `reef diary create NAME`: stdout gets the new diary's id. */
export async function createDiary(
  context: Context,
  { visibility, signed }: { visibility?: Visibility; signed?: boolean },
  name: string,
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const diary = await reef.memory.createDiary({ name, visibility, signed });
  await changeDefaultDiary(context, (present) => present ?? diary.id);
  output.result(diary, diary.id);
}

/** `reef diary list` */
export async function listDiaries(context: Context, options: { limit?: number; cursor?: string }): Promise<void> {
  const { limit, cursor } = options;
  const reef = await connect(context);
  const page: Page<Diary> = await reef.memory.listDiaries({ limit, cursor });
  const defaultDiaryId = (await findProfile(context))?.profile.defaultDiaryId;
  const columns = [
    { heading: "NAME", text: (diary: Diary) => diary.name, mayCut: true },
    { heading: "YOU ARE", text: (diary: Diary) => diary.role ?? "" },
    { heading: "READ BY", text: (diary: Diary) => diary.visibility },
    { heading: "CREATED", text: (diary: Diary) => relativeTime(diary.createdAt) },
    { heading: "DEFAULT", text: (diary: Diary) => (diary.id === defaultDiaryId ? "yes" : "") },
    { heading: "ID", text: (diary: Diary) => diary.id },
  ];
  writePage(context.output, page, columns, "You have no diary yet. Create one with `reef diary create NAME`.");
}

/** `reef diary get NAME|ID` */
export async function getDiary(context: Context, _options: GlobalOptions, nameOrId: string): Promise<void> {
  const reef = await connect(context);
  const diaryId = await diaryIdOf(reef, nameOrId);
  const diary = await reef.memory.getDiary({ diaryId });
  writeDiary(context.output, diary);
}

/** `reef diary update NAME|ID` */
export async function updateDiary(
  context: Context,
  options: { name?: string; visibility?: Visibility; ifMatch?: number },
  nameOrId: string,
): Promise<void> {
  const { name, visibility, ifMatch } = options;
  if (name === undefined && visibility === undefined) {
    throw new CommandError(
      exitCodes.wrongUse,
      "There is nothing to change.",
      "Name what to change: --name, --visibility.",
    );
  }
  const reef = await connect(context);
  const diaryId = await diaryIdOf(reef, nameOrId);
  const diary = await reef.memory.updateDiary({ diaryId, name, visibility }, { ifMatch });
  writeDiary(context.output, diary);
}

/** `reef diary delete NAME|ID` */
export async function deleteDiary(context: Context, { yes }: { yes?: boolean }, nameOrId: string): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const diaryId = await diaryIdOf(reef, nameOrId);
  const [diary, entries] = await Promise.all([
    reef.memory.getDiary({ diaryId }),
    reef.memory.listEntries({ diaryId, limit: 1 }),
  ]);
  const count = entries.total === 1 ? "1 entry is" : `${entries.total} entries are`;
  await confirm(`Delete the diary ${oneLine(diary.name)}? ${count} gone for ever.`, yes, signal);
  await reef.memory.deleteDiary({ diaryId });
  await changeDefaultDiary(context, (present) => (present === diaryId ? undefined : present));
  output.result({ deleted: diaryId }, "");
  output.talk(`Deleted ${oneLine(diary.name)}: ${count} gone.`);
}

/** `reef diary use NAME|ID` */
export async function useDiary(context: Context, _options: GlobalOptions, nameOrId: string): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const diaryId = await diaryIdOf(reef, nameOrId);
  const diary = await reef.memory.getDiary({ diaryId });
  if (!(await changeDefaultDiary(context, () => diaryId))) {
    throw new CommandError(
      exitCodes.failed,
      "A default diary belongs to a profile, and REEF_TOKEN is in use instead of one.",
      "Name the diary with --diary in each command.",
    );
  }
  output.result(diary, "");
  output.talk(`\`reef remember\` now writes to ${oneLine(diary.name)}.`);
}

function writeDiary(output: Output, diary: Diary): void {
  const columns = [
    { heading: "NAME", text: (shown: Diary) => shown.name, mayCut: true },
    { heading: "READ BY", text: (shown: Diary) => shown.visibility },
    { heading: "VERSION", text: (shown: Diary) => String(shown.version) },
    { heading: "CREATED", text: (shown: Diary) => relativeTime(shown.createdAt) },
    { heading: "ID", text: (shown: Diary) => shown.id },
  ];
  output.result(diary, renderTable(columns, [diary], output));
}
