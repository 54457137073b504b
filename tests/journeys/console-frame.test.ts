import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { Reef } from "@reef/sdk";
import type { Browser, Page } from "playwright-core";
import { joinReef, joinThrough } from "../support/agents.ts";
import {
  createVisit,
  holdAccount,
  launchChromium,
  newContext,
  signInHere,
  untilInPage,
  type Visit,
  withoutChromium,
} from "../support/browser.ts";
import { type SignedInPerson, setUp, signIn } from "../support/people.ts";
import { findFreePort, type ReefProcess, startReefProcess } from "../support/reef-process.ts";
import { rowOf } from "../support/rows.ts";

/** What is the organization's own on the page: as soon as one of these is painted, the gate has failed. */
const ORGANIZATIONS_OWN = /Kelmouth|otter|Adaeze/;

describe("the frame of the console", { skip: withoutChromium, concurrency: false }, () => {
  let reefProcess: ReefProcess;
  let browser: Browser;
  let reef: Reef;
  let url: string;
  let port: number;
  let person: SignedInPerson;
  let visit: Visit;
  const environment = { REEF_RATE_LIMIT_FACTOR: "100" };

  before(async () => {
    port = await findFreePort();
    reefProcess = await startReefProcess({ port, environment });
    url = reefProcess.url;
    ({ reef } = await joinReef(url, "otter", reefProcess.voucher));
    const names = { slug: "kelmouth", organizationName: "Kelmouth Quay", name: "Adaeze Oduya" };
    person = await setUp(url, reefProcess.setupCode, names);
    await join("kelp");
    await join("tide");
    browser = await launchChromium();
  });
  // A session of its own for each test, so that signing out in one ends nothing in another.
  beforeEach(async () => {
    person = await signIn(url, person.email);
    visit = createVisit(browser, url, person);
  });
  after(async () => {
    await browser?.close();
    await reefProcess?.stop();
  });

  const join = (name: string) => joinThrough(url, reef, name);

  /** A page of which complaints are expected. */
  async function newPage(): Promise<Page> {
    const context = await newContext(browser);
    await signInHere(context, url, person);
    return context.newPage();
  }

  /** The agent that is called so; others may name it as the one that let them in. */
  const agent = (page: Page, name: string) => rowOf(page, "Agents", new RegExp(`^${name}`));
  const focused = (page: Page) => page.evaluate("document.activeElement?.textContent ?? ''") as Promise<string>;
  const palette = (page: Page) => page.getByRole("combobox", { name: "Search or do something" });
  const bodyText = (page: Page) => page.evaluate("document.body.innerText") as Promise<string>;

  it("MO21: paints and asks for nothing of the organization before it knows who is there", async () => {
    const page = await newPage();
    const { isAsked, askedBesides, release } = await holdAccount(page);
    await page.goto(`${url}/agents`);
    await isAsked;
    assert.doesNotMatch(await bodyText(page), ORGANIZATIONS_OWN);
    assert.deepEqual(askedBesides(), []);
    release();
    await agent(page, "otter").waitFor();
    await page.context().close();
  });

  it("MO21: leads to the sign-in page, with the way back, when nobody is signed in or the reef fails", async () => {
    await createVisit(browser, url)(
      "/agents?panel=agent.x",
      async (page) => {
        await page.waitForURL("**/sign-in?*");
        assert.equal(new URL(page.url()).searchParams.get("return_to"), "/agents?panel=agent.x");
        assert.doesNotMatch(await bodyText(page), ORGANIZATIONS_OWN);
      },
      { allowed: /401/ },
    );
    for (const fail of ["500", "abort"] as const) {
      const page = await newPage();
      await page.route("**/api/account", (route) =>
        fail === "abort" ? route.abort() : route.fulfill({ status: 500, body: "<html>" }),
      );
      await page.goto(`${url}/agents`);
      await page.waitForURL("**/sign-in?*");
      assert.equal(new URL(page.url()).searchParams.get("return_to"), "/agents");
      assert.doesNotMatch(await bodyText(page), ORGANIZATIONS_OWN);
      await page.context().close();
    }
  });

  it("MO20: a browser that remembers an organization that is not the person's gets the person's own", async () => {
    await visit(
      "/sign-in",
      async (page) => {
        await page.evaluate("localStorage.setItem('reef.organization', 'somebody-elses')");
        await page.goto(`${url}/agents`);
        await agent(page, "otter").waitFor();
        assert.equal(await page.evaluate("localStorage.getItem('reef.organization')"), null);
      },
      { allowed: /404/ },
    );
  });

  it("can be used with the keyboard alone, and the focus always comes back", async () => {
    await visit("/agents", async (page) => {
      await agent(page, "otter").waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      const chosen = await focused(page);
      assert.match(chosen, /otter|kelp|tide/);
      await page.keyboard.press("o");
      await page.getByRole("heading", { level: 2, name: chosen }).waitFor();
      assert.match(page.url(), /panel=agent\./);
      await untilInPage(page, `document.activeElement?.tagName === "H2"`);
      await page.keyboard.press("Escape");
      await page.getByRole("heading", { level: 2, name: chosen }).waitFor({ state: "detached" });
      await untilInPage(page, `document.activeElement?.textContent === ${JSON.stringify(chosen)}`);

      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).getByText("Next row").waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("Escape");
      await untilInPage(page, `document.activeElement?.textContent === ${JSON.stringify(chosen)}`);

      await page.keyboard.press("Control+k");
      await palette(page).fill("go to audit");
      await page.getByRole("option", { name: /audit/i, selected: true }).waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL("**/audit");
      await untilInPage(page, `document.activeElement?.tagName === "H1"`);
    });
  });

  it("has a first link that skips to the page, and opens its menus by keyboard", async () => {
    await visit("/agents", async (page) => {
      await agent(page, "otter").waitFor();
      const skipLink = page.getByRole("link", { name: "Skip to the page" });
      await skipLink.focus();
      await page.keyboard.press("Enter");
      await untilInPage(page, `document.activeElement?.id === "main"`);
      const menu = page.getByRole("button", { name: /^Account of/ });
      await menu.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitemradio", { name: "Dark" }).waitFor();
      await page.keyboard.press("Escape");
      await untilInPage(page, `document.activeElement?.textContent.startsWith("Account of")`);
    });
  });

  it("a menu that is opened while a page is on its way stays open when it comes", async () => {
    await visit("/agents", async (page) => {
      const onItsWay = Promise.withResolvers<void>();
      await page.route("**/assets/audit-page-*.js", async (route) => {
        await onItsWay.promise;
        await route.continue();
      });
      await page.getByRole("link", { name: "Audit" }).click();
      await page.getByRole("button", { name: /^Account of/ }).click();
      const item = page.getByRole("menuitem", { name: "Sign out" });
      await item.waitFor();
      onItsWay.resolve();
      await page.locator("h1", { hasText: "Audit" }).waitFor();
      await page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 200))");
      assert.ok(await item.isVisible());
      await page.keyboard.press("Escape");
      await page.getByRole("link", { name: "Signing" }).click();
      await untilInPage(page, `document.activeElement?.textContent === "Signing"`);
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
        await agent(page, "otter").waitFor();
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
      await agent(page, "otter").waitFor();
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
      await agent(page, "otter").getByRole("link", { name: "otter" }).click();
      await page.getByRole("heading", { level: 2, name: "otter" }).waitFor();
      assert.deepEqual(await page.evaluate("violations"), []);
    });
  });

  it("fits a telephone: nothing wider than the window, the places at the bottom, a panel instead of the page", async () => {
    const telephone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
    await visit(
      "/agents",
      async (page) => {
        await agent(page, "otter").waitFor();
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
        await page.getByRole("button", { name: "More" }).tap();
        await page.getByRole("menuitem", { name: "Members" }).waitFor();
        await page.keyboard.press("Escape");
        await agent(page, "otter").getByRole("link", { name: "otter" }).tap();
        const panel = page.getByRole("complementary");
        await panel.getByRole("heading", { name: "otter" }).waitFor();
        await untilInPage(page, "document.getAnimations().length === 0");
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
        await agent(page, "urchin").waitFor();
        // Nothing moves under the pointer: what is new waits above until it has left.
        await agent(page, "otter").hover();
        await join("limpet");
        await page.getByRole("button", { name: "1 new" }).waitFor();
        assert.equal(await agent(page, "limpet").count(), 0);
        await page.getByRole("heading", { level: 1 }).hover();
        await agent(page, "limpet").waitFor();
        const { dataFolder } = reefProcess;
        await reefProcess.stop();
        await page.getByRole("status").filter({ hasText: "Reconnecting" }).waitFor();
        assert.equal(await agent(page, "urchin").count(), 1, "what was seen stays");
        reefProcess = await startReefProcess({ port, dataFolder, environment });
        await join("barnacle");
        await agent(page, "barnacle").waitFor({ timeout: 90_000 });
        await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
      },
      { allowed: /ERR_|Failed to load/ },
    );
  });

  it("forgets everything at the sign-out, also for the browser's way back", async () => {
    await visit(
      "/agents",
      async (page) => {
        await agent(page, "otter").waitFor();
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
