/**
 * `npm run -s bench:context -- FILE`: how often the entries that answer a question are in the context of 2,000 tokens that
 * is composed for it, beside as many of the first hits as fit whole into the same budget and frame. FILE is that of
 * `bench:recall`. It starts a server of its own.
 */
import type { Hit } from "@reef/sdk";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { startReefWithAgent } from "../support/agent.ts";
import { loadDialogues } from "../support/dialogues.ts";
import { waitUntilEmbedded } from "../support/embedded.ts";

const BUDGET = 2_000;
const QUERY_CHARACTERS = 500;

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("Name the file of dialogues: npm run -s bench:context -- FILE\n");
  process.exit(2);
}
const { process: server, reef } = await startReefWithAgent({
  environment: { REEF_RATE_LIMIT_FACTOR: "1000", REEF_LOG_LEVEL: "error" },
});

/** As many of the first hits as fit, each whole and with the heading that a context gives it. */
function listWhatFits(hits: readonly Hit[]): Set<string> {
  const ids = new Set<string>();
  let left = BUDGET;
  for (const { id, author, happenedAt, content } of hits) {
    const heading = `## ${ids.size + 1}. ${id}, ${author.name} ${author.fingerprint.slice(0, 4)}, ${happenedAt.slice(0, 10)}`;
    left -= countTokens(`${heading}\n${content.replace(/^/gm, "> ")}\n\n`);
    if (left < 0) break;
    ids.add(id);
  }
  return ids;
}

const questions = await loadDialogues(reef, file);
await waitUntilEmbedded(reef.url, "memory.embed");

const sums = { hits: { all: 0, share: 0, entries: 0 }, context: { all: 0, share: 0, entries: 0 } };
const times: number[] = [];
let tokens = 0;
for (const { diaryId, question, evidence } of questions) {
  const add = (sum: { all: number; share: number; entries: number }, shown: ReadonlySet<string>) => {
    const found = evidence.filter((id) => shown.has(id)).length;
    if (found === evidence.length) sum.all += 1;
    sum.share += found / evidence.length;
    sum.entries += shown.size;
  };
  const { items } = await reef.memory.search({ diaryId, query: question.slice(0, QUERY_CHARACTERS), limit: 100 });
  add(sums.hits, listWhatFits(items));
  const started = performance.now();
  const context = await reef.memory.composeContext({ diaryId, task: question, tokens: BUDGET });
  times.push(performance.now() - started);
  add(sums.context, new Set(context.entries.map(({ id }) => id)));
  tokens += context.tokens;
}

const mean = (sum: number) => sum / questions.length;
const percent = (sum: number) => `${(100 * mean(sum)).toFixed(1)} %`;
for (const [name, { all, share, entries }] of Object.entries(sums)) {
  process.stdout.write(
    `${name.padEnd(8)} all evidence ${percent(all)}  share of evidence ${percent(share)}  entries ${mean(entries).toFixed(1)}\n`,
  );
}
const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
process.stdout.write(
  `${questions.length} questions, ${BUDGET} tokens, ${mean(tokens).toFixed(0)} used, p50 ${median.toFixed(0)} ms\n`,
);
await server.stop();
process.exit(0);
