import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { until } from "@reef/testing";
import type { Page } from "playwright-core";
import { assertNoAxeFaults, findAxeFaults } from "../support/axe.ts";
import { type Visit, withoutChromium } from "../support/browser.ts";
import { type RunningConsole, startConsole } from "../support/console.ts";
import { bothHands } from "../support/hands.ts";
import { inviteMember, reefOf } from "../support/people.ts";
import { rowOf } from "../support/rows.ts";

const telephone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const PROVIDER_SECRET = "sk-of-the-tide-machine-4711";

describe("the models of the console", { skip: withoutChromium, concurrency: false }, () => {
  let running: RunningConsole;
  let url: string;
  let visit: Visit;
  let upstream: Server;
  let upstreamUrl: string;
  before(async () => {
    upstream = startUpstream();
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
    running = await startConsole({ OPENAI_API_KEY: "sk-of-the-environment" });
    ({ url, visit } = running);
  });
  after(async () => {
    await running?.stop();
    upstream?.close();
  });

  const panel = (page: Page) => page.getByRole("complementary");
  const tab = (page: Page, name: string) => page.getByRole("tab", { name });
  const gateway = () => reefOf(url, running.owner).gateway;

  /** Everything of the page, of what it remembers and of its address: where no secret may stay. */
  const traces = async (page: Page): Promise<string> =>
    (await page.content()) +
    page.url() +
    (await page.evaluate<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])"));

  /** The status of a call of a model with a key, through the reef. */
  async function callWith(secret: string, model: string): Promise<number> {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
      body: JSON.stringify({ model, messages: [{ role: "user", content: "What is the tide?" }] }),
    });
    await response.text();
    return response.status;
  }

  for (const [kind, handsOn] of bothHands) {
    const providerName = `Tide by ${kind}`;
    const slug = `tide-${kind}`;
    const keyName = `desk by ${kind}`;

    it(`adds a provider by the form, tells in words that it works, and sets a price, by ${kind}`, async () => {
      await visit("/models?tab=providers", async (page) => {
        const { press, write, choose } = handsOn(page);
        await press(page.getByRole("button", { name: "Add a provider" }).first());
        const dialog = page.getByRole("dialog", { name: "Add a provider" });
        await choose(dialog.getByLabel("Kind"), "OpenAI-compatible");
        await choose(dialog.getByLabel("For", { exact: true }), "All organizations of this reef");
        await write(dialog.getByLabel("Name", { exact: true }), providerName);
        await write(dialog.getByLabel("Short name"), slug);
        await write(dialog.getByLabel("Address"), upstreamUrl);
        await write(dialog.getByLabel("Key", { exact: true }), PROVIDER_SECRET);
        await press(dialog.getByRole("button", { name: "Add and test" }));
        await dialog.getByText(/^It answers, in .+, and lists 2 models\.$/).waitFor();
        await press(dialog.getByRole("button", { name: "Done" }));
        await dialog.waitFor({ state: "detached" });
        await rowOf(page, "Providers", providerName).getByText("Ready").waitFor();
        assert.equal((await traces(page)).includes(PROVIDER_SECRET), false);

        await press(rowOf(page, "Providers", providerName).getByRole("link"));
        await press(panel(page).getByRole("button", { name: "Test", exact: true }));
        await panel(page).getByText("Works", { exact: true }).waitFor();
        await press(panel(page).getByRole("button", { name: "Set the price of tide-large" }));
        const price = page.getByRole("dialog", { name: "Price of tide-large" });
        await write(price.getByLabel("Input"), "3");
        await write(price.getByLabel("Output"), "15");
        await press(price.getByRole("button", { name: "Set price" }));
        await panel(page).getByText("$3.00 in, $15.00 out").waitFor();
      });
    });

    it(`creates a key that calls a model, shows the call in usage and exports it, and revokes the key, by ${kind}`, async () => {
      let secret = "";
      await visit("/models", async (page) => {
        const { press, write, choose } = handsOn(page);
        await press(page.getByRole("button", { name: "Create a key" }).first());
        const dialog = page.getByRole("dialog", { name: "Create a key" });
        await write(dialog.getByLabel("Name", { exact: true }), keyName);
        await write(dialog.getByLabel("Requests a minute"), "600");
        await choose(dialog.getByLabel("May ask for"), "The models that I choose");
        await write(dialog.getByLabel("Find models"), "tide-large");
        await dialog.getByRole("checkbox", { name: "tide-small", exact: true }).waitFor({ state: "detached" });
        const allowed = dialog.getByRole("checkbox", { name: "tide-large", exact: true });
        await allowed.waitFor();
        if (kind === "mouse") {
          await allowed.check();
        } else {
          await page.keyboard.press("Tab");
          await page.keyboard.press("Space");
        }
        assert.equal(await allowed.isChecked(), true);
        await press(dialog.getByRole("button", { name: "Create key" }));
        secret = (await dialog.getByRole("figure").filter({ hasText: "The key" }).locator("pre").textContent()) ?? "";
        const snippet = await dialog
          .getByRole("figure")
          .filter({ hasText: "client of OpenAI" })
          .locator("pre")
          .textContent();
        assert.ok(snippet?.includes(`baseURL: "${url}/v1"`), snippet ?? "");
        assert.ok(snippet?.includes(`apiKey: "${secret}"`) && snippet.includes('model: "tide-large"'));
        await press(dialog.getByRole("button", { name: "I have kept it" }));
        await dialog.waitFor({ state: "detached" });
        assert.equal((await traces(page)).includes(secret), false);
        assert.equal(await callWith(secret, "tide-large"), 200);
        // The key may ask for the one model alone.
        assert.notEqual(await callWith(secret, "tide-small"), 200);

        await press(tab(page, "Usage"));
        await rowOf(page, "Usage by model", "tide-large").getByText("$").waitFor();
        await rowOf(page, "Calls", keyName).waitFor();
        await page.keyboard.press("t");
        await page.getByRole("table", { name: "Usage over time" }).waitFor();
        const download = page.waitForEvent("download");
        await press(page.getByRole("button", { name: "Export CSV" }));
        const exported = readFileSync(await (await download).path(), "utf8").split("\r\n");
        assert.match(exported[0] ?? "", /^id,startedAt,/);
        assert.ok(exported.some((record) => record.includes(keyName) && record.includes("tide-large")));

        await choose(page.getByLabel("Summed by"), "By key");
        await press(rowOf(page, "Usage by key", keyName).getByRole("link"));
        await page.getByRole("button", { name: `Show all, not only ${keyName}` }).waitFor();
        await press(rowOf(page, "Calls", "tide-large").getByRole("link"));
        await panel(page).getByText("1,000 tokens").waitFor();
        await panel(page).getByText("$0.0060").or(panel(page).getByText("$0.006")).waitFor();
        await press(panel(page).getByRole("link", { name: keyName }));
        await panel(page).last().getByText("600", { exact: true }).waitFor();
        await panel(page)
          .last()
          .getByText(/for 1 call with 1,200 tokens/)
          .waitFor();
      });
      await visit("/models", async (page) => {
        const { press } = handsOn(page);
        await press(rowOf(page, "Keys", keyName).getByRole("button", { name: `Revoke the key ${keyName}` }));
        const confirm = page.getByRole("alertdialog", { name: `Revoke the key ${keyName}?` });
        await confirm.getByText("Within a second every call with it is refused", { exact: false }).waitFor();
        await press(confirm.getByRole("button", { name: "Revoke key" }));
        await rowOf(page, "Keys", keyName).getByText("Revoked").waitFor();
      });
      await until(async () => (await callWith(secret, "tide-large")) === 401);
    });

    it(`sets a budget, changes it and deletes it, by ${kind}`, async () => {
      await visit("/models?tab=budgets", async (page) => {
        const { press, write, choose } = handsOn(page);
        await press(page.getByRole("button", { name: "Create a budget" }).first());
        const dialog = page.getByRole("dialog", { name: "Create a budget" });
        await choose(dialog.getByLabel("Period"), "A day (UTC)");
        await write(dialog.getByLabel("Dollars"), "12.5");
        await press(dialog.getByRole("button", { name: "Create budget" }));
        await rowOf(page, "Budgets", "Organization").getByText("$12.50 a day").waitFor();
        await press(rowOf(page, "Budgets", "Organization").getByRole("link"));
        await press(panel(page).getByRole("button", { name: "Change" }));
        const change = page.getByRole("dialog", { name: /^Change the budget of/ });
        await write(change.getByLabel("Tokens"), "2000000");
        await press(change.getByRole("button", { name: "Change budget" }));
        await panel(page).getByText("$12.50 and 2,000,000 tokens a day").waitFor();
        await press(panel(page).getByRole("button", { name: "Delete" }));
        const confirm = page.getByRole("alertdialog", { name: /^Delete the budget of/ });
        await press(confirm.getByRole("button", { name: "Delete budget" }));
        await page.getByText("No budgets yet").waitFor();
      });
    });
  }

  it("deletes a provider with its keys, after which its models are not there any more", async () => {
    const provider = await gateway().createProvider({ kind: "mistral", slug: "gone", models: [{ name: "ebb-large" }] });
    await visit(`/models?tab=providers&panel=provider.${provider.id}`, async (page) => {
      await panel(page).getByText("ebb-large").waitFor();
      await panel(page).getByRole("button", { name: "Delete", exact: true }).click();
      const confirm = page.getByRole("alertdialog", { name: `Delete ${provider.name}?` });
      await confirm.getByRole("button", { name: "Delete provider" }).click();
      await panel(page).waitFor({ state: "detached" });
      await rowOf(page, "Providers", provider.name).waitFor({ state: "detached" });
    });
    assert.equal((await gateway().listModels({ nameContains: "ebb-large" })).total, 0);
  });

  it("offers operators what was found in the server's environment", async () => {
    await visit("/models?tab=providers", async (page) => {
      const offer = page.getByRole("list", { name: "Found on this server" }).getByRole("listitem");
      await offer.filter({ hasText: "OPENAI_API_KEY" }).getByRole("button", { name: "Add OpenAI" }).waitFor();
      assert.equal((await traces(page)).includes("sk-of-the-environment"), false);
    });
  });

  it("shows members keys, providers and budgets, and offers them nothing that only admins do", async () => {
    await gateway().createKey({ name: "seen by all" });
    const [{ organizationId } = { organizationId: undefined }] = (
      await reefOf(url, running.owner).identity.getAccount()
    ).memberships;
    assert.ok(organizationId);
    const member = await inviteMember(url, running.owner, { organizationId, role: "member", name: "looker" });
    await running.visitAs(member)("/models", async (page) => {
      await rowOf(page, "Keys", "seen by all").getByText("Active").waitFor();
      assert.equal(await page.getByRole("button", { name: /Create|Revoke/ }).count(), 0);
      await tab(page, "Providers").click();
      await rowOf(page, "Providers", "Tide by mouse").getByRole("link").click();
      await panel(page).getByText("tide-large").waitFor();
      assert.equal(await page.getByText(upstreamUrl).count(), 0);
      assert.equal(await page.getByRole("button", { name: /Add|Test|Delete|Disable/ }).count(), 0);
      await page.keyboard.press("Escape");
      await tab(page, "Budgets").click();
      await page.getByText("No budgets yet").waitFor();
      assert.equal(await page.getByRole("button", { name: "Create a budget" }).count(), 0);
    });
  });

  it("fits a telephone", async () => {
    for (const address of ["/models", "/models?tab=providers", "/models?tab=usage", "/models?tab=budgets"]) {
      await visit(
        address,
        async (page) => {
          await page.getByRole("table").or(page.getByText("No budgets yet")).first().waitFor();
          const over = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth",
          );
          assert.equal(over, 0, `${address} is too wide by ${over} px`);
        },
        telephone,
      );
    }
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no serious fault that axe finds, in the ${colorScheme} theme`, async () => {
      const { items: keys } = await gateway().listKeys();
      const { items: providers } = await gateway().listProviders();
      const { items: calls } = await gateway().listUsageEvents();
      const budget = await gateway().createBudget({ scope: "organization", period: "month", limitMicros: 5_000_000 });
      const shown = {
        "/models": (page: Page) => rowOf(page, "Keys", "desk by mouse").waitFor(),
        [`/models?panel=model-key.${keys[0]?.id}`]: (page: Page) => panel(page).getByText("The last 30 days").waitFor(),
        "/models?tab=providers": (page: Page) => rowOf(page, "Providers", "Tide by mouse").waitFor(),
        [`/models?tab=providers&panel=provider.${providers[0]?.id}`]: (page: Page) =>
          panel(page).getByText("tide-large").waitFor(),
        "/models?tab=usage": (page: Page) => rowOf(page, "Calls", "tide-large").first().waitFor(),
        "/models?tab=usage&view=table&unit=tokens": (page: Page) =>
          page.getByRole("table", { name: "Usage over time" }).waitFor(),
        [`/models?tab=usage&panel=call.${calls[0]?.id}`]: (page: Page) => panel(page).getByText("Counted by").waitFor(),
        "/models?tab=budgets": (page: Page) => rowOf(page, "Budgets", "Organization").waitFor(),
        [`/models?tab=budgets&panel=budget.${budget.id}`]: (page: Page) =>
          panel(page).getByRole("button", { name: "Change" }).waitFor(),
      };
      await assertNoAxeFaults(visit, shown, { colorScheme });
      for (const address of ["/models?add=true", "/models?tab=providers&add=true", "/models?tab=budgets&add=true"]) {
        await visit(
          address,
          async (page) => {
            await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).waitFor();
            assert.deepEqual(await findAxeFaults(page), [], address);
          },
          { colorScheme },
        );
      }
      await gateway().deleteBudget({ budgetId: budget.id });
    });
  }
});

/** A provider on this machine: it has two models, and says the same to every question. */
function startUpstream(): Server {
  const models = ["tide-large", "tide-small"].map((id) => ({ id, object: "model" }));
  const answer = {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "tide-large",
    choices: [{ index: 0, message: { role: "assistant", content: "High at noon." }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 },
  };
  return createServer((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(request.url?.endsWith("/models") ? { object: "list", data: models } : answer));
    });
  });
}
