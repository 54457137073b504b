/**
 * `npm run -s bench:recall -- FILE`: how many of the entries that answer a question are found, over the API of a server
 * that this starts (or of REEF_URL with a token in REEF_TOKEN). FILE is a JSON array of dialogues, as LoCoMo has them:
 * each becomes a diary, its sessions the entries' sessions. recall@k is the share of a question's evidence among the first
 * k hits, averaged over all questions.
 */
import { readFile } from "node:fs/promises";
import { createReef, type NewEntry, type Reef } from "@reef/sdk";
import { startReefWithAgent } from "../support/agent.ts";
import { waitUntilEmbedded } from "../support/embedded.ts";

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

const DEPTH = 20;
const BATCH = 100;
const QUERY_CHARACTERS = 500;

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("Name the file of dialogues: npm run -s bench:recall -- FILE\n");
  process.exit(2);
}
const dialogues = JSON.parse(await readFile(file, "utf8")) as Dialogue[];

const { REEF_URL, REEF_TOKEN } = process.env;
const started =
  REEF_URL && REEF_TOKEN
    ? undefined
    : await startReefWithAgent({ environment: { REEF_RATE_LIMIT_FACTOR: "1000", REEF_LOG_LEVEL: "error" } });
const reef: Reef = started?.reef ?? createReef({ url: REEF_URL ?? "", credentials: { token: REEF_TOKEN ?? "" } });

/** When the turn was said, or nothing where the file does not tell. */
function happenedAt(date: string | undefined): string | undefined {
  const time = Date.parse(`${date?.replace(/^.* on /, "")} UTC`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

const toEntry = (turn: Turn): NewEntry => ({
  content: `${turn.speaker}: ${turn.text}${turn.imageCaption ? ` [image: ${turn.imageCaption}]` : ""}`,
  session: String(turn.session),
  happenedAt: happenedAt(turn.date),
});

/** Writes a dialogue into a diary of its own, and tells which entry each turn became. */
async function load({ conversation, turns }: Dialogue) {
  const { id: diaryId } = await reef.memory.createDiary({ name: conversation });
  const entryOf = new Map<string, string>();
  for (let start = 0; start < turns.length; start += BATCH) {
    const batch = turns.slice(start, start + BATCH);
    const { items } = await reef.memory.importEntries({ diaryId, entries: batch.map(toEntry) });
    for (const [index, turn] of batch.entries()) entryOf.set(turn.id, items[index]?.id ?? "");
  }
  return { diaryId, entryOf };
}

const loaded = [];
for (const dialogue of dialogues) loaded.push({ dialogue, ...(await load(dialogue)) });
await waitUntilEmbedded(reef.url, "memory.embed");

const sums = { 5: 0, 10: 0, 20: 0, reciprocal: 0, questions: 0 };
for (const { dialogue, diaryId, entryOf } of loaded) {
  for (const { question, evidence } of dialogue.questions) {
    const wanted = [...new Set(evidence)].flatMap((turn) => entryOf.get(turn) ?? []);
    if (wanted.length === 0) continue;
    const { items } = await reef.memory.search({ diaryId, query: question.slice(0, QUERY_CHARACTERS), limit: DEPTH });
    const places = wanted.map((id) => items.findIndex((hit) => hit.id === id) + 1).filter((place) => place > 0);
    for (const depth of [5, 10, 20] as const)
      sums[depth] += places.filter((place) => place <= depth).length / wanted.length;
    if (places.length > 0) sums.reciprocal += 1 / Math.min(...places);
    sums.questions += 1;
  }
}

const mean = (sum: number) => (sum / sums.questions).toFixed(4);
process.stdout.write(
  `recall@5 ${mean(sums[5])} recall@10 ${mean(sums[10])} recall@20 ${mean(sums[20])} mrr ${mean(sums.reciprocal)} questions ${sums.questions}\n`,
);
await started?.process.stop();
process.exit(0);
