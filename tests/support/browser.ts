import assert from "node:assert/strict";
import { findChromium } from "@reef/testing";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import type { SignedInPerson } from "./people.ts";

/** Why tests that need a browser are skipped; false where there is one. */
export const withoutChromium: string | false =
  findChromium() === undefined ? "no Chromium was found; CHROMIUM_PATH names one" : false;

/** Chromium's own calls to its maker are refused on a closed network, so they are turned off. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How long a page may take for anything, on a machine that does a lot beside it. */
const PATIENCE_MS = 90_000;

/** The system's Chromium. @throws when there is none. */
export async function launchChromium(...more: string[]): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("No Chromium was found; CHROMIUM_PATH names one.");
  return chromium.launch({ executablePath, args: [...ARGUMENTS, ...more] });
}

/** A browser with no past, in which nobody is signed in. */
export async function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** Gives a browser somebody's session, without the page for signing in. */
export async function signInHere(context: BrowserContext, url: string, { byCookie }: SignedInPerson): Promise<void> {
  const [name = "", value = ""] = /^([^=]+)=(.*)$/.exec(byCookie.Cookie ?? "")?.slice(1) ?? [];
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: "Lax" }]);
}

/** A visit's circumstances. */
interface VisitOptions extends BrowserContextOptions {
  /** Complaints that belong to the test, for example of a request that it lets fail. */
  allowed?: RegExp;
}

/** How a test goes to a page of a reef as somebody. */
export type Visit = (path: string, work: (page: Page) => Promise<void>, options?: VisitOptions) => Promise<void>;

/**
 * Opens pages of a reef, as a person who is signed in or as nobody; who has several organizations comes to the one with the
 * slug. Whatever the browser complains of fails the visit, and so does every dialog of a script, everything that the policy
 * refuses, and every request to anybody but the reef.
 */
export function createVisit(browser: Browser, url: string, person?: SignedInPerson, slug?: string): Visit {
  const localStorage = slug === undefined ? [] : [{ name: "reef.organization", value: slug }];
  const storageState = { cookies: [], origins: [{ origin: url, localStorage }] };
  return async (path, work, { allowed = /(?!)/, ...options } = {}) => {
    const context = await newContext(browser, { storageState, ...options });
    if (person !== undefined) await signInHere(context, url, person);
    const page = await context.newPage();
    const faults = await collectFaults(page, url);
    try {
      await page.goto(`${url}${path}`);
      await work(page);
      assert.deepEqual(
        faults.filter((fault) => !allowed.test(fault)),
        [],
      );
    } finally {
      await context.close();
    }
  };
}

/** All that goes wrong on a page from now on, as it happens. */
async function collectFaults(page: Page, url: string): Promise<readonly string[]> {
  const faults: string[] = [];
  const context = page.context();
  await context.exposeFunction("reportViolation", (directive: string) => faults.push(`policy: ${directive}`));
  await context.addInitScript(
    "addEventListener('securitypolicyviolation', ({ violatedDirective }) => reportViolation(violatedDirective))",
  );
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(message.text());
  });
  context.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== url) faults.push(`asked ${request.url()}`);
  });
  return faults;
}

/** A page whose question who is signed in is held back. */
interface HeldPage {
  /** Resolves once the page asks. */
  isAsked: Promise<unknown>;
  /** What it asked of the API besides. */
  askedBesides(): string[];
  /** Lets the answer come. */
  release(): void;
}

/** Holds back, on the page that is opened next, the answer to who is signed in. */
export async function holdAccount(page: Page): Promise<HeldPage> {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const held = Promise.withResolvers<void>();
  await page.route("**/api/account", async (route) => {
    await held.promise;
    await route.continue();
  });
  return {
    isAsked: page.waitForRequest("**/api/account"),
    askedBesides: () => asked.filter((path) => path.startsWith("/api/") && path !== "/api/account"),
    release: held.resolve,
  };
}

/** Waits until an expression is true in the page; its policy forbids Playwright's own way, which evaluates text. */
export async function untilInPage(page: Page, expression: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  do {
    if (await page.evaluate(expression)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  } while (performance.now() < end);
  const focused = await page.evaluate("document.activeElement?.outerHTML.slice(0, 200)");
  assert.fail(`never became true: ${expression}; the focus is on ${focused}`);
}

/** A text within something, as it is seen: what stands there twice, for wide and for narrow windows, is shown once. */
export const seenIn = (within: Locator, text: string): Locator =>
  within.getByText(text, { exact: true }).filter({ visible: true });
