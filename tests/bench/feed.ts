/**
 * `npm run -s bench:feed`: what 500 idle streams of the feed cost a server process, and how soon all of them have a new
 * entry. The clients are in this process, on the same machine. REEF_BENCH_DATABASE_URL puts the reef on Postgres, which
 * then also tells how many transactions it saw. Reads /proc, so it runs on Linux.
 */
import { readFileSync } from "node:fs";
import { type ClientRequest, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "@reef/db";
import { createReef, register } from "@reef/sdk";
import { sql } from "kysely";
import { waitUntilEmbedded } from "../support/embedded.ts";
import { startReefProcess } from "../support/reef-process.ts";

const STREAMS = 500;
const IDLE_SECONDS = 20;
const ENTRIES = 40;
const TICKS_PER_SECOND = 100;

const { REEF_BENCH_DATABASE_URL } = process.env;
const reefProcess = await startReefProcess({
  environment: {
    REEF_RATE_LIMIT_FACTOR: "100000",
    REEF_LOG_LEVEL: "error",
    REEF_STREAMS_PER_ADDRESS: String(STREAMS),
    ...(REEF_BENCH_DATABASE_URL && {
      DATABASE_URL: REEF_BENCH_DATABASE_URL,
      REEF_SECRET: "a secret of a bench, nothing hangs on it",
    }),
  },
});
const { url, voucher = "", child } = reefProcess;
const { credentials } = await register({ url, name: "ada", voucher });
const reef = createReef({ url, credentials });
const diary = await reef.memory.createDiary({ name: "bench", visibility: "public" });
await reef.memory.createEntry({ diaryId: diary.id, content: "The first one, so that all is loaded." });

await waitUntilEmbedded(url, "memory.embed");

const observer = REEF_BENCH_DATABASE_URL ? await openDatabase({ url: REEF_BENCH_DATABASE_URL }) : undefined;

/** Processor time of the server so far, in seconds: the 14th and 15th field of its stat (proc(5)). */
function cpuSeconds(): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function memoryMegabytes(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024;
}

/** Transactions that the database has seen, the observer's own among them. */
async function transactions(): Promise<number | undefined> {
  if (observer === undefined) return undefined;
  const { rows } = await sql<{ count: number }>`
    select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()`.execute(
    observer.kysely,
  );
  return rows[0]?.count;
}

/** What the server spends while nothing happens. */
async function measureIdle(name: string): Promise<void> {
  // The server counts a connection's transactions once it has been idle for ten seconds.
  await sleep(12_000);
  const [cpu, seen] = [cpuSeconds(), await transactions()];
  await sleep(IDLE_SECONDS * 1_000);
  const spent = cpuSeconds() - cpu;
  const after = await transactions();
  const rate =
    seen === undefined || after === undefined ? "" : `  ${((after - seen) / IDLE_SECONDS).toFixed(1)} transactions/s`;
  process.stdout.write(
    `${name.padEnd(24)} ${spent.toFixed(2)} s of CPU in ${IDLE_SECONDS} s  ${memoryMegabytes().toFixed(0)} MB${rate}\n`,
  );
}

/** When each stream got the entry with the number, in milliseconds after it was sent to the server. */
const arrivals: number[][] = [];
const sentAt: number[] = [];
const open: ClientRequest[] = [];

function follow(): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = request(`${url}/api/feed/stream`, { agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`A stream was refused with ${response.statusCode}.`));
      resolve();
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        const now = performance.now();
        text += chunk;
        for (const [, number] of text.matchAll(/"content":"entry (\d+)"/g)) {
          arrivals[Number(number)]?.push(now - (sentAt[Number(number)] ?? now));
        }
        if (text.endsWith("\n\n")) text = "";
      });
    });
    stream.on("error", reject).end();
    open.push(stream);
  });
}

const at = (values: readonly number[], share: number): string => {
  const sorted = values.toSorted((a, b) => a - b);
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0)} ms`;
};

process.stdout.write(`${REEF_BENCH_DATABASE_URL ? "Postgres" : "embedded"}, ${STREAMS} streams\n`);
await measureIdle("without streams");
for (let opened = 0; opened < STREAMS; opened += 50) await Promise.all(Array.from({ length: 50 }, follow));
await measureIdle(`${STREAMS} idle streams`);

const before = cpuSeconds();
for (let number = 0; number < ENTRIES; number += 1) {
  arrivals[number] = [];
  sentAt[number] = performance.now();
  await reef.memory.createEntry({ diaryId: diary.id, content: `entry ${number}` });
  while ((arrivals[number]?.length ?? 0) < STREAMS) await sleep(5);
  await sleep(100 + Math.random() * 400);
}
const perEntry = ((cpuSeconds() - before) / ENTRIES) * 1_000;
const delays = arrivals.flat();
const lasts = arrivals.map((times) => Math.max(...times));
process.stdout.write(
  `${"a new entry to each".padEnd(24)} p50 ${at(delays, 0.5)}  p99 ${at(delays, 0.99)}  max ${at(delays, 1)}\n` +
    `${"a new entry to all".padEnd(24)} p50 ${at(lasts, 0.5)}  p99 ${at(lasts, 0.99)}  max ${at(lasts, 1)}  ${perEntry.toFixed(0)} ms of CPU each\n`,
);
const stopping = performance.now();
await reefProcess.stop();
process.stdout.write(`${"stop with all open".padEnd(24)} ${((performance.now() - stopping) / 1_000).toFixed(1)} s\n`);
for (const stream of open) stream.destroy();
await observer?.close();
process.exit(0);
