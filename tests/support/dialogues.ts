import { readFile } from "node:fs/promises";
import type { NewEntry, Reef } from "@reef/sdk";

interface Turn {
  id: string;
  session: number;
  /** Such as `1:56 pm on 8 May, 2023`. */
  date?: string;
  speaker: string;
  text: string;
  imageCaption?: string;
}

interface Dialogue {
  conversation: string;
  turns: Turn[];
  questions: { question: string; evidence: string[] }[];
}

/** A question about a diary, and what answers it: texts, and the entries that hold them. */
export interface AskedQuestion {
  diaryId: `dia_${string}`;
  question: string;
  evidence: { entryId: string; text: string }[];
}

const BATCH = 100;

/**
 * Writes the dialogues of a JSON file, as LoCoMo has them, into a diary each: an entry a turn, with its session, or an
 * entry a session, with a line a turn.
 *
 * @returns the questions about them that have evidence.
 */
export async function loadDialogues(
  reef: Reef,
  file: string,
  entryHolds: "turn" | "session",
): Promise<AskedQuestion[]> {
  const dialogues = JSON.parse(await readFile(file, "utf8")) as Dialogue[];
  const asked: AskedQuestion[] = [];
  for (const dialogue of dialogues) {
    const { id: diaryId } = await reef.memory.createDiary({ name: dialogue.conversation });
    const written = await writeTurns(reef, diaryId, dialogue.turns, entryHolds);
    for (const { question, evidence } of dialogue.questions) {
      const found = [...new Set(evidence)].flatMap((turn) => written.get(turn) ?? []);
      if (found.length > 0) asked.push({ diaryId, question, evidence: found });
    }
  }
  return asked;
}

/** Writes turns, and tells which entry holds each with which text. */
async function writeTurns(
  reef: Reef,
  diaryId: AskedQuestion["diaryId"],
  turns: readonly Turn[],
  entryHolds: "turn" | "session",
): Promise<Map<string, { entryId: string; text: string }>> {
  const groups = entryHolds === "turn" ? turns.map((turn) => [turn]) : [...Map.groupBy(turns, sessionOf).values()];
  const written = new Map<string, { entryId: string; text: string }>();
  for (let start = 0; start < groups.length; start += BATCH) {
    const batch = groups.slice(start, start + BATCH);
    const entries = batch.map((group) => toEntry(group, entryHolds));
    const { items } = await reef.memory.importEntries({ diaryId, entries });
    for (const [index, group] of batch.entries()) {
      for (const turn of group) written.set(turn.id, { entryId: items[index]?.id ?? "", text: textOf(turn) });
    }
  }
  return written;
}

const sessionOf = ({ session }: Turn): number => session;

const textOf = ({ speaker, text, imageCaption }: Turn): string =>
  `${speaker}: ${text}${imageCaption ? ` [image: ${imageCaption}]` : ""}`;

const toEntry = (turns: readonly Turn[], entryHolds: "turn" | "session"): NewEntry => ({
  content: turns.map(textOf).join("\n"),
  session: entryHolds === "turn" ? String(turns[0]?.session) : undefined,
  happenedAt: happenedAt(turns[0]?.date),
});

/** When the turn was said, or nothing where the file does not tell. */
function happenedAt(date: string | undefined): string | undefined {
  const time = Date.parse(`${date?.replace(/^.* on /, "")} UTC`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
