import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium, withoutChromium } from "../support/browser.ts";
import { bothHands } from "../support/hands.ts";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";
import { linkOfMail, newVisitor, type Visitor } from "../support/visitor.ts";

const PASSWORD = "correct horse battery";

for (const [kind, handsOn] of bothHands) {
  describe(`people come to a reef, by ${kind}`, { skip: withoutChromium, concurrency: false }, () => {
    let reefProcess: ReefProcess;
    let browser: Browser;
    /** The operator's browser, in which the first test signs in. */
    let first: Visitor;
    /** The invited person's. */
    let second: Visitor;

    before(async () => {
      reefProcess = await startReefProcess({ environment: { REEF_RATE_LIMIT_FACTOR: "100" } });
      browser = await launchChromium();
      first = await visit();
      second = await visit();
    });
    after(async () => {
      await browser?.close();
      await reefProcess?.stop();
    });

    const visit = () => newVisitor(browser, reefProcess.url, handsOn);
    const setupLink = () => `/setup?code=${reefProcess.setupCode}`;

    it("the one-time link makes the first person, who then is in", async () => {
      const { page, write, press } = first;
      await first.open(setupLink());
      await first.heading("Set up your reef");
      await write(page.getByLabel("Your name"), "Ada Lovelace");
      await write(page.getByLabel("E-mail"), "ada@example.org");
      await write(page.getByLabel("Password", { exact: true }), PASSWORD);
      await write(page.getByLabel("Organization"), "Admin");
      assert.equal(await page.getByLabel("Slug").inputValue(), "", "no slug is proposed that is reserved");
      await write(page.getByLabel("Slug"), "admin");
      await page.getByText(/kept for the reef itself/).waitFor();
      await write(page.getByLabel("Organization"), "Coral Lab");
      await write(page.getByLabel("Slug"), "coral-lab");
      await press(page.getByRole("button", { name: "Set up the reef" }));
      await page.waitForURL(`${reefProcess.url}/`);
      await page.getByText("Coral Lab").first().waitFor();
    });

    it("refuses the one-time link a second time", async () => {
      const other = await visit();
      await other.open(setupLink());
      await other.heading("This link is used up");
      assert.equal(await other.page.getByRole("textbox").count(), 0);
      await other.open("/setup");
      await other.heading("This link is used up");
      // As in a window in which it was opened before the first person was there.
      await other.page.route("**/api/sign-in", (route) =>
        route.fulfill({ json: { providers: [], signUp: "invited", needsOperator: true, mailbox: true } }),
      );
      await other.open(setupLink());
      await other.write(other.page.getByLabel("Your name"), "Mallory");
      await other.write(other.page.getByLabel("E-mail"), "mallory@example.org");
      await other.write(other.page.getByLabel("Password", { exact: true }), PASSWORD);
      await other.write(other.page.getByLabel("Organization"), "Mine now");
      await other.press(other.page.getByRole("button", { name: "Set up the reef" }));
      await other.page.getByRole("alert").getByText("Setup refused").waitFor();
      await other.context.close();
    });

    it("says on the page for new people how one gets in", async () => {
      await second.open("/sign-up");
      await second.heading("By invitation");
      assert.equal(await second.page.getByRole("textbox").count(), 0);
    });

    it("a second person is invited, and joins by the mail in the mailbox page", async () => {
      await first.open("/members");
      await first.heading("Members");
      await first.press(first.page.getByRole("button", { name: "Invite a person" }));
      const dialog = first.page.getByRole("dialog", { name: "Invite a person" });
      await first.write(dialog.getByLabel("E-mail"), "grace@example.org");
      await first.choose(dialog.getByLabel("Role"), "admin");
      await first.press(dialog.getByRole("button", { name: "Invite" }));
      const invited = first.page.getByRole("list", { name: "Invitations" });
      await invited.getByText("grace@example.org").waitFor();

      await second.open(await linkOfMail(first, /invites you to Coral Lab/, "grace@example.org"));
      await second.heading("Join Coral Lab");
      await second.page.getByText("Ada Lovelace").waitFor();
      await second.page.getByText(/^admin:/).waitFor();
      const address = second.page.getByLabel("E-mail");
      assert.deepEqual([await address.inputValue(), await address.isEditable()], ["grace@example.org", false]);
      await second.write(second.page.getByLabel("Your name"), "Grace Hopper");
      await second.write(second.page.getByLabel("Password", { exact: true }), PASSWORD);
      await second.press(second.page.getByRole("button", { name: "Make an account" }));
      await second.page.getByText("ada@example.org").waitFor();
      await second.press(second.page.getByRole("button", { name: "Accept" }));
      await second.page.waitForURL(`${reefProcess.url}/`);
      await second.page.getByText("Coral Lab").first().waitFor();

      await first.open("/members");
      const row = first.page.getByRole("row").filter({ hasText: "Grace Hopper" });
      await row.getByText("admin").waitFor();
      assert.equal(await first.page.getByRole("list", { name: "Invitations" }).count(), 0);
    });

    it("shows an invitation to nobody but whom it is for, and lets it be answered once", async () => {
      await invite("alan@example.org");
      const link = await linkOfMail(first, /invites you/, "alan@example.org");
      await second.open(link);
      await second.heading("No invitation for you here");
      const alan = await visit();
      await alan.open(link.replace(/token=./, "token=x"));
      await alan.heading("Invitation not found");
      assert.equal(await alan.page.getByText("Coral Lab").count(), 0);
      await alan.open(link);
      await alan.write(alan.page.getByLabel("Your name"), "Alan Turing");
      await alan.write(alan.page.getByLabel("Password", { exact: true }), PASSWORD);
      await alan.press(alan.page.getByRole("button", { name: "Make an account" }));
      await alan.heading("Join Coral Lab");
      await alan.press(alan.page.getByRole("button", { name: "Decline" }));
      await alan.heading("Declined");
      await alan.open(link);
      await alan.heading("No invitation for you here");
      await alan.open("/");
      await alan.page.getByText("You are in no organization yet").waitFor();
      await alan.context.close();
    });

    it("a cancelled invitation opens nothing, also when it was sent again before", async () => {
      await invite("mallory@example.org");
      await first.press(first.page.getByRole("button", { name: /What to do with the invitation of mallory/ }));
      await first.press(first.page.getByRole("menuitem", { name: "Send again" }));
      await first.page.getByText("Another mail to mallory@example.org is on its way.").waitFor();
      const link = await linkOfMail(first, /invites you/, "mallory@example.org");
      await first.open("/members");
      await first.press(first.page.getByRole("button", { name: /What to do with the invitation of mallory/ }));
      await first.press(first.page.getByRole("menuitem", { name: "Cancel the invitation" }));
      const confirm = first.page.getByRole("alertdialog");
      await first.press(confirm.getByRole("button", { name: "Cancel the invitation" }));
      await first.page.getByText("Nobody is invited at the moment.").waitFor();
      const mallory = await visit();
      await mallory.open(link);
      await mallory.heading("Invitation withdrawn");
      assert.equal(await mallory.page.getByRole("textbox").count(), 0);
      await mallory.press(mallory.page.getByRole("link", { name: "Sign in" }));
      await mallory.heading("Sign in");
      await mallory.context.close();
    });

    it("tells the last owner why leaving is not possible, and lets another owner go", async () => {
      await first.open("/settings");
      const leave = first.page.getByRole("button", { name: "Leave Coral Lab" });
      await first.page.getByText("You are its only owner.").waitFor();
      assert.equal(await leave.isDisabled(), true);

      await first.open("/members");
      const row = first.page.getByRole("row").filter({ hasText: "Grace Hopper" });
      await first.press(row.getByRole("link"));
      const panel = first.page.getByRole("complementary");
      await first.choose(panel.getByLabel("Change the role"), "owner");
      await first.press(panel.getByRole("button", { name: "Change role" }));
      await row.getByText("owner").waitFor();
      await first.open("/settings");
      await first.page.getByRole("button", { name: "Leave Coral Lab", disabled: false }).waitFor();
      assert.equal(await first.page.getByText("You are its only owner.").count(), 0);
    });

    it("offers an admin nothing that only owners may do, and a member nothing at all", async () => {
      await second.open("/members");
      await openMember(second, "Grace Hopper");
      const panel = second.page.getByRole("complementary");
      await second.choose(panel.getByLabel("Change the role"), "admin");
      await panel.getByText(/only another owner gives it back/).waitFor();
      await second.press(panel.getByRole("button", { name: "Change role" }));
      await panel.getByText("lets agents and people join").first().waitFor();
      await second.open("/members");
      await openMember(second, "Ada Lovelace");
      assert.equal(await panel.getByRole("button", { name: "Change role" }).count(), 0);
      assert.equal(await panel.getByRole("button", { name: /Remove/ }).count(), 0);

      await first.open("/members");
      await openMember(first, "Grace Hopper");
      const own = first.page.getByRole("complementary");
      await first.choose(own.getByLabel("Change the role"), "member");
      await first.press(own.getByRole("button", { name: "Change role" }));
      await own.getByText("sees everything, and changes nothing").first().waitFor();
      await second.open("/members");
      await second.heading("Members");
      await second.page.getByRole("row").filter({ hasText: "Ada Lovelace" }).waitFor();
      assert.equal(await second.page.getByRole("button", { name: "Invite a person" }).count(), 0);
      await second.open("/settings");
      await second.heading("Settings");
      assert.equal(await second.page.getByRole("button", { name: /Change/ }).count(), 0);
    });

    it("renames the organization, and says what another slug ends before it is changed", async () => {
      const { page, write, press } = first;
      await first.open("/settings");
      await write(page.getByLabel("Name", { exact: true }), "Coral Laboratory");
      await press(page.getByRole("button", { name: "Change name" }));
      await page.getByRole("banner").getByText("Coral Laboratory").waitFor();
      await write(page.getByLabel("Slug"), "coral-laboratory");
      await press(page.getByRole("button", { name: "Change slug" }));
      const confirm = page.getByRole("alertdialog");
      await confirm.getByText(/get “not found” at once/).waitFor();
      await press(confirm.getByRole("button", { name: "Change slug" }));
      await page.getByRole("list", { name: "Your organizations" }).getByText("coral-laboratory").waitFor();
    });

    it("makes another organization, and goes from one to the other", async () => {
      const { page, write, press } = first;
      await first.open("/settings");
      await press(page.getByRole("button", { name: "New organization" }));
      const dialog = page.getByRole("dialog", { name: "New organization" });
      await write(dialog.getByLabel("Name"), "Coral Laboratory");
      await dialog.getByText("Another organization has this slug").waitFor();
      await write(dialog.getByLabel("Name"), "Kelp Works");
      assert.equal(await dialog.getByLabel("Slug").inputValue(), "kelp-works");
      await press(dialog.getByRole("button", { name: "Make the organization" }));
      await page.getByRole("banner").getByText("Kelp Works").waitFor();
      await first.open("/members");
      await page.getByRole("row").filter({ hasText: "Ada Lovelace" }).waitFor();
      assert.equal(await page.getByText("Grace Hopper").count(), 0, "nothing of the other organization");
      await first.open("/settings");
      await press(page.getByRole("button", { name: "Open Coral Laboratory" }));
      await page.getByRole("banner").getByText("Coral Laboratory").waitFor();
    });

    it("removes a member, who sees nothing from then on", async () => {
      await second.open("/members");
      await second.page.getByRole("row").filter({ hasText: "Ada Lovelace" }).waitFor();
      await first.open("/members");
      await openMember(first, "Grace Hopper");
      await first.press(first.page.getByRole("button", { name: "Remove from the organization" }));
      const confirm = first.page.getByRole("alertdialog", { name: "Remove Grace Hopper?" });
      await first.press(confirm.getByRole("button", { name: "Remove" }));
      await first.page.getByText("Grace Hopper is out.").waitFor();
      await second.open("/members");
      await second.page.getByText("You are in no organization yet").waitFor();
      assert.equal(await second.page.getByText("Ada Lovelace").count(), 0);
    });

    /** By the page, as an owner. */
    async function invite(email: string): Promise<void> {
      await first.open("/members?invite=true");
      const dialog = first.page.getByRole("dialog", { name: "Invite a person" });
      await first.write(dialog.getByLabel("E-mail"), email);
      await first.press(dialog.getByRole("button", { name: "Invite" }));
      await first.page.getByRole("list", { name: "Invitations" }).getByText(email).waitFor();
    }

    async function openMember({ page, press }: Visitor, name: string): Promise<void> {
      await press(page.getByRole("row").filter({ hasText: name }).getByRole("link"));
      await page.getByRole("complementary").getByRole("heading", { name }).waitFor();
    }
  });
}
