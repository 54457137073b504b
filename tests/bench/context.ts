/**
 * `npm run -s bench:context -- FILE`: how much of what answers a question stands in the context of 2,000 tokens that is
 * composed for it. Beside it, what the first hits would bring that fit whole into the same budget: in the same frame, and
 * as the JSON that search answers with. FILE is that of `bench:recall`; it is loaded twice, with an entry a turn and with
 * an entry a session, which has to be shortened. It starts a server of its own.
 */
import type { Hit } from "@reef/sdk";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { startReefWithAgent } from "../support/agents.ts";
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

/** An entry as a context shows it whole. */
const inFrame = ({ id, author, happenedAt, content }: Hit): string =>
  `## 1. ${id}, ${author.name} ${author.fingerprint.slice(0, 4)}, ${happenedAt.slice(0, 10)}\n${content.replace(/^/gm, "> ")}\n\n`;

/** As many of the first hits as fit whole. */
function takeFirst(hits: readonly Hit[], textOf: (hit: Hit) => string): string[] {
  let left = BUDGET;
  const taken: string[] = [];
  for (const hit of hits) {
    left -= countTokens(textOf(hit), { disallowedSpecial: new Set() });
    if (left < 0) break;
    taken.push(hit.content);
  }
  return taken;
}

const plain = (text: string): string => text.replace(/^> ?/gm, "").replace(/\s+/g, " ");

for (const entryHolds of ["turn", "session"] as const) {
  const questions = await loadDialogues(reef, file, entryHolds);
  await waitUntilEmbedded(reef.url, "memory.embed");
  const sums = new Map<string, { whole: number; share: number; entries: number }>();
  const times: number[] = [];
  for (const { diaryId, question, evidence } of questions) {
    const add = (name: string, text: string, entries: number) => {
      const sum = sums.get(name) ?? { whole: 0, share: 0, entries: 0 };
      const found = evidence.filter((piece) => plain(text).includes(plain(piece.text))).length;
      if (found === evidence.length) sum.whole += 1;
      sum.share += found / evidence.length;
      sum.entries += entries;
      sums.set(name, sum);
    };
    const { items } = await reef.memory.search({ diaryId, query: question.slice(0, QUERY_CHARACTERS), limit: 100 });
    const answers = takeFirst(items, (hit) => JSON.stringify(hit));
    const whole = takeFirst(items, inFrame);
    const started = performance.now();
    const context = await reef.memory.composeContext({ diaryId, task: question, tokens: BUDGET });
    times.push(performance.now() - started);
    add("first hits as JSON", answers.join("\n"), answers.length);
    add("first hits", whole.join("\n"), whole.length);
    add("context", context.markdown, context.entries.length);
  }
  const mean = (sum: number) => sum / questions.length;
  const percent = (sum: number) => `${(100 * mean(sum)).toFixed(1)} %`;
  for (const [name, { whole, share, entries }] of sums) {
    process.stdout.write(
      `an entry a ${entryHolds.padEnd(7)}  ${name.padEnd(18)}  evidence ${percent(share)}  all of it for ${percent(whole)} of the questions  entries ${mean(entries).toFixed(1)}\n`,
    );
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  process.stdout.write(`${questions.length} questions, ${BUDGET} tokens, p50 of a context ${median.toFixed(0)} ms\n`);
}
await server.stop();
process.exit(0);
