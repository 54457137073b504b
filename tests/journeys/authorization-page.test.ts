import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { joinReef, type PlayedAgent } from "../support/agents.ts";
import { createVisit, launchChromium, signInHere, withoutChromium } from "../support/browser.ts";
import { type OAuthProgram, startOAuthProgram } from "../support/oauth-program.ts";
import { type SignedInPerson, setUp } from "../support/people.ts";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";

describe("the page on which a person sees which program asks for what", { skip: withoutChromium }, () => {
  let reefProcess: ReefProcess;
  let program: OAuthProgram;
  let browser: Browser;
  let agent: PlayedAgent;
  let person: SignedInPerson;

  before(async () => {
    const environment = { REEF_OAUTH_LOCAL_CLIENTS: "true", REEF_RATE_LIMIT_FACTOR: "100" };
    reefProcess = await startReefProcess({ environment });
    const { url, voucher, setupCode } = reefProcess;
    agent = await joinReef(url, "ada", voucher);
    person = await setUp(url, setupCode);
    program = await startOAuthProgram();
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
    await reefProcess?.stop();
  });

  /** Opens the page and works with it; nothing may go wrong on it, and nothing be asked of anybody but reef and program. */
  function visit(work: (page: Page) => Promise<void>, options: BrowserContextOptions = {}): Promise<void> {
    const { url } = reefProcess;
    const address = program.authorizeAddress(url, "diary:read diary:write");
    // A refused form is a page with status 401, which Chromium mentions as well; so does a missing icon.
    const allowed = new RegExp(`status of 40[14]|^asked ${program.redirectUri}|^asked http://${program.host}/favicon`);
    return createVisit(browser, url)(address.slice(url.length), work, { ...options, allowed });
  }

  it("goes on by itself once the agent has approved on its own machine", () =>
    visit(async (page) => {
      assert.equal(await page.locator("h1").textContent(), "Let a program act here?");
      assert.equal(await page.locator(".client").textContent(), program.host);
      const code = (await page.locator("pre strong").textContent()) ?? "";
      await agent.reef.identity.approveAuthorization({ code });
      await page.waitForURL(`${program.redirectUri}?**`);
      assert.ok(new URL(page.url()).searchParams.get("code"));
    }));

  it("goes on without scripts as well, by its link", () =>
    visit(
      async (page) => {
        const code = (await page.locator("pre strong").textContent()) ?? "";
        await page.getByRole("link", { name: "Continue when it is approved" }).click();
        assert.equal(await page.locator("pre strong").textContent(), code, "not yet");
        await agent.reef.identity.approveAuthorization({ code });
        await page.getByRole("link", { name: "Continue when it is approved" }).click();
        await page.waitForURL(`${program.redirectUri}?**`);
      },
      { javaScriptEnabled: false },
    ));

  it("takes the agent's client secret in its form, complains about a wrong one, and leads to the program", () =>
    visit(async (page) => {
      const fill = async (secret: string) => {
        await page.getByLabel("Client id").fill(agent.credentials.clientId);
        await page.getByLabel("Client secret").fill(secret);
        await page.getByRole("button", { name: "Approve" }).click();
      };
      await fill("wrong");
      await page.getByRole("alert").waitFor();
      assert.match((await page.getByRole("alert").textContent()) ?? "", /not those of an active agent/);
      await fill(agent.credentials.clientSecret);
      await page.waitForURL(`${program.redirectUri}?**`);
      assert.ok(new URL(page.url()).searchParams.get("code"));
    }));

  it("lets the person act who is signed in in the browser, and reads well where one is", () =>
    visit(
      async (page) => {
        assert.equal(await page.getByRole("link", { name: "Sign in" }).count(), 1);
        await signInHere(page.context(), reefProcess.url, person);
        await page.reload();
        const contrasts = await page.evaluate<[string, number][]>(CONTRASTS);
        for (const [text, ratio] of contrasts) assert.ok(ratio >= 4.5, `${text}: ${ratio}`);
        assert.ok((await page.evaluate<number>("document.documentElement.scrollWidth")) <= 360);
        await page.getByRole("button", { name: "Act for me in first" }).click();
        await page.waitForURL(`${program.redirectUri}?**`);
        assert.ok(new URL(page.url()).searchParams.get("code"));
      },
      { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
    ));

  it("refuses by a button, and tells the program so", () =>
    visit(async (page) => {
      await page.getByRole("button", { name: "Refuse" }).click();
      await page.waitForURL(`${program.redirectUri}?**`);
      assert.equal(new URL(page.url()).searchParams.get("error"), "access_denied");
    }));

  for (const colorScheme of ["light", "dark"] as const) {
    it(`fits a screen of 360 pixels, and reads well in the ${colorScheme} theme`, () =>
      visit(
        async (page) => {
          const widest = await page.evaluate<number>("document.documentElement.scrollWidth");
          assert.ok(widest <= 360, `it is ${widest} pixels wide`);
          const contrasts = await page.evaluate<[string, number][]>(CONTRASTS);
          assert.ok(contrasts.length > 10);
          for (const [text, ratio] of contrasts) assert.ok(ratio >= 4.5, `${text}: ${ratio}`);
        },
        { viewport: { width: 360, height: 740 }, colorScheme },
      ));
  }
});

/** Contrasts of all texts with what is behind them, as WCAG 2.2 counts them; runs in the browser. */
const CONTRASTS = `(() => {
  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (!backgroundColor.endsWith(", 0)")) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = document.querySelectorAll("h1, h2, p, a, dt, dd, li, code, label, button");
  return Array.from(texts, (element) => {
    const pair = [getComputedStyle(element).color, groundOf(element)].map(luminance);
    return [element.textContent.slice(0, 30), (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05)];
  });
})()`;
