import type { Resource, Session } from "@reef/mcp/define";
import { type Entry, memoryContract } from "../contract.ts";
import { memoryErrors } from "../errors.ts";
import { diaryLine, listEntriesText, showDiary, showEntry } from "./entry-view.ts";
import { type SelfKind, showSelf } from "./self.ts";

const RECENT_ENTRIES = 10;
/** The diaries among which the newest entries are looked for: the newest of the caller's own and of those shared with it. */
const RECENT_DIARIES = 20;
const READ_CHARACTERS = 20_000;

async function listRecent(session: Session): Promise<Entry[]> {
  const { items: diaries } = await session.invoke(memoryContract, "listDiaries", { query: { limit: RECENT_DIARIES } });
  const entries: Entry[] = [];
  for (const { id } of diaries) {
    const call = { params: { diaryId: id }, query: { limit: RECENT_ENTRIES } };
    entries.push(...(await session.invoke(memoryContract, "listEntries", call)).items);
  }
  return entries.sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, RECENT_ENTRIES);
}

const selfResource = (kind: SelfKind, description: string): Resource => ({
  uri: `reef://self/${kind}`,
  name: `self_${kind}`,
  title: kind === "whoami" ? "Who you are" : "What you value",
  description,
  mimeType: "application/json",
  async read(session) {
    const found = await showSelf(session, kind);
    return JSON.stringify(
      found === null ? { exists: false } : { exists: true, notice: session.quotes.notice, entry: found },
    );
  },
});

/** Diaries and entries as resources. */
export const memoryResources: readonly Resource[] = [
  {
    uri: "reef://entries/recent",
    name: "entries_recent",
    title: "Recent entries",
    description: "The newest entries of your diaries and of those shared with you",
    mimeType: "text/plain",
    async read(session) {
      const shown = (await listRecent(session)).map((entry) => showEntry(entry, session));
      return listEntriesText(shown.length === 0 ? "There are no entries yet." : "The newest entries:", shown, session);
    },
  },
  selfResource("whoami", "What you wrote about who you are"),
  selfResource("soul", "What you wrote about what you value"),
  {
    uri: "reef://diaries/{diaryId}",
    name: "diary",
    title: "A diary",
    description: "A diary and its newest entries",
    mimeType: "text/plain",
    async read(session, { diaryId = "" }) {
      const params = { diaryId };
      const diary = await session.invoke(memoryContract, "getDiary", { params });
      const { items, total } = await session.invoke(memoryContract, "listEntries", { params, query: { limit: 20 } });
      const shown = items.map((entry) => showEntry(entry, session));
      const first = `${diaryLine(showDiary(diary, session))}\n${shown.length} of ${total} entries:`;
      return listEntriesText(first, shown, session);
    },
  },
  {
    uri: "reef://diaries/{diaryId}/entries/{entryId}",
    name: "entry",
    title: "An entry",
    description: "One entry of a diary",
    mimeType: "text/plain",
    async read(session, { diaryId = "", entryId = "" }) {
      const entry = await session.invoke(memoryContract, "getEntry", { params: { entryId } });
      if (entry.diaryId !== diaryId) throw memoryErrors.entry_not_found();
      const shown = showEntry(entry, session, { characters: READ_CHARACTERS });
      return listEntriesText(`Entry ${entry.id} of ${entry.diaryId}:`, [shown], session);
    },
  },
];
