/**
 * `npm run -s bench:search`: how long a search takes, over the API, in a diary of 5,000 and of 50,000 entries: p50 and p99,
 * on the embedded database, and on Postgres where REEF_BENCH_DATABASE_URL names an empty database with pgvector.
 *
 * Entries are made of words with the frequencies of a natural language (Zipf), in sessions that have a topic each; queries
 * are questions about an entry, all different. The default encoder encodes every query; the entries' own vectors are still
 * being made in the background on the second core, as after any import, unless REEF_BENCH_WAIT=1 waits for them.
 */
import { createReef, type NewEntry, type Reef, register } from "@reef/sdk";
import { waitUntilEmbedded } from "../support/embedded.ts";
import { startReefProcess } from "../support/reef-process.ts";
import { createWriter } from "./synthetic-text.ts";

const SIZES = [5_000, 50_000];
const BATCH = 100;
const WARM_UP = 30;
const SEARCHES = 300;

const { REEF_BENCH_DATABASE_URL, REEF_BENCH_WAIT } = process.env;

async function bench(name: string, environment: Record<string, string>): Promise<void> {
  const reefProcess = await startReefProcess({
    environment: { REEF_RATE_LIMIT_FACTOR: "100000", REEF_LOG_LEVEL: "error", ...environment },
  });
  const { url, voucher = "" } = reefProcess;
  const { credentials } = await register({ url, name: "ada", voucher });
  const reef = createReef({ url, credentials });
  const medians: number[] = [];
  for (const size of SIZES) {
    const times = (await measure(reef, size)).toSorted((a, b) => a - b);
    const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
    medians.push(at(0.5));
    process.stdout.write(
      `${name.padEnd(9)} ${String(size).padStart(6)} entries  p50 ${at(0.5).toFixed(1)} ms  p99 ${at(0.99).toFixed(1)} ms\n`,
    );
  }
  const [small = 1, large = 1] = medians;
  process.stdout.write(`${name.padEnd(9)} growth of p50 ${(large / small).toFixed(2)}\n`);
  await reefProcess.stop();
}

async function measure(reef: Reef, size: number): Promise<number[]> {
  const { id: diaryId } = await reef.memory.createDiary({ name: `of ${size}` });
  const writer = createWriter(size);
  const questions: string[] = [];
  for (let written = 0; written < size; written += BATCH) {
    const entries: NewEntry[] = Array.from({ length: BATCH }, () => writer.entry());
    await reef.memory.importEntries({ diaryId, entries });
    questions.push(writer.question(entries.at(written % BATCH)?.content ?? ""));
    if (process.stderr.isTTY) process.stderr.write(`\r${written + BATCH} of ${size} entries written`);
  }
  if (process.stderr.isTTY) process.stderr.write("\n");
  if (REEF_BENCH_WAIT) await waitUntilEmbedded(reef.url, "memory.embed");
  const times: number[] = [];
  for (let count = 0; count < WARM_UP + SEARCHES; count += 1) {
    const started = performance.now();
    await reef.memory.search({ diaryId, query: `${questions[count % questions.length]} ${writer.word()}?` });
    if (count >= WARM_UP) times.push(performance.now() - started);
  }
  return times;
}

await bench("embedded", {});
if (REEF_BENCH_DATABASE_URL) {
  const environment = {
    DATABASE_URL: REEF_BENCH_DATABASE_URL,
    REEF_SECRET: "a secret of a bench, nothing hangs on it",
  };
  await bench("Postgres", environment);
}
process.exit(0);
