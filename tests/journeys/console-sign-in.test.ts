import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { withoutChromium } from "../support/browser.ts";
import { startVisitedReef, type VisitedReef } from "../support/console.ts";
import { bothHands } from "../support/hands.ts";
import { PASSWORD } from "../support/people.ts";

/** Each password that a test chooses holds one of the phrases that `npm test` searches the logs for. */
const NEW_PASSWORD = "another horse battery";

/** How the button is while the page counts a pause down, both at one moment; undefined where it counts none. */
const BUTTON_IN_PAUSE = `new Promise((done) => setTimeout(() => {
  const isPause = /Try again in \\d+ s\\./.test(document.querySelector("[role=alert]")?.textContent ?? "");
  const isDisabled = document.querySelector("button[type=submit]")?.disabled;
  done(isPause ? (isDisabled ? "disabled" : "enabled") : undefined);
}, 300))`;

for (const [kind, handsOn] of bothHands) {
  describe(`people sign in, by ${kind}`, { skip: withoutChromium, concurrency: false }, () => {
    let reef: VisitedReef;
    before(async () => {
      reef = await startVisitedReef(handsOn);
    });
    after(() => reef?.stop());

    it("comes back to the page that was wanted, and never to another site", async () => {
      const { email } = await reef.newAccount("edsger");
      const visitor = await reef.visit();
      await visitor.open("/members?invite=true");
      await visitor.heading("Sign in");
      await visitor.enter(email);
      await visitor.page.getByRole("dialog", { name: "Invite a person" }).waitFor();
      for (const foreign of ["https://evil.example/", "//evil.example/", "/\\evil.example/"]) {
        await visitor.open(`/sign-in?${new URLSearchParams({ return_to: foreign })}`);
        await visitor.enter(email);
        await visitor.page.waitForURL(`${reef.url}/`);
      }
      await visitor.context.close();
    });

    it("tells what another service's sign-in ended with, and nothing that the address says", async () => {
      const { page, open, heading, context } = await reef.visit();
      await open("/sign-in?error=account_not_linked&error_description=%3Cb%3ECall%20us%3C%2Fb%3E");
      await heading("Sign in");
      await page.getByText("There is an account with this address already.").waitFor();
      await open("/sign-in?error=Call+this+number");
      await page.getByText("Signing in by the other service did not work.").waitFor();
      assert.equal(await page.getByText("Call").count(), 0);
      await context.close();
    });

    it("says how long to wait after too many wrong passwords, and lets nobody press on meanwhile", async () => {
      const { email } = await reef.newAccount("kurt");
      const { page, open, enter, context } = await reef.visit();
      await open("/sign-in");
      const signInButton = page.getByRole("button", { name: "Sign in", exact: true });
      for (let tries = 0; tries < 5; tries += 1) {
        await enter(email, `wrong horse battery ${tries}`);
        await page.getByRole("alert").getByText("Wrong address or password").waitFor();
        assert.equal(await signInButton.isEnabled(), true);
      }
      // The first pauses are short, and may be over before one has looked; each further one is twice as long.
      let button: string | undefined;
      for (let tries = 0; tries < 8 && button === undefined; tries += 1) {
        await enter(email, `wrong horse battery again ${tries}`);
        await page
          .getByRole("alert")
          .getByText(/Wrong address|Too many/)
          .waitFor();
        button = await page.evaluate<string | undefined>(BUTTON_IN_PAUSE);
      }
      assert.equal(button, "disabled");
      // The pause is the same whatever one's hands do, so it is waited for once.
      if (kind === "keyboard") return context.close();
      await page.getByText("You may try again now.").waitFor();
      await enter(email, PASSWORD);
      await page.waitForURL(`${reef.url}/`);
      await context.close();
    });

    it("makes an account that counts once its address is confirmed, by a mail that can be sent again", async () => {
      const { page, open, heading, write, press, enter, context } = await reef.visit();
      await open("/sign-up");
      await heading("Make an account");
      await write(page.getByLabel("Your name"), "Alonzo");
      await write(page.getByLabel("E-mail"), "alonzo@example.org");
      await write(page.getByLabel("Password", { exact: true }), "too short");
      await page.getByText("3 more characters needed.").waitFor();
      await write(page.getByLabel("Password", { exact: true }), NEW_PASSWORD);
      await page.getByText(/Good enough|Strong/).waitFor();
      await press(page.getByRole("button", { name: "Make the account" }));
      await heading("Look at your mail");
      await open("/sign-in");
      await enter("alonzo@example.org", NEW_PASSWORD);
      await page.getByText("Your address is not confirmed yet").waitFor();
      await press(page.getByRole("button", { name: "Send the mail again" }));
      await page.getByText("another mail is on its way").waitFor();
      await open(await reef.linkOfMail(/^Confirm your address/, "alonzo@example.org"));
      await heading("Confirm your address");
      await page.getByText("alonzo@example.org").waitFor();
      await press(page.getByRole("button", { name: "Confirm the address" }));
      await page.getByText("Your address is confirmed.").waitFor();
      await enter("alonzo@example.org", NEW_PASSWORD);
      await page.getByText("You are in no organization yet").waitFor();
      await context.close();
    });

    it("a passkey is added with a name, signs in alone, and signs in no more when it is removed", async () => {
      const { page, open, heading, write, press, signOut, context } = await reef.newPerson("barbara");
      const session = await context.newCDPSession(page);
      await session.send("WebAuthn.enable");
      const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
        options: {
          protocol: "ctap2",
          transport: "internal",
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      // The device is touched as soon as it asks; as long as nothing is offered in the field, it asks by the button alone.
      await context.addInitScript(
        "if (localStorage.getItem('by-button')) PublicKeyCredential.isConditionalMediationAvailable = async () => false",
      );
      await open("/account?tab=signing-in");
      await press(page.getByRole("button", { name: "Add a passkey" }));
      const dialog = page.getByRole("dialog", { name: "Add a passkey" });
      await write(dialog.getByLabel("Name"), "Laptop");
      await press(dialog.getByRole("button", { name: "Add passkey" }));
      const passkeys = page.getByRole("list", { name: "Passkeys" });
      await passkeys.getByText("Laptop").waitFor();
      // Picked where the address is typed, it signs in without any button.
      await signOut();
      await page.waitForURL(`${reef.url}/`);
      await page.evaluate("localStorage.setItem('by-button', 'yes')");
      await signOut();
      await press(page.getByRole("button", { name: "Sign in with a passkey" }));
      await page.waitForURL(`${reef.url}/`);
      await open("/account?tab=signing-in");
      await press(page.getByRole("button", { name: "What to do with the passkey Laptop" }));
      await press(page.getByRole("menuitem", { name: "Remove" }));
      const confirm = page.getByRole("alertdialog", { name: "Remove the passkey Laptop?" });
      await press(confirm.getByRole("button", { name: "Remove passkey" }));
      await page.getByText("No passkey yet").waitFor();
      await signOut();
      // The device still offers it, as devices do.
      const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId });
      assert.equal(credentials.length, 1);
      await press(page.getByRole("button", { name: "Sign in with a passkey" }));
      await page.getByRole("alert").waitFor();
      await heading("Sign in");
      await context.close();
    });

    it("a second factor is asked for from the moment it is set up, and a backup code stands in for the app", async () => {
      const { page, open, heading, write, press, signOut, enter, email, context } = await reef.newPerson("claude");
      await open("/account?tab=signing-in");
      await press(page.getByRole("button", { name: "Set up" }));
      const dialog = page.getByRole("dialog", { name: "Set up the second factor" });
      await write(dialog.getByLabel("Your password"), "wrong horse battery");
      await press(dialog.getByRole("button", { name: "Continue" }));
      await dialog.getByRole("alert").waitFor();
      await write(dialog.getByLabel("Your password"), PASSWORD);
      await press(dialog.getByRole("button", { name: "Continue" }));
      await dialog.getByRole("img", { name: /QR code/ }).waitFor();
      const secret = ((await dialog.locator("code").textContent()) ?? "").replaceAll(" ", "");
      await write(dialog.getByLabel("Code", { exact: true }), "000000");
      await press(dialog.getByRole("button", { name: "Turn on" }));
      await dialog.getByRole("alert").getByText("Wrong code").waitFor();
      await write(dialog.getByLabel("Code", { exact: true }), totp(secret));
      await press(dialog.getByRole("button", { name: "Turn on" }));
      const codes = dialog.getByRole("list", { name: "Backup codes" }).getByRole("listitem");
      await codes.first().waitFor();
      const backupCodes = await codes.allTextContents();
      assert.equal(backupCodes.length, 10);
      await press(dialog.getByRole("button", { name: "I have kept them" }));
      await page.getByText("The second factor is on.").waitFor();
      const kept = await context.storageState();
      assert.equal(JSON.stringify(kept).includes(backupCodes[0] ?? "?"), false, "the codes are kept nowhere");
      assert.equal((await page.content()).includes(backupCodes[0] ?? "?"), false);

      await signOut();
      await enter(email);
      await heading("One more step");
      await write(page.getByLabel("Code", { exact: true }), "000000");
      await press(page.getByRole("button", { name: "Sign in", exact: true }));
      await page.getByRole("alert").getByText("Wrong code").waitFor();
      await write(page.getByLabel("Code", { exact: true }), totp(secret));
      await press(page.getByRole("button", { name: "Sign in", exact: true }));
      await page.waitForURL(`${reef.url}/`);

      for (const [code, isRight] of [
        [backupCodes[0] ?? "", true],
        [backupCodes[0] ?? "", false],
      ] as const) {
        await signOut();
        await enter(email);
        await press(page.getByRole("button", { name: "Use a backup code" }));
        await write(page.getByLabel("Backup code"), code);
        await press(page.getByRole("button", { name: "Sign in", exact: true }));
        if (isRight) await page.waitForURL(`${reef.url}/`);
        else await page.getByRole("alert").getByText("Wrong backup code").waitFor();
      }
      await press(page.getByRole("button", { name: "Use the app's code" }));
      await write(page.getByLabel("Code", { exact: true }), totp(secret));
      await press(page.getByRole("button", { name: "Sign in", exact: true }));
      await page.waitForURL(`${reef.url}/`);
      await open("/account?tab=signing-in");
      await press(page.getByRole("button", { name: "Turn off" }));
      const off = page.getByRole("dialog", { name: "Turn the second factor off?" });
      await write(off.getByLabel("Your password"), PASSWORD);
      await press(off.getByRole("button", { name: "Turn off" }));
      await page.getByText("The second factor is off.").waitFor();
      await context.close();
    });

    it("a forgotten password is replaced by mail, and all sessions end with it", async () => {
      const signedIn = await reef.newPerson("dennis");
      const { page, open, heading, write, press, enter, context } = await reef.visit();
      await open("/forgot-password");
      await write(page.getByLabel("E-mail"), "nobody@example.org");
      await press(page.getByRole("button", { name: "Send the link" }));
      await heading("Look at your mail");
      const saidToNobody = (await page.locator("main").textContent()) ?? "";
      await open("/forgot-password");
      await write(page.getByLabel("E-mail"), signedIn.email);
      await press(page.getByRole("button", { name: "Send the link" }));
      await heading("Look at your mail");
      const said = (await page.locator("main").textContent()) ?? "";
      assert.equal(said.replace(signedIn.email, "…"), saidToNobody.replace("nobody@example.org", "…"));
      const link = await reef.linkOfMail(/^Reset your password/, signedIn.email);
      await open(link);
      await heading("Choose a new password");
      await write(page.getByLabel("New password"), NEW_PASSWORD);
      await press(page.getByRole("button", { name: "Change the password" }));
      await page.getByText("Your password is changed").waitFor();
      await enter(signedIn.email, NEW_PASSWORD);
      await page.waitForURL(`${reef.url}/`);
      await signedIn.open("/agents");
      await signedIn.heading("Sign in");
      await open(link);
      await write(page.getByLabel("New password"), "yet another horse battery");
      await press(page.getByRole("button", { name: "Change the password" }));
      await heading("This link does not work any more");
      await Promise.all([context.close(), signedIn.context.close()]);
    });
  });
}

/** The code of an authenticator app at this moment (RFC 6238): six digits of 30 seconds, by SHA-1. */
function totp(secret: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = Array.from(secret.replace(/=+$/, ""), (letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"));
  const bytes = (bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", Buffer.from(bytes)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
