import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import type { Page } from "playwright-core";
import { assertNoAxeFaults, findAxeFaults } from "../support/axe.ts";
import { createVisit, type Visit, withoutChromium } from "../support/browser.ts";
import { startVisitedReef, type VisitedReef } from "../support/console.ts";
import { bothHands } from "../support/hands.ts";
import { type ModelUpstream, startModelUpstream, upstreamModel } from "../support/model-upstream.ts";
import { inviteMember, reefOf, type SignedInPerson } from "../support/people.ts";

const telephone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const PASSWORD = "a long walk along the quay";
const CARD_THAT_PAYS = "4242 4242 4242 4242";
const CARD_THAT_IS_DECLINED = "4000 0000 0000 0002";
const CARD_THAT_FAILS_LATER = "4000 0000 0000 0341";

for (const [kind, handsOn] of bothHands) {
  describe(`plans and payments in the console, by ${kind}`, { skip: withoutChromium, concurrency: false }, () => {
    let reef: VisitedReef;
    let upstream: ModelUpstream;
    before(async () => {
      upstream = await startModelUpstream();
      reef = await startVisitedReef(handsOn, { REEF_STRIPE_FAKE: "true", REEF_GATEWAY_PRIVATE_PROVIDERS: "true" });
      await reefOf(reef.url, reef.operator).gateway.createReefProvider({
        kind: "openai-compatible",
        slug: "tide",
        baseUrl: upstream.baseUrl,
        models: [{ name: upstreamModel.name }],
      });
    });
    after(async () => {
      await reef?.stop();
      upstream?.stop();
    });

    const row = (page: Page, name: string, text: string) =>
      page.getByRole("table", { name, exact: true }).getByRole("row").filter({ hasText: text }).first();
    const panel = (page: Page) => page.getByRole("complementary");
    const client = (apiKey: string) => new OpenAI({ baseURL: `${reef.url}/v1`, apiKey, maxRetries: 0 });
    const question = { model: upstreamModel.name, messages: [{ role: "user" as const, content: "When?" }] };

    it("from signing up over choosing and paying for a plan to a call that one sees", async () => {
      const { page, open, heading, write, press, enter, context } = await reef.visit();
      const email = `nadia-${kind}@example.org`;
      await open("/sign-up");
      await write(page.getByLabel("Your name"), "Nadia");
      await write(page.getByLabel("E-mail"), email);
      await write(page.getByLabel("Password", { exact: true }), PASSWORD);
      await press(page.getByRole("button", { name: "Make the account" }));
      await heading("Look at your mail");
      await open(await reef.linkOfMail(/^Confirm your address/, email));
      await press(page.getByRole("button", { name: "Confirm the address" }));
      await page.getByText("Your address is confirmed.").waitFor();
      await enter(email, PASSWORD);
      await press(page.getByRole("button", { name: "New organization" }).first());
      const organization = page.getByRole("dialog", { name: "New organization" });
      await write(organization.getByLabel("Name"), "Nadia's yard");
      const loaded = page.waitForEvent("load");
      await press(organization.getByRole("button", { name: "Make the organization" }));
      await loaded;

      await press(page.getByRole("link", { name: "Models", exact: true }));
      await page.getByText("There is no plan yet, so no model can be called.").waitFor();
      await press(page.getByRole("link", { name: "See the plan" }));
      await page.getByText("Nothing here is real").waitFor();
      await page.getByText("No plan yet, so no model can be called").waitFor();
      await press(page.getByRole("button", { name: "Choose Pro" }));

      await heading("Subscribe to Pro");
      await write(page.getByLabel("Card number"), CARD_THAT_IS_DECLINED);
      await press(page.getByRole("button", { name: "Pay 49.00 USD" }));
      await page.getByRole("alert").waitFor();
      await write(page.getByLabel("Card number"), CARD_THAT_PAYS);
      await press(page.getByRole("button", { name: "Pay 49.00 USD" }));
      await page.waitForURL(`${reef.url}/plan?checkout=done`);
      await page.getByRole("status").getByText("Pro is yours").waitFor();
      await page.getByText("0 of 5,000,000 tokens this month").waitFor();

      await press(page.getByRole("link", { name: "Models", exact: true }));
      await heading("Models");
      await press(page.getByRole("button", { name: "Create a key" }).first());
      const creation = page.getByRole("dialog", { name: "Create a key" });
      await write(creation.getByLabel("Name", { exact: true }), "yard crane");
      await press(creation.getByRole("button", { name: "Create key" }));
      const secret = await creation.getByRole("figure").filter({ hasText: "The key" }).locator("pre").textContent();
      await press(creation.getByRole("button", { name: "I have kept it" }));
      const answer = await client(secret ?? "").chat.completions.create(question);
      assert.equal(answer.choices[0]?.message.content, "The tide turns.");

      await press(page.getByRole("tab", { name: "Usage" }));
      await row(page, "Calls", "yard crane").waitFor();
      await press(page.getByRole("link", { name: "Plan", exact: true }));
      await page.getByText("15 of 5,000,000 tokens this month").waitFor();

      await press(page.getByRole("tab", { name: "Invoices" }));
      await press(row(page, "Invoices", "Paid").getByRole("link"));
      await heading(/^Invoice /);
      await page.getByRole("table", { name: "Lines of the invoice" }).getByText("$49.00").first().waitFor();
      const pdf = page.waitForEvent("download");
      await press(page.getByRole("button", { name: "Download PDF" }));
      assert.match((await pdf).suggestedFilename(), /\.pdf$/);
      assert.equal(
        readFileSync(await (await pdf).path())
          .subarray(0, 5)
          .toString(),
        "%PDF-",
      );
      await context.close();
    });

    it("a plan is changed, cancelled and kept, and its invoices are exported", async () => {
      const { page, open, heading, press, write, context } = await reef.newPerson(`omar-${kind}`);
      await open("/plan");
      await press(page.getByRole("button", { name: "Choose Starter" }));
      await heading("Subscribe to Starter");
      await press(page.getByRole("link", { name: "Go back without paying" }));
      await page.getByText("You left before paying").waitFor();
      await press(page.getByRole("button", { name: "Choose Starter" }));
      await write(page.getByLabel("Card number"), CARD_THAT_PAYS);
      await press(page.getByRole("button", { name: "Pay 19.00 USD" }));
      await page.getByText("Starter is yours").waitFor();
      await press(page.getByRole("button", { name: "Close", exact: true }));
      await page.waitForURL(`${reef.url}/plan`);

      await press(page.getByRole("button", { name: "Change to Team" }));
      const change = page.getByRole("alertdialog", { name: "Change to Team?" });
      await press(change.getByRole("button", { name: "Change to Team" }));
      await page.getByRole("heading", { level: 2, name: "Team" }).waitFor();
      await page.getByText("of 20,000,000 tokens this month").waitFor();

      await press(page.getByRole("button", { name: "Cancel plan" }));
      const cancel = page.getByRole("alertdialog", { name: "Cancel the plan Team?" });
      await press(cancel.getByRole("button", { name: "Cancel plan" }));
      await page.getByText(/^Ends on /).waitFor();
      await press(page.getByRole("button", { name: "Keep the plan" }));
      await page.getByText(/^Ends on /).waitFor({ state: "detached" });
      await page.getByText("Active", { exact: true }).waitFor();

      await press(page.getByRole("button", { name: "Cards and receipts" }));
      await heading("Plan and payments");
      await press(page.getByRole("link", { name: "Back to the reef" }));
      await press(page.getByRole("tab", { name: "Invoices" }));
      await row(page, "Invoices", "$19.00").waitFor();
      const csv = page.waitForEvent("download");
      await press(page.getByRole("button", { name: "Export CSV" }));
      const exported = readFileSync(await (await csv).path(), "utf8").split("\r\n");
      assert.ok(exported.length > 2 && exported.at(-1) === "", exported.join("\n"));
      await context.close();
    });

    it("OC18: a dearer plan that cannot be paid for is told of, and who ended unpaid is told to pay before the next plan", async () => {
      const { page, open, heading, press, write, context, email } = await reef.newPerson(`petra-${kind}`);
      await open("/plan");
      await press(page.getByRole("button", { name: "Choose Starter" }));
      await write(page.getByLabel("Card number"), CARD_THAT_FAILS_LATER);
      await press(page.getByRole("button", { name: "Pay 19.00 USD" }));
      await page.getByText("Starter is yours").waitFor();
      await press(page.getByRole("button", { name: "Close", exact: true }));
      await press(page.getByRole("button", { name: "Change to Team" }));
      const change = page.getByRole("alertdialog", { name: "Change to Team?" });
      await press(change.getByRole("button", { name: "Change to Team" }));
      await page.getByText("The plan was not changed").waitFor();
      await page.getByRole("heading", { level: 2, name: "Starter" }).waitFor();
      assert.equal(await reef.linkOfMail(/could not change to the plan Team/, email), `${reef.url}/plan`);

      await press(page.getByRole("button", { name: "Change the card" }));
      await heading("Plan and payments");
      for (const name of [
        "Let a month pass",
        "Let a day pass",
        /^End the plan/,
        "Let a month pass",
        "Let a day pass",
      ]) {
        const loaded = page.waitForEvent("load");
        await press(page.getByRole("button", { name }));
        await loaded;
      }
      await press(page.getByRole("link", { name: "Back to the reef" }));
      await page.getByText(/^The plan Starter ended on /).waitFor();
      await press(page.getByRole("button", { name: "Choose Team" }));
      await page.getByText(/^Invoice to be paid\. .*Pay it first/).waitFor();
      await press(page.getByRole("tab", { name: "Invoices" }));
      await press(row(page, "Invoices", "Payment failed").getByRole("link"));
      await page.goto((await page.getByRole("link", { name: "Pay", exact: true }).getAttribute("href")) ?? "");
      await write(page.getByLabel("Card number"), CARD_THAT_PAYS);
      await press(page.getByRole("button", { name: "Pay 19.00 USD" }));
      await page.getByText("It is paid.").waitFor();
      await open("/plan");
      await press(page.getByRole("button", { name: "Choose Team" }));
      await heading("Subscribe to Team");
      await context.close();
    });

    it("an operator makes a plan, assigns it, settles its invoice, suspends and reactivates it", async () => {
      const owner = await reef.newAccount(`pia-${kind}`);
      const seen = createVisit(reef.browser, reef.url, owner);
      const operated = createVisit(reef.browser, reef.url, reef.operator);
      await operated("/billing", async (page) => {
        const { press, write, choose } = handsOn(page);
        await press(page.getByRole("button", { name: "Create a plan" }).first());
        const creation = page.getByRole("dialog", { name: "Create a plan" });
        await write(creation.getByLabel("Name", { exact: true }), "House");
        await write(creation.getByLabel("Short name"), "house");
        await write(creation.getByLabel("Price of a month (USD)"), "12.50");
        await write(creation.getByLabel("Tokens a month"), "2000000");
        await press(creation.getByRole("button", { name: "Create plan" }));
        await row(page, "Plans", "House").getByText("$12.50").waitFor();
        await press(row(page, "Plans", "House").getByRole("link"));
        await press(panel(page).getByRole("button", { name: "Change" }));
        const change = page.getByRole("dialog", { name: "Change the plan House" });
        await write(change.getByLabel("Tokens a month"), "3000000");
        await choose(change.getByLabel("Beyond the allowance"), "Calls are charged for");
        await write(change.getByLabel("Each million tokens beyond (USD)"), "2.50");
        await press(change.getByRole("button", { name: "Change plan" }));
        await panel(page).getByText("3M tokens a month").waitFor();
        await panel(page).getByText("$2.50 for each million tokens").waitFor();
        await page.keyboard.press("Escape");

        await press(page.getByRole("tab", { name: "Subscriptions" }));
        await press(page.getByRole("button", { name: "Assign a plan" }).first());
        const assignment = page.getByRole("dialog", { name: "Assign a plan" });
        await choose(assignment.getByLabel("Organization"), `pia-${kind}-org (pia-${kind}-org)`);
        await choose(assignment.getByLabel("Plan"), "House, $12.50 a month");
        await press(assignment.getByRole("button", { name: "Assign plan" }));
        await row(page, "Subscriptions", `pia-${kind}-org`).getByText("Active").waitFor();

        await press(page.getByRole("tab", { name: "Invoices" }));
        const invoice = row(page, "Invoices", `pia-${kind}-org`);
        await invoice.getByText("To be paid").waitFor();
        await press(invoice.getByRole("button", { name: /^Settle the invoice R-/ }));
        await press(page.getByRole("menuitem", { name: "It was paid" }));
        await press(page.getByRole("alertdialog").getByRole("button", { name: "Say that it was paid" }));
        await invoice.getByText("Paid", { exact: true }).waitFor();

        await press(page.getByRole("tab", { name: "Subscriptions" }));
        await press(row(page, "Subscriptions", `pia-${kind}-org`).getByRole("link"));
        await press(panel(page).getByRole("button", { name: "Suspend" }));
        await press(page.getByRole("alertdialog").getByRole("button", { name: "Suspend" }));
        await panel(page).getByText("Suspended").waitFor();
      });
      await seen("/plan", async (page) => {
        await page.getByText("Suspended: no model can be called").waitFor();
        await page.getByText("Ask one to reactivate it", { exact: false }).waitFor();
        assert.equal(await page.getByRole("button", { name: /^(Change|Choose)/ }).count(), 0);
      });
      await seen("/models", async (page) => {
        await page.getByText("The plan is suspended, so no model can be called.").waitFor();
      });
      const { items } = await reefOf(reef.url, reef.operator).billing.listSubscriptions({ state: "suspended" });
      await operated(`/billing?tab=subscriptions&panel=subscription.${items[0]?.organizationId}`, async (page) => {
        const { press } = handsOn(page);
        await press(panel(page).getByRole("button", { name: "Reactivate" }));
        await press(page.getByRole("alertdialog").getByRole("button", { name: "Reactivate" }));
        await panel(page).getByText("Active").waitFor();
      });
    });
  });
}

describe("the pages of plans and payments", { skip: withoutChromium, concurrency: false }, () => {
  let reef: VisitedReef;
  let owner: SignedInPerson;
  let visit: Visit;
  let invoicePath = "";
  let planPanel = "";
  let subscriptionPanel = "";
  before(async () => {
    reef = await startVisitedReef(bothHands[0]?.[1] ?? (() => assert.fail()), { REEF_STRIPE_FAKE: "true" });
    owner = reef.operator;
    visit = createVisit(reef.browser, reef.url, owner);
    const { billing, identity } = reefOf(reef.url, owner);
    const { items: plans } = await billing.listAllPlans();
    const [organization] = (await identity.listOrganizations()).items;
    const planId = plans[0]?.id;
    assert.ok(planId !== undefined && organization !== undefined);
    await billing.assignPlan({ organizationId: organization.id, planId });
    const [invoice] = (await billing.listInvoices()).items;
    invoicePath = `/plan/invoices/${invoice?.id}`;
    planPanel = `/billing?panel=plan.${planId}`;
    subscriptionPanel = `/billing?tab=subscriptions&panel=subscription.${organization.id}`;
  });
  after(() => reef?.stop());

  const shown = () => ({
    "/plan": (page: Page) => page.getByText("of 1,000,000 tokens this month").waitFor(),
    "/plan?checkout=cancelled": (page: Page) => page.getByText("You left before paying").waitFor(),
    "/plan?tab=invoices": (page: Page) => page.getByRole("table", { name: "Invoices" }).getByRole("link").waitFor(),
    [invoicePath]: (page: Page) => page.getByRole("table", { name: "Lines of the invoice" }).waitFor(),
    "/billing": (page: Page) => page.getByRole("table", { name: "Plans" }).getByRole("link").first().waitFor(),
    "/billing?tab=subscriptions": (page: Page) =>
      page.getByRole("table", { name: "Subscriptions" }).getByRole("link").waitFor(),
    [planPanel]: (page: Page) => page.getByRole("button", { name: "Archive" }).waitFor(),
    [subscriptionPanel]: (page: Page) => page.getByRole("button", { name: "Sum up use anew" }).waitFor(),
    "/billing?tab=invoices": (page: Page) => page.getByRole("button", { name: /^Settle/ }).waitFor(),
  });

  it("fit a telephone", async () => {
    for (const [address, isShown] of Object.entries(shown())) {
      await visit(
        address,
        async (page) => {
          await isShown(page);
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
    it(`have no serious fault that axe finds, in the ${colorScheme} theme`, async () => {
      await assertNoAxeFaults(visit, shown(), { colorScheme });
      for (const address of ["/billing?add=true", "/billing?tab=subscriptions&add=true"]) {
        await visit(
          address,
          async (page) => {
            await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).waitFor();
            assert.deepEqual(await findAxeFaults(page), [], address);
          },
          { colorScheme },
        );
      }
    });
  }

  it("show members the plan without its buttons, and keep invoices and what is an operator's from them", async () => {
    const [{ organizationId } = { organizationId: undefined }] = (await reefOf(reef.url, owner).identity.getAccount())
      .memberships;
    assert.ok(organizationId);
    const member = await inviteMember(reef.url, owner, { organizationId, role: "member", name: "looker" });
    const look = createVisit(reef.browser, reef.url, member);
    await look("/plan", async (page) => {
      await page.getByText("of 1,000,000 tokens this month").waitFor();
      assert.equal(await page.getByRole("tab").count(), 0);
      assert.equal(await page.getByRole("button", { name: /Choose|Change|Cancel|Cards/ }).count(), 0);
      assert.equal(await page.getByRole("link", { name: "Billing" }).count(), 0);
    });
    await look(invoicePath, (page) => page.getByText("Only for admins").waitFor());
    await look("/billing", (page) => page.getByText("Only for operators").waitFor());
  });
});
