import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { createVisit, launchChromium, withoutChromium } from "../support/browser.ts";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";

describe("the pages of a reef in a browser", { skip: withoutChromium }, () => {
  let reef: ReefProcess;
  let browser: Browser;

  before(async () => {
    reef = await startReefProcess();
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await reef?.stop();
  });

  /** Opens a page on which nothing may go wrong, and gives what it showed from its top to its end. */
  async function open(path: string, selector: string): Promise<string> {
    let text = "";
    await createVisit(browser, reef.url)(path, async (page) => {
      await page.locator(selector).first().waitFor();
      // Of a long page only what is in view is there, so it is read screen by screen.
      for (let isEnd = false; !isEnd; ) {
        text += (await page.textContent("body")) ?? "";
        isEnd = await page.evaluate("scrollY + innerHeight >= document.body.scrollHeight - 1");
        await page.evaluate("new Promise((done) => { scrollBy(0, innerHeight / 2); setTimeout(done, 50); })");
      }
    });
    return text;
  }

  it("the API reference shows every operation, breaks no content policy and loads nothing from elsewhere", async () => {
    const text = await open("/api/docs", ".opblock");
    const document = (await (await fetch(`${reef.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { summary: string }>>;
    };
    for (const operations of Object.values(document.paths)) {
      for (const { summary } of Object.values(operations)) assert.ok(text.includes(summary), summary);
    }
  });

  it("the page of a problem says what it means and what to do", async () => {
    const text = await open("/problems/memory.not_found", "dt");
    assert.match(text, /404 memory\.not_found/);
    assert.match(text, /GET \/api\/diaries lists yours/);
  });
});
