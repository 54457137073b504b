import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createAccounts } from "@reef/sdk/accounts";
import { findAxeFaults } from "../support/axe.ts";
import { holdAccount, withoutChromium } from "../support/browser.ts";
import { startVisitedReef, type VisitedReef } from "../support/console.ts";
import { mouseOn } from "../support/hands.ts";
import { type SignedInPerson, signUp } from "../support/people.ts";
import type { Visitor } from "../support/visitor.ts";

const everyLook = [
  ["light", 1280],
  ["light", 360],
  ["dark", 1280],
  ["dark", 360],
] as const;

/** A page as it is looked at: who looks, at which path, and what is done there first. */
interface Sight {
  name: string;
  as: "nobody" | "owner" | "newcomer";
  path: string | (() => Promise<string>);
  act?: (visitor: Visitor) => Promise<unknown>;
  shows: string | RegExp;
}

describe("the pages of accounts, members and settings", { skip: withoutChromium, concurrency: false }, () => {
  let reef: VisitedReef;
  let newcomer: SignedInPerson;
  const signedIn: Record<string, Awaited<ReturnType<Visitor["context"]["storageState"]>>> = {};

  before(async () => {
    reef = await startVisitedReef(mouseOn);
    const owner = await reef.newPerson("olive");
    newcomer = await signUp(reef.url, reef.operator, "nadia");
    const visitor = await reef.visit();
    await visitor.open("/sign-in");
    await visitor.enter(newcomer.email);
    await visitor.page.getByText("You are in no organization yet").waitFor();
    for (const email of ["pending@reef.test", newcomer.email]) {
      await owner.open("/members?invite=true");
      const dialog = owner.page.getByRole("dialog");
      await dialog.getByLabel("E-mail").fill(email);
      await dialog.getByRole("button", { name: "Invite" }).click();
      await dialog.waitFor({ state: "detached" });
    }
    await owner.open("/account?tab=keys");
    await owner.press(owner.page.getByRole("button", { name: "New key" }));
    await owner.write(owner.page.getByLabel("Name"), "nightly report");
    await owner.press(owner.page.getByRole("button", { name: "Make the key" }));
    await owner.page.getByText("It is shown this once.").waitFor();
    signedIn.owner = await owner.context.storageState();
    signedIn.newcomer = await visitor.context.storageState();
    await Promise.all([owner.context.close(), visitor.context.close()]);
  });
  after(() => reef?.stop());

  const open = (name: string) => async (visitor: Visitor) =>
    visitor.press(visitor.page.getByRole("button", { name }).first());
  const invitationLink = () => reef.linkOfMail(/invites you/, newcomer.email);
  const deviceCode = async () =>
    `/device?user_code=${(await createAccounts({ url: reef.url }).beginDeviceLogin("reef-cli")).user_code}`;

  const sights: readonly Sight[] = [
    { name: "sign-in", as: "nobody", path: "/sign-in", shows: "Sign in with a passkey" },
    {
      name: "sign-in-error",
      as: "nobody",
      path: "/sign-in?error=account_not_linked&reason=unreachable",
      act: (visitor) => visitor.enter("nobody@reef.test", "wrong horse battery"),
      shows: "Wrong address or password",
    },
    { name: "sign-up", as: "nobody", path: "/sign-up", shows: "Make the account" },
    { name: "forgot-password", as: "nobody", path: "/forgot-password", shows: "Send the link" },
    { name: "reset-password", as: "nobody", path: "/reset-password?token=abc", shows: "Change the password" },
    { name: "setup-used", as: "nobody", path: "/setup?code=abc", shows: "This link is used up" },
    { name: "verify-email-broken", as: "nobody", path: "/verify-email", shows: "This link does not work any more" },
    { name: "invitation-signed-out", as: "nobody", path: invitationLink, shows: "Invited by" },
    {
      name: "invitation-broken",
      as: "nobody",
      path: async () => (await invitationLink()).replace(/token=./, "token=x"),
      shows: "Invitation not found",
    },
    { name: "invitation", as: "newcomer", path: invitationLink, shows: "Accept" },
    { name: "invitation-of-others", as: "owner", path: invitationLink, shows: "No invitation for you here" },
    { name: "welcome", as: "newcomer", path: "/", shows: "You are invited as member" },
    { name: "device", as: "owner", path: "/device", shows: "Sign in a command" },
    { name: "device-decide", as: "owner", path: deviceCode, shows: "Approve" },
    { name: "account", as: "owner", path: "/account", shows: "Change address" },
    { name: "account-signing-in", as: "owner", path: "/account?tab=signing-in", shows: "No passkey yet" },
    {
      name: "account-password",
      as: "owner",
      path: "/account?tab=signing-in",
      act: open("Change password"),
      shows: "Current password",
    },
    {
      name: "account-two-factor",
      as: "owner",
      path: "/account?tab=signing-in",
      act: open("Set up"),
      shows: "Your password",
    },
    { name: "account-sessions", as: "owner", path: "/account?tab=sessions", shows: "No program acts for you" },
    { name: "account-keys", as: "owner", path: "/account?tab=keys", shows: "nightly report" },
    { name: "account-new-key", as: "owner", path: "/account?tab=keys", act: open("New key"), shows: "Make the key" },
    { name: "members", as: "owner", path: "/members", shows: "pending@reef.test" },
    { name: "members-invite", as: "owner", path: "/members?invite=true", shows: /link that works for a week/ },
    {
      name: "members-panel",
      as: "owner",
      path: "/members",
      act: ({ page }) => page.getByRole("row").getByRole("link").first().click(),
      shows: "may do everything",
    },
    { name: "settings", as: "owner", path: "/settings", shows: "You are its only owner." },
    {
      name: "settings-new",
      as: "owner",
      path: "/settings",
      act: open("New organization"),
      shows: "Make the organization",
    },
  ];

  // Both themes and both sizes; all four together only where somebody wants the pictures.
  for (const [colorScheme, width] of process.env.REEF_SCREENSHOTS
    ? everyLook
    : ([everyLook[0], everyLook[3]] as const)) {
    it(`axe finds no serious fault on any, and each fits ${width} pixels, in the ${colorScheme} theme`, async () => {
      const isTelephone = width === 360;
      const faults: string[] = [];
      for (const { name, as, path, act, shows } of sights) {
        const visitor = await reef.visit({
          colorScheme,
          viewport: { width, height: isTelephone ? 740 : 800 },
          hasTouch: isTelephone,
          isMobile: isTelephone,
          ...(as !== "nobody" && { storageState: signedIn[as] }),
        });
        const { page } = visitor;
        page.on("pageerror", (error) => faults.push(`${name}: ${error}`));
        page.on("console", (message) => {
          if (/Content Security Policy|Warning:|Error:/.test(message.text())) faults.push(`${name}: ${message.text()}`);
        });
        await visitor.open(typeof path === "string" ? path : await path());
        await act?.(visitor);
        await page.getByText(shows).first().waitFor();
        faults.push(...(await findAxeFaults(page)).map((fault) => `${name}: ${fault}`));
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        if (wide !== width) faults.push(`${name}: is ${wide} pixels wide`);
        const { REEF_SCREENSHOTS } = process.env;
        if (REEF_SCREENSHOTS) {
          await page.screenshot({ path: `${REEF_SCREENSHOTS}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        }
        await visitor.context.close();
      }
      assert.deepEqual(faults, []);
    });
  }

  it("MO21: none of them paints anything of account or organization before it is known who is there", async () => {
    for (const path of ["/account", "/account?tab=sessions", "/members", "/settings"]) {
      const { page, context, open } = await reef.visit({ storageState: signedIn.owner });
      const { isAsked, askedBesides, release } = await holdAccount(page);
      await open(path);
      await isAsked;
      assert.doesNotMatch((await page.locator("body").textContent()) ?? "", /olive/);
      assert.deepEqual(askedBesides(), []);
      release();
      await page.getByRole("heading", { level: 1 }).waitFor();
      await context.close();
    }
  });

  it("MO21: each of them leads to the sign-in page and back when nobody is signed in or the reef fails", async () => {
    for (const path of ["/account?tab=keys", "/members", "/settings"]) {
      for (const fail of [401, 500, "abort"] as const) {
        const { page, context, open, heading } = await reef.visit({ storageState: signedIn.owner });
        await page.route("**/api/account", (route) =>
          fail === "abort" ? route.abort() : route.fulfill({ status: fail, body: "<html>" }),
        );
        await open(path);
        await heading("Sign in");
        const { pathname, searchParams } = new URL(page.url());
        assert.deepEqual([pathname, searchParams.get("return_to")], ["/sign-in", path]);
        assert.equal(searchParams.get("reason"), fail === 401 ? null : "unreachable");
        assert.doesNotMatch((await page.locator("body").textContent()) ?? "", /olive/);
        await context.close();
      }
    }
  });

  it("says what went wrong where a part cannot be had, and tries again", async () => {
    const parts: [path: string, address: string][] = [
      ["/members", "**/organization/list-members*"],
      ["/members", "**/organization/list-invitations*"],
      ["/account?tab=signing-in", "**/passkey/list-user-passkeys"],
      ["/account?tab=sessions", "**/list-sessions"],
      ["/account?tab=keys", "**/api-key/list"],
    ];
    for (const [path, address] of parts) {
      const { page, context, open } = await reef.visit({ storageState: signedIn.owner });
      let isBroken = true;
      await page.route(address, (route) => (isBroken ? route.fulfill({ status: 500, body: "{}" }) : route.continue()));
      await open(path);
      const alert = page.getByRole("alert").first();
      await alert.waitFor();
      isBroken = false;
      await alert.getByRole("button", { name: "Try again" }).click();
      await alert.waitFor({ state: "detached" });
      await context.close();
    }
  });
});
