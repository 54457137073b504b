import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { findChromium } from "@reef/testing";
import { type Browser, chromium } from "playwright-core";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";

const executablePath = findChromium();
const skip = executablePath === undefined ? "no Chromium was found; CHROMIUM_PATH names one" : false;

/** Chromium's own calls to its maker are refused on a closed network, so they are turned off. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

describe("the pages of a reef in a browser", { skip }, () => {
  let reef: ReefProcess;
  let browser: Browser;

  before(async () => {
    reef = await startReefProcess();
    browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  });
  after(async () => {
    await browser?.close();
    await reef?.stop();
  });

  /** Opens a page, and gives what it showed with all that went wrong on it and all that it asked of other servers. */
  async function open(path: string, selector: string) {
    const page = await browser.newPage();
    const faults: string[] = [];
    const foreign: string[] = [];
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== reef.url) foreign.push(request.url());
    });
    await page.goto(`${reef.url}${path}`);
    await page.waitForSelector(selector);
    const text = (await page.textContent("body")) ?? "";
    await page.close();
    return { text, faults, foreign };
  }

  it("the API reference shows every operation, breaks no content policy and loads nothing from elsewhere", async () => {
    const { text, faults, foreign } = await open("/api/docs", ".opblock");
    assert.deepEqual({ faults, foreign }, { faults: [], foreign: [] });
    const document = (await (await fetch(`${reef.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { summary: string }>>;
    };
    for (const operations of Object.values(document.paths)) {
      for (const { summary } of Object.values(operations)) assert.ok(text.includes(summary), summary);
    }
  });

  it("the page of a problem says what it means and what to do", async () => {
    const { text, faults } = await open("/problems/memory.not_found", "dt");
    assert.match(text, /404 memory\.not_found/);
    assert.match(text, /GET \/api\/diaries lists yours/);
    assert.deepEqual(faults, []);
  });
});
