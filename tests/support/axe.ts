import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { untilInPage, type Visit } from "./browser.ts";

const source = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** What of axe's answer is read here. */
interface Violation {
  id: string;
  impact: string | null;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** The serious and critical faults that axe finds on a page as it stands, each in a line; none is what a test expects. */
export async function findAxeFaults(page: Page): Promise<string[]> {
  await settle(page);
  await page.evaluate(`${source}; undefined`);
  const violations = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  )) as Violation[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary = "" }) => `${id}: ${help} (${target.join(" ")}) ${failureSummary}`),
    );
}

/**
 * Looks at pages as axe does, and fails at the first that has a serious fault.
 *
 * @param shown Paths, and by what is seen that the page of each is there.
 */
export async function assertNoAxeFaults(
  visit: Visit,
  shown: Readonly<Record<string, (page: Page) => Promise<unknown>>>,
  options: BrowserContextOptions,
): Promise<void> {
  for (const [path, isShown] of Object.entries(shown)) {
    await visit(
      path,
      async (page) => {
        await isShown(page);
        assert.deepEqual(await findAxeFaults(page), [], path);
      },
      options,
    );
  }
}

/** Waits until nothing moves any more but what does so for ever: what fades in has no contrast yet. */
const settle = (page: Page): Promise<void> =>
  untilInPage(
    page,
    "document.getAnimations().every(({ effect }) => effect.getComputedTiming().endTime === Number.POSITIVE_INFINITY)",
  );
