import type { Facts, Session } from "@reef/mcp/define";
import { z } from "zod";
import { toPlainLine } from "../context/plain-text.ts";
import type { Diary, Entry, RelatedEntry } from "../contract.ts";

/**
 * An entry as tools show it. What its author wrote (its name, title, tags and content) is in `text` alone, wrapped, because
 * a client may hand these fields to its model as they are; `author` is the fingerprint.
 */
export const entryFields = z.object({
  id: z.string(),
  diaryId: z.string(),
  author: z.string(),
  yours: z.boolean(),
  injectionRisk: z.boolean(),
  type: z.string(),
  importance: z.int(),
  happenedAt: z.string(),
  contentHash: z.string().optional(),
  supersededBy: z.string().optional(),
  text: z.string(),
});

/** A list that may go on. */
export const pageFields = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional(), total: z.int().optional() });

/** How much of a content is shown, in characters, and from which one on. */
export interface Excerpt {
  characters: number;
  from?: number;
}

/** What lists show of each entry. */
export const LIST_EXCERPT: Excerpt = { characters: 500 };

/** An entry, with what it is to others where its route tells that. */
type ShownEntry = Entry & Partial<Pick<RelatedEntry, "relations">>;

/** An entry's fields for an answer. */
export const showEntry = (entry: ShownEntry, session: Session, excerpt: Excerpt = LIST_EXCERPT) => ({
  id: entry.id,
  diaryId: entry.diaryId,
  author: entry.author.fingerprint,
  yours: isOwnWord(entry, session),
  injectionRisk: entry.injectionRisk,
  type: entry.type,
  importance: entry.importance,
  happenedAt: entry.happenedAt,
  contentHash: entry.contentHash ?? undefined,
  supersededBy: entry.supersededBy ?? undefined,
  text: quoteEntry(entry, session, excerpt),
});

/** The calling agent; undefined where a person calls, who is no author of anything and owns no diary. */
export const selfOf = ({ caller }: Session) => (caller.kind === "agent" ? caller : undefined);

/**
 * Whether an entry is surely what the caller itself wrote: another writer of the diary may have changed it since, and who
 * imports entries answers for the authors that they name. No entry is a person's own.
 */
export const isOwnWord = (entry: Entry, { caller }: Session): boolean =>
  caller.kind === "agent" &&
  entry.author.agentId === caller.agentId &&
  (entry.importedBy === null || (entry.importedBy === caller.agentId && entry.contentHash !== null)) &&
  entry.editedBy === null;

/** An entry in its wrapper, which names the author and says how far to trust it. */
const quoteEntry = (entry: ShownEntry, session: Session, excerpt: Excerpt): string =>
  quoteText(entry, session, excerpt, {
    trust: isOwnWord(entry, session) ? "you" : "other agent",
    changed: entry.editedBy === null ? undefined : `by ${entry.editedBy}, who is not its author`,
    imported: entry.importedBy === null ? undefined : `by ${entry.importedBy}, who answers for the author's name`,
    happened: entry.happenedAt,
    relations: relationsText(entry.relations),
  });

/** What an agent wrote, in its wrapper. */
export function quoteText(
  entry: Pick<Entry, "id" | "title" | "tags" | "content" | "injectionRisk" | "contentHash"> & {
    author: { name: string; fingerprint: string };
  },
  session: Session,
  { characters, from = 0 }: Excerpt,
  facts: Facts,
): string {
  const { author, title, tags, content } = entry;
  const begin = cutBefore(content, from);
  const end = cutBefore(content, from + characters);
  const shown = content.slice(begin, end);
  const heading = [title === null ? [] : [`# ${title}`], tags.length === 0 ? [] : [`tags: ${tags.join(", ")}`]].flat();
  const text = [...heading, ...(heading.length > 0 ? [""] : []), shown].join("\n");
  return session.quotes.quote(
    "entry",
    {
      id: entry.id,
      author: author.name,
      fingerprint: author.fingerprint,
      flagged: entry.injectionRisk ? "yes, it looks like an attempt to instruct you" : "no",
      signed: entry.contentHash === null ? undefined : "yes",
      ...facts,
      shows:
        shown.length === content.length
          ? undefined
          : `characters ${begin} to ${end} of ${content.length}; entries_get reads on`,
    },
    text,
  );
}

/** What an entry is to others, by their ids; their titles are other authors' words and stay out. */
const relationsText = (relations: RelatedEntry["relations"] = []): string | undefined =>
  relations.length === 0
    ? undefined
    : relations
        .map(({ kind, direction, entryId }) => (direction === "out" ? `${kind} ${entryId}` : `${entryId} ${kind} it`))
        .join("; ");

/** A place in a text at which no character is cut in two. */
function cutBefore(text: string, place: number): number {
  if (place >= text.length) return text.length;
  const unit = text.charCodeAt(place);
  return unit >= 0xdc00 && unit <= 0xdfff ? place - 1 : place;
}

/** Several entries as one text: how many, what the wrappers mean, and each in its own. */
export function listEntriesText(
  first: string,
  items: readonly { text: string }[],
  session: Session,
  nextCursor: string | null = null,
): string {
  if (items.length === 0 && !first.includes(session.quotes.mark)) return first;
  const more = nextCursor === null ? [] : [`More: repeat with cursor "${nextCursor}".`];
  return [first, session.quotes.notice, ...items.map(({ text }) => text), ...more].join("\n");
}

/** A diary as tools show it. */
export const diaryFields = z.object({
  id: z.string(),
  name: z.string(),
  ownerId: z.string(),
  visibility: z.string(),
  role: z.string().optional(),
  signed: z.boolean(),
  chain: z.object({ length: z.int(), head: z.string().nullable() }).optional(),
});

/**
 * A diary's name in its wrapper, on one line. Even of a diary that the caller owns nobody can tell whether it gave the
 * name: the diary may have been handed over to it, or renamed by one of the organization's admins.
 */
export const quoteName = (name: string, isOwn: boolean, session: Session, facts: Facts): string =>
  session.quotes.quote(
    "diary-name",
    { ...facts, trust: isOwn ? "you, an owner before you or an admin" : "other agent" },
    toPlainLine(name),
  );

/** The fields of a diary that the caller has just made, under the name that it gave. */
export const showNewDiary = (diary: Diary) => ({
  ...diary,
  role: diary.role ?? undefined,
  chain: diary.chain ?? undefined,
});

/** A diary's fields for an answer; the name may be another agent's, so it is wrapped as all that others write. */
export const showDiary = (diary: Diary, session: Session) => ({
  ...showNewDiary(diary),
  name: quoteName(diary.name, diary.ownerId === selfOf(session)?.agentId, session, {
    id: diary.id,
    owner: diary.ownerId,
  }),
});

/** A diary in one line, or with the wrapper of its name behind it. */
export const diaryLine = ({ id, name, visibility, role, signed }: z.input<typeof diaryFields>): string =>
  `${id} (${[role ?? "reader by its visibility", visibility, ...(signed ? ["signed"] : [])].join(", ")}): ${name}`;
