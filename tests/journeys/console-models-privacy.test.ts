import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { until } from "@reef/testing";
import type { Page } from "playwright-core";
import { assertNoAxeFaults } from "../support/axe.ts";
import { type Visit, withoutChromium } from "../support/browser.ts";
import { type RunningConsole, startConsole } from "../support/console.ts";
import { bothHands } from "../support/hands.ts";
import { type ModelUpstream, startModelUpstream, upstreamModel } from "../support/model-upstream.ts";
import { reefOf } from "../support/people.ts";

describe("what is kept of calls, in the console", { skip: withoutChromium, concurrency: false }, () => {
  let running: RunningConsole;
  let visit: Visit;
  let upstream: ModelUpstream;
  before(async () => {
    upstream = await startModelUpstream();
    running = await startConsole({ REEF_GATEWAY_PRIVATE_PROVIDERS: "true" });
    ({ visit } = running);
    const models = [{ name: upstreamModel.name }];
    await gateway().createProvider({ kind: "openai-compatible", slug: "here", baseUrl: upstream.baseUrl, models });
  });
  after(async () => {
    await running?.stop();
    upstream?.stop();
  });

  const gateway = () => reefOf(running.url, running.owner).gateway;
  const panel = (page: Page) => page.getByRole("complementary");

  /** Asks the model with a key; the question has an address in it, and a word that the organization takes out. */
  let asked = 0;
  async function ask(secret: string): Promise<void> {
    asked += 1;
    // Each question is another one, so that none is answered from what was said before.
    const content = `Write to ada@reef.test about the Kraken, number ${asked}.`;
    const response = await fetch(`${running.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
      body: JSON.stringify({ model: upstreamModel.name, messages: [{ role: "user", content }] }),
    });
    assert.equal(response.status, 200, await response.text());
  }

  for (const [kind, handsOn] of bothHands) {
    it(`capture is turned on, said of a key, read without what is taken out, deleted and turned off, by ${kind}`, async () => {
      const key = await gateway().createKey({ name: `desk by ${kind}` });
      await visit("/models?tab=privacy", async (page) => {
        const { press, write } = handsOn(page);
        const enabled = page.getByRole("checkbox", { name: "Keys may keep prompts and answers" });
        await enabled.waitFor();
        await enabled.focus();
        await page.keyboard.press("Space");
        await write(page.getByLabel("Days at most"), "90");
        await write(page.getByLabel("Words that are taken out"), "Kraken");
        await press(page.getByRole("button", { name: "Save", exact: true }));
        await page.getByText("Saved. It holds within seconds.").waitFor();
      });
      const settings = await gateway().getCaptureSettings({});
      assert.deepEqual([settings.enabled, settings.retentionDays, settings.words], [true, 90, ["Kraken"]]);

      await visit(`/models?panel=model-key.${key.id}`, async (page) => {
        const { press, write, choose } = handsOn(page);
        await press(panel(page).getByRole("button", { name: "Change" }));
        const dialog = page.getByRole("dialog", { name: `Change the key desk by ${kind}` });
        await choose(dialog.getByLabel("Prompts and answers"), "Are kept for a time");
        await write(dialog.getByLabel("Days they are kept"), "7");
        await dialog.getByRole("checkbox", { name: "IP addresses" }).focus();
        await page.keyboard.press("Space");
        await choose(dialog.getByLabel("Answers are given again"), "To the same request");
        await choose(dialog.getByLabel("For how long"), "a day");
        await press(dialog.getByRole("button", { name: "Change key" }));
        await dialog.waitFor({ state: "detached" });
        await panel(page).getByText("To the same request, for a day").waitFor();
      });
      const { capture, cache } = await gateway().getKey({ keyId: key.id });
      assert.deepEqual(capture, { retentionDays: 7, redact: ["email", "phone", "card", "iban", "secret"] });
      assert.deepEqual(cache, { exact: true, semantic: null, ttlSeconds: 86_400 });

      // The change holds within a second or two.
      const call = await until(async () => {
        await ask(key.secret);
        const { items } = await gateway().listUsageEvents({ keyId: key.id, limit: 100 });
        return items.find(({ captured }) => captured);
      });
      await visit(`/models?tab=usage&panel=call.${call.id}`, async (page) => {
        const { press } = handsOn(page);
        await press(panel(page).getByRole("button", { name: "Read prompt and answer" }));
        await panel(page).getByText(`Write to [email] about the`, { exact: false }).waitFor();
        await panel(page).getByText("The tide turns.", { exact: false }).waitFor();
        const text = (await panel(page).textContent()) ?? "";
        assert.ok(!text.includes("ada@reef.test") && !text.includes("Kraken"), text);
        await press(panel(page).getByRole("button", { name: "Delete", exact: true }));
        const confirm = page.getByRole("alertdialog", { name: "Delete prompt and answer of this call?" });
        await press(confirm.getByRole("button", { name: "Delete them" }));
        await panel(page).getByText("It was not kept.", { exact: false }).waitFor();
      });
      await visit("/models?tab=privacy", async (page) => {
        const { press } = handsOn(page);
        const enabled = page.getByRole("checkbox", { name: "Keys may keep prompts and answers" });
        await page.getByText(/answers? (is|are) kept/).waitFor();
        await enabled.focus();
        await page.keyboard.press("Space");
        await press(page.getByRole("button", { name: "Save", exact: true }));
        await page.getByText("Saved. It holds within seconds.").waitFor();
      });
      assert.equal((await gateway().getCaptureSettings({})).enabled, false);
    });
  }

  it("what an admin writes stays while another one saves, and neither is lost unasked", async () => {
    await visit(
      "/models?tab=privacy",
      async (page) => {
        const words = page.getByLabel("Words that are taken out");
        await words.fill("Narwhal");
        const { version, enabled, retentionDays } = await gateway().getCaptureSettings({});
        // The page hears of the change by itself, and fetches the settings again.
        const renewed = page.waitForResponse(async (response) => {
          const isSettings =
            response.request().method() === "GET" && new URL(response.url()).pathname === "/api/capture";
          return isSettings && (await response.json()).version > version;
        });
        const theirs = { enabled, retentionDays, words: ["Leviathan"] };
        await gateway().updateCaptureSettings(theirs, { ifMatch: version });
        await renewed;
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.getByText("Somebody changed this setting while you wrote").waitFor();
        assert.equal(await words.inputValue(), "Narwhal");
        assert.deepEqual((await gateway().getCaptureSettings({})).words, ["Leviathan"]);
        await page.getByRole("button", { name: "Save mine over it" }).click();
        await page.getByText("Saved. It holds within seconds.").waitFor();
        assert.deepEqual((await gateway().getCaptureSettings({})).words, ["Narwhal"]);
        // Where nothing was written, the form shows what somebody else has saved.
        const mine = await gateway().getCaptureSettings({});
        await gateway().updateCaptureSettings(theirs, { ifMatch: mine.version });
        await until(async () => (await words.inputValue()) === "Leviathan");
      },
      { allowed: /412/ },
    );
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no serious fault that axe finds, in the ${colorScheme} theme`, async () => {
      const {
        items: [key],
      } = await gateway().listKeys();
      await assertNoAxeFaults(
        visit,
        {
          "/models?tab=privacy": (page: Page) => page.getByRole("button", { name: "Save", exact: true }).waitFor(),
          [`/models?panel=model-key.${key?.id}`]: async (page: Page) => {
            await panel(page).getByRole("button", { name: "Change" }).click();
            await page.getByRole("dialog").getByLabel("Days they are kept").waitFor();
          },
        },
        { colorScheme },
      );
    });
  }
});
