import assert from "node:assert/strict";
import { createReef, type Key, keyFromSeed, type Reef, register } from "@reef/sdk";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium, PATIENCE_MS } from "./console.ts";
import { type SignedInPerson, setUp } from "./people.ts";
import { type ReefProcess, startReefProcess } from "./reef-process.ts";

/** An agent of a running reef, as a test plays it. */
export interface PlayedAgent {
  reef: Reef;
  key: Key;
  fingerprint: string;
}

/** A reef with its console, its first agent, the person who owns the organization, and a browser. */
export interface RunningConsole {
  url: string;
  process: ReefProcess;
  browser: Browser;
  /** The founding agent, "otter". */
  otter: PlayedAgent;
  /** Owns the organization, and operates the reef. */
  owner: SignedInPerson;
  /** Goes to a page as the owner. */
  visit: Visit;
  /** A further agent. */
  join(name: string): Promise<PlayedAgent>;
  stop(): Promise<void>;
}

/** Starts all of it; the organization is called `kelmouth`. */
export async function startConsole(): Promise<RunningConsole> {
  const process = await startReefProcess({ environment: { REEF_RATE_LIMIT_FACTOR: "100" } });
  const { url } = process;
  const otter = await registerAgent(url, "otter", process.voucher ?? "");
  const owner = await setUp(url, process.setupCode ?? "", "kelmouth");
  const browser = await launchChromium();
  return {
    url,
    process,
    browser,
    otter,
    owner,
    visit: createVisit(browser, url, owner),
    join: async (name) => registerAgent(url, name, (await otter.reef.identity.issueVoucher({})).code),
    async stop() {
      await browser.close();
      await process.stop();
    },
  };
}

async function registerAgent(url: string, name: string, voucher: string): Promise<PlayedAgent> {
  const { credentials, privateKey, agent } = await register({ url, name, voucher });
  const reef = createReef({ url, credentials: { clientId: credentials.clientId, privateKey } });
  return { reef, key: await keyFromSeed(privateKey), fingerprint: agent.fingerprint };
}

/** A visit's circumstances. */
interface VisitOptions extends BrowserContextOptions {
  /** Complaints of the browser that belong to the test, for example of a request that it lets fail. */
  allowed?: RegExp;
}

/** How a test goes to a page of the console as somebody. */
export type Visit = (path: string, work: (page: Page) => Promise<void>, options?: VisitOptions) => Promise<void>;

/**
 * Opens pages of the console as a person who is signed in. Whatever the browser complains of fails the visit, and so does
 * every dialog of a script, everything that the policy refuses, and every request to anybody but the reef.
 */
export function createVisit(browser: Browser, url: string, person: SignedInPerson): Visit {
  return async (path, work, { allowed = /(?!)/, ...options } = {}) => {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    const [name = "", value = ""] = /^([^=]+)=(.*)$/.exec(person.byCookie.Cookie ?? "")?.slice(1) ?? [];
    await context.addCookies([{ name, value, url, httpOnly: true, sameSite: "Lax" }]);
    const faults: string[] = [];
    await context.exposeFunction("reportViolation", (directive: string) => faults.push(`policy: ${directive}`));
    await context.addInitScript(
      "addEventListener('securitypolicyviolation', ({ violatedDirective }) => reportViolation(violatedDirective))",
    );
    const page = await context.newPage();
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("dialog", (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(message.text());
    });
    context.on("request", (request) => {
      if (new URL(request.url()).origin !== url) faults.push(`asked ${request.url()}`);
    });
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

/** Waits until an expression is true in the page; its policy forbids Playwright's own way, which evaluates text. */
export async function until(page: Page, expression: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await page.evaluate(expression)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const focused = await page.evaluate("document.activeElement?.outerHTML.slice(0, 200)");
  assert.fail(`never became true: ${expression}; the focus is on ${focused}`);
}
