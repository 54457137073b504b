import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { createVisit, launchChromium, withoutChromium } from "../support/browser.ts";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";

/** As long as it takes on the slowest machine. */
const PATIENCE_MS = 90_000;

/** Half a screen down, or to the top from the end. */
const SCROLL_ON = `new Promise((done) => {
  if (scrollY + innerHeight >= document.body.scrollHeight - 1) scrollTo(0, 0);
  else scrollBy(0, innerHeight / 2);
  setTimeout(done, 50);
})`;

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

  it("the API reference shows every operation, breaks no content policy and loads nothing from elsewhere", async () => {
    const document = (await (await fetch(`${reef.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { summary: string }>>;
    };
    const unseen = new Set(
      Object.values(document.paths).flatMap((operations) => Object.values(operations).map(({ summary }) => summary)),
    );
    assert.ok(unseen.size > 0);
    await createVisit(browser, reef.url)("/api/docs", async (page) => {
      await page.locator(".opblock").first().waitFor();
      const end = performance.now() + PATIENCE_MS;
      // Of a long page only what is in view is there, a moment after it came into view. So it is read screen by screen, and
      // from its top once more where a part was passed by before it was painted.
      while (unseen.size > 0 && performance.now() < end) {
        const text = (await page.textContent("body")) ?? "";
        for (const summary of unseen) if (text.includes(summary)) unseen.delete(summary);
        await page.evaluate(SCROLL_ON);
      }
    });
    assert.deepEqual([...unseen], []);
  });

  it("the page of a problem says what it means and what to do", async () => {
    await createVisit(browser, reef.url)("/problems/memory.not_found", async (page) => {
      const text = (await page.textContent("body")) ?? "";
      assert.match(text, /404 memory\.not_found/);
      assert.match(text, /GET \/api\/diaries lists yours/);
    });
  });
});
