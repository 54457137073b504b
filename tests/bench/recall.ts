/**
 * `npm run -s bench:recall -- FILE`: how many of the entries that answer a question are found, over the API of a server
 * that this starts (or of REEF_URL with a token in REEF_TOKEN). FILE is a JSON array of dialogues, as LoCoMo has them:
 * each becomes a diary, its sessions the entries' sessions. recall@k is the share of a question's evidence among the first
 * k hits, averaged over all questions.
 */
import { createReef, type Reef } from "@reef/sdk";
import { startReefWithAgent } from "../support/agents.ts";
import { loadDialogues } from "../support/dialogues.ts";
import { waitUntilEmbedded } from "../support/embedded.ts";

const DEPTH = 20;
const QUERY_CHARACTERS = 500;

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("Name the file of dialogues: npm run -s bench:recall -- FILE\n");
  process.exit(2);
}

const { REEF_URL, REEF_TOKEN } = process.env;
const started =
  REEF_URL && REEF_TOKEN
    ? undefined
    : await startReefWithAgent({ environment: { REEF_RATE_LIMIT_FACTOR: "1000", REEF_LOG_LEVEL: "error" } });
const reef: Reef = started?.reef ?? createReef({ url: REEF_URL ?? "", credentials: { token: REEF_TOKEN ?? "" } });

const questions = await loadDialogues(reef, file, "turn");
await waitUntilEmbedded(reef.url, "memory.embed");

const sums = { 5: 0, 10: 0, 20: 0, reciprocal: 0 };
for (const { diaryId, question, evidence } of questions) {
  const { items } = await reef.memory.search({ diaryId, query: question.slice(0, QUERY_CHARACTERS), limit: DEPTH });
  const places = evidence
    .map(({ entryId }) => items.findIndex((hit) => hit.id === entryId) + 1)
    .filter((place) => place > 0);
  for (const depth of [5, 10, 20] as const) {
    sums[depth] += places.filter((place) => place <= depth).length / evidence.length;
  }
  if (places.length > 0) sums.reciprocal += 1 / Math.min(...places);
}

const mean = (sum: number) => (sum / questions.length).toFixed(4);
process.stdout.write(
  `recall@5 ${mean(sums[5])} recall@10 ${mean(sums[10])} recall@20 ${mean(sums[20])} mrr ${mean(sums.reciprocal)} questions ${questions.length}\n`,
);
await started?.process.stop();
process.exit(0);
