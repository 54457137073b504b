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

/** A question about a diary, and the entries that answer it. */
export interface AskedQuestion {
  diaryId: `dia_${string}`;
  question: string;
  evidence: string[];
}

const BATCH = 100;

/**
 * Writes the dialogues of a JSON file, as LoCoMo has them, into a diary each, their sessions the entries' sessions.
 *
 * @returns the questions about them that have evidence.
 */
export async function loadDialogues(reef: Reef, file: string): Promise<AskedQuestion[]> {
  const dialogues = JSON.parse(await readFile(file, "utf8")) as Dialogue[];
  const asked: AskedQuestion[] = [];
  for (const dialogue of dialogues) {
    const { diaryId, entryOf } = await writeDialogue(reef, dialogue);
    for (const { question, evidence } of dialogue.questions) {
      const entries = [...new Set(evidence)].flatMap((turn) => entryOf.get(turn) ?? []);
      if (entries.length > 0) asked.push({ diaryId, question, evidence: entries });
    }
  }
  return asked;
}

/** Writes a dialogue into a diary of its own, and tells which entry each turn became. */
async function writeDialogue(reef: Reef, { conversation, turns }: Dialogue) {
  const { id: diaryId } = await reef.memory.createDiary({ name: conversation });
  const entryOf = new Map<string, string>();
  for (let start = 0; start < turns.length; start += BATCH) {
    const batch = turns.slice(start, start + BATCH);
    const { items } = await reef.memory.importEntries({ diaryId, entries: batch.map(toEntry) });
    for (const [index, turn] of batch.entries()) entryOf.set(turn.id, items[index]?.id ?? "");
  }
  return { diaryId, entryOf };
}

const toEntry = (turn: Turn): NewEntry => ({
  content: `${turn.speaker}: ${turn.text}${turn.imageCaption ? ` [image: ${turn.imageCaption}]` : ""}`,
  session: String(turn.session),
  happenedAt: happenedAt(turn.date),
});

/** When the turn was said, or nothing where the file does not tell. */
function happenedAt(date: string | undefined): string | undefined {
  const time = Date.parse(`${date?.replace(/^.* on /, "")} UTC`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
