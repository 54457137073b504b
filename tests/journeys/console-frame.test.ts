import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { createReef, type Reef, register } from "@reef/sdk";
import { findChromium } from "@reef/testing";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium, PATIENCE_MS, setUpOperator, signInHere } from "../support/console.ts";
import { findFreePort, type ReefProcess, startReefProcess } from "../support/reef-process.ts";

const skip = findChromium() === undefined ? "no Chromium was found; CHROMIUM_PATH names one" : false;

/** What is the organization's own on the page: as soon as one of these is painted, the gate has failed. */
const ORGANIZATIONS_OWN = /Kelmouth|otter|Adaeze/;

describe("the frame of the console", { skip, concurrency: false }, () => {
  let reefProcess: ReefProcess;
  let browser: Browser;
  let reef: Reef;
  let url: string;
  let port: number;
  let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;
  const environment = { REEF_RATE_LIMIT_FACTOR: "100" };

  before(async () => {
    port = await findFreePort();
    reefProcess = await startReefProcess({ port, environment });
    url = reefProcess.url;
    const { voucher = "" } = reefProcess;
    const { credentials, privateKey } = await register({ url, name: "otter", voucher });
    reef = createReef({ url, credentials: { clientId: credentials.clientId, privateKey } });
    await setUpOperator(reefProcess);
    await join("kelp");
    await join("tide");
    browser = await launchChromium();
  });
  // A session of its own for each test, so that signing out in one ends nothing in another.
  beforeEach(async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(PATIENCE_MS);
    await signInHere(context, url);
    signedIn = await context.storageState();
    await context.close();
  });
  after(async () => {
    await browser?.close();
    await reefProcess?.stop();
  });

  async function join(name: string): Promise<void> {
    const { code } = await reef.identity.issueVoucher({});
    await register({ url, name, voucher: code });
  }

  /** Opens a page and works with it; whatever the browser complains of fails the test, but for what `allowed` names. */
  async function visit(
    path: string,
    work: (page: Page, context: BrowserContext) => Promise<void>,
    { allowed = /(?!)/, ...options }: BrowserContextOptions & { allowed?: RegExp } = {},
  ): Promise<void> {
    const context = await browser.newContext({ storageState: signedIn, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(url)) faults.push(`asked ${request.url()}`);
    });
    try {
      await page.goto(`${url}${path}`);
      await work(page, context);
      assert.deepEqual(
        faults.filter((fault) => !allowed.test(fault)),
        [],
      );
    } finally {
      await context.close();
    }
  }

  const agents = (page: Page) => page.getByRole("table", { name: "Agents" });
  const rowOf = (page: Page, name: string) => agents(page).getByRole("row", { name: new RegExp(`^${name}\\b`) });
  const focused = (page: Page) => page.evaluate("document.activeElement?.textContent ?? ''") as Promise<string>;
  const palette = (page: Page) => page.getByRole("combobox", { name: "Search or do something" });
  /** Waits until an expression is true in the page; the page's own policy forbids Playwright's way, which evaluates text. */
  async function until(page: Page, expression: string): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (await page.evaluate(expression)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    assert.fail(`never became true: ${expression}; the focus is on "${await focused(page)}"`);
  }
  const bodyText = (page: Page) => page.evaluate("document.body.innerText") as Promise<string>;

  it("MO21: paints and asks for nothing of the organization before it knows who is there", async () => {
    const context = await browser.newContext({ storageState: signedIn });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/api/account", async (route) => {
      await held;
      await route.continue();
    });
    const isAsked = page.waitForRequest("**/api/account");
    await page.goto(`${url}/agents`);
    await isAsked;
    assert.doesNotMatch(await bodyText(page), ORGANIZATIONS_OWN);
    assert.deepEqual(
      asked.filter((path) => path.startsWith("/api/") && path !== "/api/account"),
      [],
    );
    release();
    await rowOf(page, "otter").waitFor();
    await context.close();
  });

  it("MO21: leads to the sign-in page, with the way back, when nobody is signed in or the reef fails", async () => {
    const signedOut = { cookies: [], origins: [] };
    await visit(
      "/agents?panel=agent.x",
      async (page) => {
        await page.waitForURL("**/sign-in?*");
        assert.equal(new URL(page.url()).searchParams.get("return_to"), "/agents?panel=agent.x");
        assert.doesNotMatch(await bodyText(page), ORGANIZATIONS_OWN);
      },
      { storageState: signedOut, allowed: /401/ },
    );
    for (const fail of ["500", "abort"] as const) {
      const context = await browser.newContext({ storageState: signedIn });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      await page.route("**/api/account", (route) =>
        fail === "abort" ? route.abort() : route.fulfill({ status: 500, body: "<html>" }),
      );
      await page.goto(`${url}/agents`);
      await page.waitForURL("**/sign-in?*");
      assert.equal(new URL(page.url()).searchParams.get("return_to"), "/agents");
      assert.doesNotMatch(await bodyText(page), ORGANIZATIONS_OWN);
      await context.close();
    }
  });

  it("MO20: a browser that remembers an organization that is not the person's gets the person's own", async () => {
    await visit(
      "/sign-in",
      async (page) => {
        await page.evaluate("localStorage.setItem('reef.organization', 'somebody-elses')");
        await page.goto(`${url}/agents`);
        await rowOf(page, "otter").waitFor();
        assert.equal(await page.evaluate("localStorage.getItem('reef.organization')"), null);
      },
      { allowed: /404/ },
    );
  });

  it("can be used with the keyboard alone, and the focus always comes back", async () => {
    await visit("/agents", async (page) => {
      await rowOf(page, "otter").waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      const chosen = await focused(page);
      assert.match(chosen, /otter|kelp|tide/);
      await page.keyboard.press("o");
      await page.getByRole("heading", { level: 2, name: chosen }).waitFor();
      assert.match(page.url(), /panel=agent\./);
      await until(page, `document.activeElement?.tagName === "H2"`);
      await page.keyboard.press("Escape");
      await page.getByRole("heading", { level: 2, name: chosen }).waitFor({ state: "detached" });
      await until(page, `document.activeElement?.textContent === ${JSON.stringify(chosen)}`);

      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).getByText("Next row").waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("Escape");
      await until(page, `document.activeElement?.textContent === ${JSON.stringify(chosen)}`);

      await page.keyboard.press("Control+k");
      await palette(page).fill("go to audit");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/audit");
      await until(page, `document.activeElement?.tagName === "H1"`);
    });
  });

  it("has a first link that skips to the page, and opens its menus by keyboard", async () => {
    await visit("/agents", async (page) => {
      await rowOf(page, "otter").waitFor();
      const skipLink = page.getByRole("link", { name: "Skip to the page" });
      await skipLink.focus();
      await page.keyboard.press("Enter");
      await until(page, `document.activeElement?.id === "main"`);
      const menu = page.getByRole("button", { name: /^Account of/ });
      await menu.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitemradio", { name: "Dark" }).waitFor();
      await page.keyboard.press("Escape");
      await until(page, `document.activeElement?.textContent.startsWith("Account of")`);
    });
  });

  it("finds agents from everywhere, and opens what was found", async () => {
    await visit("/audit", async (page) => {
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.getByRole("button", { name: /Search or do something/ }).click();
      await palette(page).fill("kelp");
      await page.getByRole("option", { name: /kelp/ }).click();
      await page.getByRole("heading", { name: "kelp" }).first().waitFor();
    });
  });

  it("keeps the theme that was chosen, from the first paint on", async () => {
    await visit(
      "/agents",
      async (page) => {
        await page.getByRole("button", { name: /^Account of/ }).click();
        await page.getByRole("menuitemradio", { name: "Dark" }).click();
        await page.route("**/assets/index-*.js", (route) => route.abort());
        await page.goto(`${url}/agents`).catch(() => undefined);
        assert.equal(await page.evaluate("document.documentElement.dataset.theme"), "dark");
        assert.equal(await page.evaluate("getComputedStyle(document.documentElement).colorScheme"), "dark");
      },
      { allowed: /ERR_FAILED/ },
    );
  });

  it("keeps to its policy in everything that floats: no style, script or frame is refused by it", async () => {
    await visit("/agents", async (page) => {
      await page.evaluate(
        "globalThis.violations = []; addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective))",
      );
      await rowOf(page, "otter").waitFor();
      await page.keyboard.press("Control+k");
      await palette(page).waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.getByRole("button", { name: /^Account of/ }).click();
      await page.getByRole("menu").waitFor();
      await page.keyboard.press("Escape");
      await rowOf(page, "otter").getByRole("link", { name: "otter" }).click();
      await page.getByRole("heading", { level: 2, name: "otter" }).waitFor();
      assert.deepEqual(await page.evaluate("violations"), []);
    });
  });

  it("fits a telephone: nothing wider than the window, the places at the bottom, a panel instead of the page", async () => {
    const telephone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
    await visit(
      "/agents",
      async (page) => {
        await rowOf(page, "otter").waitFor();
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
        await page.getByRole("button", { name: "More" }).tap();
        await page.getByRole("menuitem", { name: "Members" }).waitFor();
        await page.keyboard.press("Escape");
        await rowOf(page, "otter").getByRole("link", { name: "otter" }).tap();
        const panel = page.getByRole("complementary");
        await panel.getByRole("heading", { name: "otter" }).waitFor();
        await until(page, "document.getAnimations().length === 0");
        const box = await panel.boundingBox();
        assert.deepEqual([box?.x, box?.width], [0, 360]);
        await panel.getByRole("button", { name: "Close the panel" }).tap();
        await panel.waitFor({ state: "detached" });
      },
      telephone,
    );
  });

  it("shows what agents do as they do it, and after the reef was away what was missed meanwhile", async () => {
    await visit(
      "/agents",
      async (page) => {
        await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
        await join("urchin");
        await rowOf(page, "urchin").waitFor();
        // Nothing moves under the pointer: what is new waits above until it has left.
        await rowOf(page, "otter").hover();
        await join("limpet");
        await page.getByRole("button", { name: "1 new" }).waitFor();
        assert.equal(await rowOf(page, "limpet").count(), 0);
        await page.getByRole("heading", { level: 1 }).hover();
        await rowOf(page, "limpet").waitFor();
        const { dataFolder } = reefProcess;
        await reefProcess.stop();
        await page.getByRole("status").filter({ hasText: "Reconnecting" }).waitFor();
        assert.equal(await rowOf(page, "urchin").count(), 1, "what was seen stays");
        reefProcess = await startReefProcess({ port, dataFolder, environment });
        await join("barnacle");
        await rowOf(page, "barnacle").waitFor({ timeout: 90_000 });
        await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
      },
      { allowed: /ERR_|Failed to load/ },
    );
  });

  it("forgets everything at the sign-out, also for the browser's way back", async () => {
    await visit(
      "/agents",
      async (page) => {
        await rowOf(page, "otter").waitFor();
        await page.getByRole("link", { name: "Audit" }).first().click();
        await page.waitForURL("**/audit");
        await page.getByRole("button", { name: /^Account of/ }).click();
        // The page is loaded anew, so that nothing stays in its memory.
        const isLoaded = page.waitForEvent("load");
        await page.getByRole("menuitem", { name: "Sign out" }).click();
        await isLoaded;
        assert.equal(new URL(page.url()).pathname, "/sign-in");
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.goBack();
        await page.waitForURL("**/sign-in?*");
        assert.doesNotMatch(await bodyText(page), ORGANIZATIONS_OWN);
      },
      { allowed: /401/ },
    );
  });
});
