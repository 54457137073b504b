/**
 * `npm run pictures -- [FOLDER] [--readme] [--only NAME] [--state STATE]`: a picture of every page of the console, at 1280 × 800 and at
 * 360 × 740, in both themes, full, empty, loading and in error, as real Chromium shows them. Two reefs of its own, one with
 * `reef seed demo` and one without. `--readme` also renews those that README.md shows, in docs/pictures. Tells what the
 * pages complained about; nothing is compared.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { Reef } from "@reef/sdk";
import type { BrowserContextOptions, Page, Route } from "playwright-core";
import { launchChromium, signInHere } from "../support/browser.ts";
import { waitUntilEmbedded } from "../support/embedded.ts";
import { reefOf, type SignedInPerson, setUp } from "../support/people.ts";
import { makeFolder, type ReefProcess, repositoryRoot, spawnReef, startReefProcess } from "../support/reef-process.ts";
import { type PicturedPage, pages, type State, states } from "./pages.ts";
import { shrinkPng } from "./small-png.ts";

const README_FOLDER = join(repositoryRoot, "docs/pictures");
const README_BYTES = 150_000;
/** What the pages call the owner and the organization. */
const SHOWN = { name: "Adaeze Oduya", organizationName: "Kelmouth Quay", slug: "kelmouth" };
const themes = ["light", "dark"] as const;
const sizes: Readonly<Record<string, BrowserContextOptions>> = {
  wide: { viewport: { width: 1280, height: 800 } },
  narrow: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
};
/** What tells who is signed in; without it there is no page to see. */
const GATE = /^\/api\/(account|sign-in)$/;
/** What does not answer, or refuses. */
const isHeld = ({ pathname }: URL): boolean => pathname.startsWith("/api/") && !GATE.test(pathname);
/** In the page: until what fades has done so. What breathes never ends. */
const untilStill = `Promise.allSettled(
  document.getAnimations()
    .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
    .map(({ finished }) => finished),
).then(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))))`;
const LONGEST_WAIT_MS = 20_000;
/** For what fades and slides. */
const SETTLE_MS = 350;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { readme: { type: "boolean", default: false }, only: { type: "string" }, state: { type: "string" } },
});
const folder = positionals[0] ?? join(tmpdir(), "reef-pictures");
const pictured = pages.filter(({ name }) => options.only === undefined || name.startsWith(options.only));
const talk = (line: string) => process.stdout.write(`${line}\n`);
const complaints = new Map<string, number>();

if (options.only === undefined) requireAllRoutes();
const browser = await launchChromium();
const environment = { REEF_RATE_LIMIT_FACTOR: "10000", REEF_LOG_LEVEL: "error", REEF_STREAMS_PER_ADDRESS: "1000" };
const withPayments = { ...environment, REEF_STRIPE_FAKE: "true" };
const [started, empty] = await Promise.all([
  startReefProcess({ environment: withPayments }),
  startReefProcess({ environment }),
]);
let full = started;
/** Who owns each reef, once it is set up. */
const owners = new Map<string, SignedInPerson>();
let taken = 0;
try {
  mkdirSync(folder, { recursive: true });
  for (const page of pictured.filter(({ isBeforeSetUp }) => isBeforeSetUp)) {
    for (const size of Object.keys(sizes)) {
      await take(page, { state: "full", size, address: `${page.route}?code=${full.setupCode}` });
    }
  }
  for (const reef of [full, empty]) owners.set(reef.url, await setUp(reef.url, reef.setupCode, SHOWN));
  const reef = await seed();
  for (const page of pictured.filter(({ isBeforeSetUp }) => !isBeforeSetUp)) {
    const address = (await page.address?.(reef)) ?? page.route;
    const wanted = (page.states ?? states).filter((state) => options.state === undefined || state === options.state);
    for (const state of wanted) {
      for (const size of Object.keys(sizes)) await take(page, { state, size, address });
    }
    talk(`${page.name.padEnd(24)} ${taken} pictures`);
  }
} finally {
  await browser.close();
  await Promise.all([full.stop(), empty.stop()]);
}
for (const [complaint, count] of complaints) talk(`${count} × ${complaint}`);
talk(`${taken} pictures in ${folder}`);
process.exit(0);

/** The owner of a reef. @throws before it is set up. */
function ownerOf({ url }: ReefProcess): SignedInPerson {
  const owner = owners.get(url);
  if (owner === undefined) throw new Error(`${url} is not set up yet.`);
  return owner;
}

/** Fills the full reef for its owner, and gives that one's client. */
async function seed(): Promise<Reef> {
  const owner = ownerOf(full);
  await seedDemo(full.url, owner);
  const { organization } = await reefOf(full.url, owner).identity.getAccount();
  await inventUsage(required(organization).organizationId);
  await waitUntilEmbedded(full.url, "memory.embed");
  const reef = reefOf(full.url, owner);
  await subscribe(reef, "pro");
  return reef;
}

async function seedDemo(url: string, owner: SignedInPerson): Promise<void> {
  const child = spawn(process.execPath, [join(repositoryRoot, "apps/cli/src/main.ts"), "seed", "demo"], {
    env: { REEF_URL: url, REEF_TOKEN: owner.token, REEF_CONFIG_DIR: makeFolder("reef-pictures-"), REEF_KEYRING: "off" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [complaint, [exitCode]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  if (exitCode !== 0) throw new Error(`reef seed demo ended with ${exitCode}:\n${complaint}`);
}

/** Calls of the past are written while the reef is stopped, as its database is open to one process. */
async function inventUsage(organizationId: string): Promise<void> {
  const { dataFolder, url } = full;
  const port = Number(new URL(url).port);
  await full.stop();
  const args = ["invent-usage", "--organization", organizationId];
  const { exited, output } = spawnReef({ dataFolder, port, environment: withPayments, args });
  if ((await exited) !== 0) throw new Error(output());
  full = await startReefProcess({ dataFolder, environment: withPayments, port });
}

function required<Value>(value: Value | null): Value {
  if (value === null) throw new Error("The owner has no organization.");
  return value;
}

/** Has the owner's organization pay for a plan at the stand-in for Stripe, and waits until it holds. */
async function subscribe({ billing }: Reef, slug: string): Promise<void> {
  const plan = (await billing.listPlans()).items.find((each) => each.slug === slug);
  if (plan === undefined) throw new Error(`There is no plan ${slug}.`);
  const { url } = await billing.startCheckout({ planId: plan.id });
  const body = new URLSearchParams({ card: "4242424242424242" });
  const { status } = await fetch(url, { method: "POST", body, redirect: "manual" });
  if (status >= 400) throw new Error(`The stand-in for Stripe answered ${status} to a card that pays.`);
  for (let tries = 0; tries < LONGEST_WAIT_MS / SETTLE_MS; tries += 1) {
    if ((await billing.getSubscription()).subscription?.state === "active") return;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  throw new Error("The plan that was paid for did not come.");
}

interface Shot {
  state: State;
  size: string;
  address: string;
}

/** Both themes of a page, as somebody sees it who opens it for the first time. */
async function take(pictured: PicturedPage, { state, size, address }: Shot): Promise<void> {
  const reef = state === "empty" ? empty : full;
  const { url } = reef;
  const context = await browser.newContext({ ...sizes[size], reducedMotion: "reduce" });
  if (!pictured.isSignedOut) await signInHere(context, url, ownerOf(reef));
  const page = await context.newPage();
  const complain = (about: string) => {
    const complaint = `${pictured.name}, ${state}: ${about.slice(0, 200)}`;
    complaints.set(complaint, (complaints.get(complaint) ?? 0) + 1);
  };
  page.on("pageerror", ({ message }) => complain(message));
  page.on("console", (message) => {
    const isMeant = state === "error" && message.text().includes("status of 503");
    if (message.type() === "error" && !isMeant) complain(message.text());
  });
  // The stream of news is there long before a slow answer is.
  if (state === "loading")
    await page.route(
      (asked) => isHeld(asked) && !asked.pathname.endsWith("/stream"),
      () => {},
    );
  if (state === "error") await page.route(isHeld, refuse);
  await page.goto(url + address, { waitUntil: "load" });
  await untilShown(page, state).catch(() => complain(`was not there in ${LONGEST_WAIT_MS / 1_000} seconds`));
  if (state === "full") await pictured.prepare?.(page);
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.waitForTimeout(SETTLE_MS);
    await page.evaluate(untilStill);
    const picture = shrinkPng(await page.screenshot());
    writeFileSync(join(folder, `${pictured.name}.${state}.${size}.${theme}.png`), picture);
    taken += 1;
    if (options.readme && pictured.isMain && state === "full" && size === "wide") keep(pictured.name, theme, picture);
  }
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.close();
}

function keep(name: string, theme: string, picture: Buffer): void {
  if (picture.length > README_BYTES) throw new Error(`The picture of ${name} has ${picture.length} bytes.`);
  mkdirSync(README_FOLDER, { recursive: true });
  writeFileSync(join(README_FOLDER, `${name}-${theme}.png`), picture);
}

/** Until the skeletons are gone; while it loads, until something is there. */
async function untilShown(page: Page, state: State): Promise<void> {
  const patiently = { timeout: LONGEST_WAIT_MS };
  const skeleton = page.locator(".animate-breathe").first();
  await page.evaluate("document.fonts.ready.then(() => true)");
  await page.locator("h1, h2, p").or(skeleton).first().waitFor(patiently);
  if (state !== "loading") await skeleton.waitFor({ ...patiently, state: "detached" });
}

function refuse(route: Route): Promise<void> {
  const problem = {
    type: "/problems/http.unavailable",
    title: "The database does not answer",
    status: 503,
    detail: "Nothing was changed. Try again in a few seconds; if it stays so, look at the reef's log.",
    code: "http.unavailable",
  };
  return route.fulfill({
    status: problem.status,
    contentType: "application/problem+json",
    headers: { "x-request-id": "0c5e2f0a-6f0b-4a53-9e6a-1f6a1a3f0d11" },
    body: JSON.stringify(problem),
  });
}

/** @throws when the console has a page that the table does not name, or the other way round. */
function requireAllRoutes(): void {
  const sources = globSync("apps/console/src/{features,app}/**/*.tsx", { cwd: repositoryRoot });
  const routes = new Set(
    sources.flatMap((path) =>
      [...readFileSync(join(repositoryRoot, path), "utf8").matchAll(/^\s+path: "(\/[^"]*)",$/gm)].map(
        ([, route]) => route,
      ),
    ),
  );
  const named = new Set<string | undefined>(pages.map(({ route }) => route));
  const faults = [...routes]
    .filter((route) => !named.has(route))
    .concat([...named].filter((route) => !routes.has(route)));
  if (faults.length > 0)
    throw new Error(`tests/pictures/pages.ts and the console's routes differ: ${faults.join(", ")}`);
}
