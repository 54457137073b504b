import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { assertNoAxeFaults, findAxeFaults } from "../support/axe.ts";
import { type Visit, withoutChromium } from "../support/browser.ts";
import { type RunningConsole, startConsole } from "../support/console.ts";
import { bothHands } from "../support/hands.ts";
import { inviteMember, reefOf } from "../support/people.ts";
import { rowOf } from "../support/rows.ts";

const telephone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

describe("aliases and keys of the console", { skip: withoutChromium, concurrency: false }, () => {
  let running: RunningConsole;
  let visit: Visit;
  let tide: string;
  before(async () => {
    running = await startConsole();
    ({ visit } = running);
    const price = { inputMicros: 3_000_000, outputMicros: 15_000_000 };
    const models = [{ name: "tide-large", price }, { name: "tide-small" }];
    tide = (await gateway().createProvider({ kind: "mistral", slug: "tide", name: "Tide", models })).id;
    await gateway().createProvider({ kind: "groq", slug: "moon", name: "Moon", models: [{ name: "moon-one" }] });
  });
  after(() => running?.stop());

  const panel = (page: Page) => page.getByRole("complementary");
  const gateway = () => reefOf(running.url, running.owner).gateway;
  const target = (model: string, order: number, weight = 1) => ({
    providerId: tide as `prv_${string}`,
    model,
    order,
    weight,
  });

  for (const [kind, handsOn] of bothHands) {
    const alias = `fast-${kind}`;

    it(`an alias is created with its models in order and by weight, by ${kind}`, async () => {
      await visit("/models?tab=aliases", async (page) => {
        const { press, write, choose } = handsOn(page);
        await press(page.getByRole("button", { name: "Create an alias" }).first());
        const dialog = page.getByRole("dialog", { name: "Create an alias" });
        await write(dialog.getByLabel("Name", { exact: true }), alias);
        await press(dialog.getByRole("button", { name: "Add tide/tide-small" }));
        await write(dialog.getByLabel("Add a model"), "large");
        await dialog.getByRole("button", { name: "Add moon/moon-one" }).waitFor({ state: "detached" });
        await press(dialog.getByRole("button", { name: "Add tide/tide-large" }));
        await write(dialog.getByLabel("Add a model"), "moon");
        await press(dialog.getByRole("button", { name: "Add moon/moon-one" }));
        await press(dialog.getByRole("button", { name: "Move tide-large up" }));
        await choose(dialog.getByLabel("When tide-small is asked"), "Shares the calls with the one above");
        await write(dialog.getByLabel("Weight of tide-large"), "3");
        await press(dialog.getByRole("button", { name: "Create alias" }));
        await dialog.waitFor({ state: "detached" });
        const row = rowOf(page, "Aliases", alias);
        await row.getByText("tide-large (75%) or tide-small (25%), then moon-one").waitFor();
        await row.getByText("Tide, Moon").waitFor();
        await press(row.getByRole("link"));
        await panel(page).getByText("75% of calls").waitFor();
        await press(panel(page).getByRole("link", { name: "Moon" }));
        await panel(page).last().getByText("moon-one").waitFor();
      });
      const { targets } = await gateway().getAlias({ name: alias });
      assert.deepEqual(
        targets.map(({ model, order, weight }) => [model, order, weight]),
        [
          ["tide-large", 0, 3],
          ["tide-small", 0, 1],
          ["moon-one", 1, 1],
        ],
      );
    });

    it(`an alias is changed, and what somebody else did meanwhile is shown and not lost, by ${kind}`, async () => {
      const { version } = await gateway().updateAlias({ name: alias, targets: [target("tide-small", 0)] });
      await visit(
        `/models?tab=aliases&panel=alias.${alias}`,
        async (page) => {
          const { press } = handsOn(page);
          await press(panel(page).getByRole("button", { name: "Change" }));
          const dialog = page.getByRole("dialog", { name: `Change the alias ${alias}` });
          await press(dialog.getByRole("button", { name: "Add tide/tide-large" }));
          const theirs = [target("tide-small", 0), { ...target("moon-one", 1), providerId: tide as `prv_${string}` }];
          assert.equal((await gateway().updateAlias({ name: alias, targets: theirs })).version, version + 1);
          await press(dialog.getByRole("button", { name: "Change alias" }));
          const alert = dialog.getByRole("alert");
          await alert.getByText("Somebody changed this alias while you wrote").waitFor();
          await alert.getByText("tide-small, then moon-one").waitFor();
          await alert.getByText("tide-small, then tide-large").waitFor();
          await press(alert.getByRole("button", { name: "Keep as it is now" }));
          await dialog.getByRole("button", { name: "Take moon-one out" }).waitFor();
          await press(dialog.getByRole("button", { name: "Take moon-one out" }));
          await gateway().updateAlias({ name: alias, targets: [target("tide-large", 0)] });
          await press(dialog.getByRole("button", { name: "Change alias" }));
          await press(dialog.getByRole("button", { name: "Save mine over it" }));
          await dialog.waitFor({ state: "detached" });
          await panel(page).getByText("tide-small").waitFor();
        },
        { allowed: /412/ },
      );
      const { targets } = await gateway().getAlias({ name: alias });
      assert.deepEqual(
        targets.map(({ model }) => model),
        ["tide-small"],
      );
    });

    it(`an alias is deleted once that is confirmed, by ${kind}`, async () => {
      await visit(`/models?tab=aliases&panel=alias.${alias}`, async (page) => {
        const { press } = handsOn(page);
        await press(panel(page).getByRole("button", { name: "Delete" }));
        const confirm = page.getByRole("alertdialog", { name: `Delete the alias ${alias}?` });
        await press(confirm.getByRole("button", { name: "Delete alias" }));
        await panel(page).waitFor({ state: "detached" });
        await page.getByText("No aliases yet").waitFor();
      });
      assert.equal((await gateway().listAliases()).total, 0);
    });

    it(`a key's name, models, rates and end are changed, and its secret stays, by ${kind}`, async () => {
      const name = `desk by ${kind}`;
      const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
      const key = await gateway().createKey({ name, models: ["tide-large"], requestsPerMinute: 60, expiresAt });
      await visit(
        `/models?panel=model-key.${key.id}`,
        async (page) => {
          const { press, write, choose } = handsOn(page);
          await press(panel(page).getByRole("button", { name: "Change" }));
          const dialog = page.getByRole("dialog", { name: `Change the key ${name}` });
          await write(dialog.getByLabel("Name", { exact: true }), `${name}, renamed`);
          await choose(dialog.getByLabel("Works until"), "nobody revokes it");
          await write(dialog.getByLabel("Requests a minute"), "90");
          await write(dialog.getByLabel("Tokens a minute"), "50000");
          await choose(dialog.getByLabel("May ask for"), "All models of the organization");
          await gateway().updateKey({ keyId: key.id, tokensPerMinute: 7 });
          await press(dialog.getByRole("button", { name: "Change key" }));
          await dialog.getByRole("alert").getByText("Somebody changed this key while you wrote").waitFor();
          await dialog
            .getByRole("alert")
            .getByText(/7 tokens a minute/)
            .waitFor();
          await press(dialog.getByRole("button", { name: "Save mine over it" }));
          await dialog.waitFor({ state: "detached" });
          await panel(page)
            .getByRole("heading", { name: `${name}, renamed` })
            .waitFor();
          await panel(page).getByText("50,000", { exact: true }).waitFor();
        },
        { allowed: /412/ },
      );
      const { hint, ...changed } = await gateway().getKey({ keyId: key.id });
      assert.deepEqual(
        [changed.name, changed.models, changed.requestsPerMinute, changed.tokensPerMinute, changed.expiresAt, hint],
        [`${name}, renamed`, null, 90, 50_000, null, key.hint],
      );
    });
  }

  it("members see aliases and where they lead, and are offered nothing that only admins do", async () => {
    await gateway().createAlias({ name: "smart", targets: [target("tide-large", 0)] });
    const [{ organizationId } = { organizationId: undefined }] = (
      await reefOf(running.url, running.owner).identity.getAccount()
    ).memberships;
    assert.ok(organizationId);
    const member = await inviteMember(running.url, running.owner, { organizationId, role: "member", name: "looker" });
    await running.visitAs(member)("/models?tab=aliases", async (page) => {
      await rowOf(page, "Aliases", "smart").getByRole("link").click();
      await panel(page).getByText("tide-large").waitFor();
      assert.equal(await page.getByRole("button", { name: /Create|Change|Delete/ }).count(), 0);
    });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no serious fault that axe finds and fits a telephone, in the ${colorScheme} theme`, async () => {
      const {
        items: [key],
      } = await gateway().listKeys();
      await assertNoAxeFaults(
        visit,
        {
          "/models?tab=aliases": (page: Page) => rowOf(page, "Aliases", "smart").waitFor(),
          "/models?tab=aliases&panel=alias.smart": (page: Page) => panel(page).getByText("tide-large").waitFor(),
        },
        { colorScheme },
      );
      const dialogs = {
        "/models?tab=aliases&add=true": async (page: Page) =>
          page.getByRole("dialog").getByRole("button", { name: "Add tide/tide-large" }).click(),
        "/models?tab=aliases&panel=alias.smart": (page: Page) =>
          panel(page).getByRole("button", { name: "Change" }).click(),
        [`/models?panel=model-key.${key?.id}`]: (page: Page) =>
          panel(page).getByRole("button", { name: "Change" }).click(),
      };
      for (const [address, open] of Object.entries(dialogs)) {
        await visit(
          address,
          async (page) => {
            await open(page);
            await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).waitFor();
            assert.deepEqual(await findAxeFaults(page), [], address);
            const over = await page.evaluate(
              "document.documentElement.scrollWidth - document.documentElement.clientWidth",
            );
            assert.equal(over, 0, `${address} is too wide by ${over} px`);
          },
          { colorScheme, ...telephone },
        );
      }
    });
  }
});
