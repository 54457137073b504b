/**
 * `npm run -s bench:console`: what the built console costs its reader, in a reef with 5,000 entries, as the system's Chromium
 * measures it: compressed script bytes of the first load; the largest contentful paint of cold loads (a new browser context
 * each, so nothing is cached); and how long a key or a click takes until the next frame, by the Event Timing API, which
 * counts in steps of 8 ms and leaves out what took less than 16. Loopback, no throttling. It starts a server of its own.
 * It begins when every entry has its vector, which takes a minute or two; REEF_BENCH_WAIT=0 begins while they are being
 * made on the second core, as after any import. Read it on a machine that has nothing else to do.
 */
import { get } from "node:http";
import { availableParallelism, loadavg } from "node:os";
import type { Diary, Reef } from "@reef/sdk";
import type { BrowserContext, Page } from "playwright-core";
import { startReefWithAgent } from "../support/agents.ts";
import { launchChromium, signInHere } from "../support/browser.ts";
import { waitUntilEmbedded } from "../support/embedded.ts";
import { setUp } from "../support/people.ts";
import { createWriter } from "./synthetic-text.ts";

const ENTRIES = 5_000;
const DIARIES = 5;
const BATCH = 100;
const SESSION_MS = 6 * 60_000;
const COLD_LOADS = 5;
const SETTLE_MS = 600;
const REPEATS = 10;
const LIMITS = { scriptBytes: 250_000, paintMs: 1_000, interactionMs: 100 };

/** In the page: when the largest thing was painted, in milliseconds after the navigation began. */
const largestPaint = `new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
})`;

/** In the page: keeps how long each event took until the next frame. */
const recordInteractions = `
  globalThis.interactionTimes = [];
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) if (interactionId > 0) interactionTimes.push(duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: true });`;

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;
const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;
/** The browser does not report what took less. */
const frame = (value: number): string => (value === 0 ? "< 16 ms" : milliseconds(value));

const { process: server, reef } = await startReefWithAgent({
  environment: { REEF_RATE_LIMIT_FACTOR: "100000", REEF_LOG_LEVEL: "error", REEF_STREAMS_PER_ADDRESS: "1000" },
});
const { url } = server;
const owner = await setUp(url, server.setupCode);
const writer = createWriter(5);
const diary = await fill(reef);
if (process.env.REEF_BENCH_WAIT !== "0") {
  process.stderr.write("Waiting until every entry has its vector …\n");
  await waitUntilEmbedded(url, "memory.embed");
}
const [entry] = (await reef.memory.listEntries({ diaryId: diary.id, limit: 1 })).items;
const query = writer.question(entry?.content ?? "");

const browser = await launchChromium("--force-color-profile=srgb");
const views = {
  home: "/",
  "memory, a diary of 1,000": `/memory/diaries/${diary.id}`,
  "an entry": `/memory/entries/${entry?.id}`,
  search: `/memory/search?q=${encodeURIComponent(query)}`,
};

const [load = 0] = loadavg();
process.stdout.write(
  `${ENTRIES} entries in ${DIARIES} diaries, Chromium ${browser.version()}, ${availableParallelism()} cores with a load of ${load.toFixed(1)}\n\n`,
);
await measureScripts("sign-in", "/sign-in", false);
await measureScripts("home", "/", true);
process.stdout.write("\n");
for (const [name, path] of Object.entries(views)) await measurePaint(name, path);
process.stdout.write("\n");
await measureInteractions();
await browser.close();
await server.stop();
process.exit(0);

/** @returns the newest of the diaries. */
async function fill({ memory }: Reef): Promise<Diary> {
  let last: Diary | undefined;
  for (let number = 1; number <= DIARIES; number += 1) {
    last = await memory.createDiary({ name: `diary ${number}`, visibility: number === 1 ? "public" : "private" });
    for (let written = 0; written < ENTRIES / DIARIES; written += BATCH) {
      const entries = Array.from({ length: BATCH }, (_, index) => {
        const happenedAt = new Date(Date.now() - (ENTRIES - written - index) * SESSION_MS).toISOString();
        return { ...writer.entry(), title: `${writer.word()} ${writer.word()}`, happenedAt };
      });
      await memory.importEntries({ diaryId: last.id, entries });
    }
  }
  if (last === undefined) throw new Error("There is no diary.");
  return last;
}

/** A page of a browser that has never been here; where `isSignedIn`, its cookie is. */
async function openCold(isSignedIn: boolean): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  if (isSignedIn) await signInHere(context, url, owner);
  return { context, page: await context.newPage() };
}

async function show(page: Page, path: string): Promise<void> {
  await page.goto(url + path, { waitUntil: "load" });
  await page.locator("h1").first().waitFor();
  await page.locator(".animate-breathe").first().waitFor({ state: "detached" });
  await page.waitForTimeout(SETTLE_MS);
}

/** The scripts that a first load fetches, each as the server sends it with Brotli and with gzip. */
async function measureScripts(name: string, path: string, isSignedIn: boolean): Promise<void> {
  const { context, page } = await openCold(isSignedIn);
  const scripts: string[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.push(response.url());
  });
  await show(page, path);
  await context.close();
  const sum = async (coding: string) => {
    const sizes = await Promise.all([...new Set(scripts)].map((script) => bytesOf(script, coding)));
    return sizes.reduce((total, size) => total + size, 0);
  };
  const [brotli, gzip] = [await sum("br"), await sum("gzip")];
  row(`script of ${name}, ${scripts.length} files`, [`br ${kilobytes(brotli)}`, `gzip ${kilobytes(gzip)}`], {
    measured: gzip,
    limit: LIMITS.scriptBytes,
    unit: kilobytes,
  });
}

/** Bytes of a response's body as it comes over the wire. */
function bytesOf(address: string, coding: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(address, { headers: { "accept-encoding": coding } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("end", () => resolve(bytes));
    }).on("error", reject);
  });
}

/** The largest contentful paint of cold loads, in milliseconds after the navigation began. */
async function measurePaint(name: string, path: string): Promise<void> {
  const paints: number[] = [];
  for (let load = 0; load < COLD_LOADS; load += 1) {
    const { context, page } = await openCold(true);
    await show(page, path);
    paints.push(await page.evaluate(largestPaint));
    await context.close();
  }
  const sorted = paints.toSorted((one, other) => one - other);
  const [middle, worst] = [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0];
  row(`largest paint of ${name}`, [`median ${milliseconds(middle)}`, `worst ${milliseconds(worst)}`], {
    measured: middle,
    limit: LIMITS.paintMs,
    unit: milliseconds,
  });
}

/** Real keys and clicks, one after the other, in one page that stays as a reader leaves it open. */
async function measureInteractions(): Promise<void> {
  const { context, page } = await openCold(true);
  await page.addInitScript(recordInteractions);

  await show(page, "/memory/search");
  await page.locator("main input[type=search]").first().focus();
  const letters = Array.from(query.slice(0, 32), (letter) => () => page.keyboard.type(letter));
  await measure(page, "typing in the search", letters);

  await show(page, views["memory, a diary of 1,000"]);
  await measure(
    page,
    "opening an entry",
    Array.from({ length: REPEATS }, (_, index) => () => page.locator("[data-row-link]").nth(index).click()),
    async () => {
      await page.goBack();
      await page.locator("[data-row-link]").first().waitFor();
    },
  );

  const open = () => page.keyboard.press("Control+k");
  await measure(
    page,
    "opening the palette",
    Array.from({ length: REPEATS }, () => open),
    async () => {
      await page.keyboard.press("Escape");
    },
  );
  await open();
  await measure(
    page,
    "typing in the palette",
    Array.from("see the members", (letter) => () => page.keyboard.type(letter)),
  );
  await page.keyboard.press("Escape");

  const places = ["Agents", "Feed", "Signing", "Memory"];
  const turns = Array.from({ length: 2 * places.length }, (_, index) => places[index % places.length] ?? "");
  await measure(
    page,
    "from page to page",
    turns.map((name) => () => page.getByRole("navigation").getByRole("link", { name }).first().click()),
  );
  await context.close();
}

/** The longest event of each action, until the frame behind it; `undo` is not measured. */
async function measure(
  page: Page,
  name: string,
  actions: readonly (() => Promise<void>)[],
  undo: () => Promise<void> = async () => {},
): Promise<void> {
  const times: number[] = [];
  for (const act of actions) {
    await page.evaluate("void (interactionTimes.length = 0)");
    await act();
    await page.waitForTimeout(SETTLE_MS);
    times.push(await page.evaluate<number>("Math.max(0, ...interactionTimes)"));
    await undo();
    await page.waitForTimeout(SETTLE_MS);
  }
  const sorted = times.toSorted((one, other) => one - other);
  const [middle, worst] = [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0];
  row(`${name}, ${times.length} times`, [`median ${frame(middle)}`, `worst ${frame(worst)}`], {
    measured: worst,
    limit: LIMITS.interactionMs,
    unit: milliseconds,
  });
}

interface Limit {
  measured: number;
  limit: number;
  unit: (value: number) => string;
}

function row(name: string, figures: readonly string[], { measured, limit, unit }: Limit): void {
  const verdict = `${measured < limit ? "within" : "OVER  "} ${unit(limit)}`;
  process.stdout.write(`${name.padEnd(42)} ${figures.map((figure) => figure.padEnd(18)).join(" ")} ${verdict}\n`);
}
