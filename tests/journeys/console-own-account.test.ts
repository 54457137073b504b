import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { withoutChromium } from "../support/browser.ts";
import { startVisitedReef, type VisitedReef } from "../support/console.ts";
import { bothHands } from "../support/hands.ts";
import { startOAuthProgram } from "../support/oauth-program.ts";
import { asGoogle, type OpenIdService, startOpenIdService } from "../support/openid-service.ts";
import { PASSWORD } from "../support/people.ts";
import { makeFolder, repositoryRoot } from "../support/reef-process.ts";

/** Each password that a test chooses holds one of the phrases that `npm test` searches the logs for. */
const NEW_PASSWORD = "another horse battery";

for (const [kind, handsOn] of bothHands) {
  describe(`people keep their account, by ${kind}`, { skip: withoutChromium, concurrency: false }, () => {
    let reef: VisitedReef;
    let service: OpenIdService;
    before(async () => {
      service = await startOpenIdService();
      reef = await startVisitedReef(handsOn, { ...asGoogle(service), REEF_OAUTH_LOCAL_CLIENTS: "true" });
    });
    after(async () => {
      await reef?.stop();
      await service?.stop();
    });

    it("signing out everywhere ends every other browser's session too", async () => {
      const here = await reef.newPerson("ken");
      const there = await reef.visit();
      await there.signIn(here.email);
      await there.open("/members");
      await there.heading("Members");
      await here.open("/account?tab=sessions");
      const sessions = here.page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
      await here.page.getByText("this one").waitFor();
      assert.ok((await sessions.count()) >= 2);
      await here.press(here.page.getByRole("button", { name: "Sign out everywhere" }));
      const confirm = here.page.getByRole("alertdialog", { name: "Sign out everywhere?" });
      await here.press(confirm.getByRole("button", { name: "Sign out everywhere" }));
      await here.page.getByText("You are signed out everywhere.").waitFor();
      await there.open("/members");
      await there.page.waitForURL(/\/sign-in\?return_to=%2Fmembers/);
      assert.equal(await there.page.getByText("ken").count(), 0);
      await Promise.all([here.context.close(), there.context.close()]);
    });

    it("ends one session of several, and this one stays", async () => {
      const here = await reef.newPerson("radia");
      const there = await reef.visit();
      await there.signIn(here.email);
      await (await reef.visit()).signIn(here.email);
      await here.open("/account?tab=sessions");
      const others = here.page.getByRole("button", { name: "End all others" });
      await here.press(here.page.getByRole("button", { name: /^End the session of/ }).first());
      const confirm = here.page.getByRole("alertdialog");
      await here.press(confirm.getByRole("button", { name: "End session" }));
      await here.page.getByText("Session ended.").first().waitFor();
      await confirm.waitFor({ state: "detached" });
      if ((await others.count()) > 0) {
        await here.press(others);
        await here.press(confirm.getByRole("button", { name: "End all others" }));
        await others.waitFor({ state: "detached" });
      }
      await there.open("/members");
      await there.heading("Sign in");
      await here.open("/members");
      await here.heading("Members");
      await Promise.all([here.context.close(), there.context.close()]);
    });

    it("shows a program that acts for the person, ends it at once, and all of them with the sessions", async () => {
      const program = await startOAuthProgram();
      const { page, open, press, heading, context } = await reef.newPerson("barbara");
      const letIn = async () => {
        const { sentTo, finish } = await program.connect(reef.url);
        await open(sentTo.href);
        await press(page.getByRole("button", { name: "Act for me in barbara-org" }));
        await page.waitForURL(/\/callback\?/);
        return finish(page.url());
      };
      await open("/account?tab=sessions");
      await page.getByText("No program acts for you").waitFor();
      const first = await letIn();
      await first.listTools();
      await open("/account?tab=sessions");
      const row = page.getByRole("list", { name: "Programs" }).getByRole("listitem");
      await row.getByText(program.host).waitFor();
      await row.getByText(/^barbara-org · /).waitFor();
      assert.doesNotMatch((await row.textContent()) ?? "", /never used/);
      await press(row.getByRole("button", { name: "End" }));
      const confirm = page.getByRole("alertdialog", { name: `End ${program.host}?` });
      await press(confirm.getByRole("button", { name: "End program" }));
      await page.getByText("No program acts for you").waitFor();
      await assert.rejects(() => first.listTools());

      const second = await letIn();
      await open("/account?tab=sessions");
      await row.waitFor();
      await press(page.getByRole("button", { name: "Sign out everywhere" }));
      const everywhere = page.getByRole("alertdialog", { name: "Sign out everywhere?" });
      await everywhere.getByText(/so do all programs that act for you/).waitFor();
      await press(everywhere.getByRole("button", { name: "Sign out everywhere" }));
      await heading("Sign in");
      await assert.rejects(() => second.listTools());
      await Promise.all([first.close(), second.close(), context.close(), program.stop()]);
    });

    it("changes the address when both the old and the new one have said yes", async () => {
      const { page, open, heading, write, press, signOut, enter, email, context } = await reef.newPerson("margaret");
      const newEmail = "hamilton@example.org";
      await open("/account");
      await write(page.getByLabel("New address"), newEmail);
      await press(page.getByRole("button", { name: "Change address" }));
      await page.getByText(`Its link allows the change to ${newEmail}`).waitFor();
      await open(await reef.linkOfMail(/^Confirm your new address/, email));
      await heading("Change your address");
      await press(page.getByRole("button", { name: "Allow the change" }));
      await heading("One more mail");
      const link = await reef.linkOfMail(/^Confirm your new address/, newEmail);

      const stranger = await reef.visit();
      await stranger.open(link);
      await stranger.press(stranger.page.getByRole("button", { name: "Confirm the address" }));
      await stranger.page.getByRole("alert").getByText("Sign in first").waitFor();
      await stranger.context.close();

      await open(link);
      await heading("Confirm your new address");
      await press(page.getByRole("button", { name: "Confirm the address" }));
      await page.waitForURL(/\/account/);
      await page.getByText(newEmail).first().waitFor();
      await signOut();
      await enter(email);
      await page.getByRole("alert").getByText("Wrong address or password").waitFor();
      await enter(newEmail);
      await page.waitForURL(`${reef.url}/`);
      await context.close();
    });

    it("changes name and password, and the new ones count", async () => {
      const { page, open, write, press, signOut, enter, email, context } = await reef.newPerson("jean");
      await open("/account");
      await write(page.getByLabel("Your name"), "Jean Bartik");
      await press(page.getByRole("button", { name: "Change name" }));
      await page.getByRole("button", { name: "Account of Jean Bartik" }).waitFor();
      await press(page.getByRole("tab", { name: "Signing in" }));
      await press(page.getByRole("button", { name: "Change password" }));
      const dialog = page.getByRole("dialog", { name: "Change your password" });
      await write(dialog.getByLabel("Current password"), PASSWORD);
      await write(dialog.getByLabel("New password"), NEW_PASSWORD);
      await press(dialog.getByRole("button", { name: "Change password" }));
      await page.getByText("Password changed.").waitFor();
      await signOut();
      await enter(email);
      await page.getByRole("alert").getByText("Wrong address or password").waitFor();
      await enter(email, NEW_PASSWORD);
      await page.waitForURL(`${reef.url}/`);
      await context.close();
    });

    it("connects a login at another service, which signs in from then on, until it is disconnected", async () => {
      const { page, open, press, signOut, email, context } = await reef.newPerson("iris");
      await open("/account?tab=signing-in");
      const logins = page.getByRole("list", { name: "Other logins" });
      service.person = undefined;
      await press(logins.getByRole("button", { name: "Connect Google" }));
      await page.getByText("You said no over there").waitFor();
      service.person = { email, name: "Iris at Google" };
      await press(logins.getByRole("button", { name: "Connect Google" }));
      await logins.getByRole("button", { name: "Disconnect Google" }).waitFor();
      await signOut();
      await open("/sign-in?return_to=%2Fmembers");
      await press(page.getByRole("button", { name: "Continue with Google" }));
      await page.waitForURL(`${reef.url}/members`);
      await page.getByRole("row").filter({ hasText: email }).waitFor();
      await open("/account?tab=signing-in");
      await press(logins.getByRole("button", { name: "Disconnect Google" }));
      const confirm = page.getByRole("alertdialog", { name: "Disconnect Google?" });
      await press(confirm.getByRole("button", { name: "Disconnect" }));
      await logins.getByRole("button", { name: "Connect Google" }).waitFor();
      await signOut();
      service.person = undefined;
      await press(page.getByRole("button", { name: "Continue with Google" }));
      await page.getByText("You said no over there").waitFor();
      await context.close();
    });

    it("shows an API key once; it may do what was chosen, and nothing once it is deleted", async () => {
      const { page, open, write, press, choose, context } = await reef.newPerson("frances");
      await open("/account?tab=keys");
      await press(page.getByRole("button", { name: "New key" }));
      const dialog = page.getByRole("dialog", { name: "New API key" });
      await write(dialog.getByLabel("Name"), "nightly report");
      await press(dialog.getByRole("button", { name: "Make the key" }));
      await dialog.getByText("It is shown this once.").waitFor();
      const key = ((await dialog.locator("pre").textContent()) ?? "").trim();
      assert.match(key, /^reef_pk_/);
      await press(dialog.getByRole("button", { name: "I have kept it" }));
      const keys = page.getByRole("list", { name: "API keys" });
      await keys.getByText("nightly report").waitFor();
      assert.equal((await page.content()).includes(key), false);
      assert.equal(JSON.stringify(await context.storageState()).includes(key), false);
      const ask = (path: string, method = "GET") =>
        fetch(`${reef.url}${path}`, {
          method,
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
          ...(method === "POST" && { body: "{}" }),
        }).then(({ status }) => status);
      assert.equal(await ask("/api/agents"), 200);
      assert.equal(await ask("/api/vouchers", "POST"), 403, "only reading was chosen");

      await press(page.getByRole("button", { name: "New key" }));
      await write(dialog.getByLabel("Name"), "chosen one by one");
      await choose(dialog.getByLabel("May do"), "What I choose");
      await dialog.getByRole("checkbox").first().waitFor();
      for (const box of await dialog.getByRole("checkbox").all())
        if (!(await box.isChecked())) await box.press("Space");
      await press(dialog.getByRole("button", { name: "Make the key" }));
      await press(dialog.getByRole("button", { name: "I have kept it" }));
      await keys.getByText(/Issue vouchers, Disable and enable agents/).waitFor();

      for (const name of ["nightly report", "chosen one by one"]) {
        await press(page.getByRole("button", { name: `Delete the key ${name}` }));
        const confirm = page.getByRole("alertdialog", { name: `Delete the key ${name}?` });
        await press(confirm.getByRole("button", { name: "Delete key" }));
        await confirm.waitFor({ state: "detached" });
      }
      await page.getByText("No key yet").waitFor();
      assert.equal(await ask("/api/agents"), 401);
      await context.close();
    });

    it("lets the reef command in by its code, or not", async () => {
      const { email } = await reef.newAccount("adele");
      for (const isAllowed of [true, false]) {
        const visitor = await reef.visit();
        const { code, ended } = await beginLogin(reef.url);
        await visitor.open("/device");
        // Whoever is signed out signs in first, and comes back.
        await visitor.heading("Sign in");
        await visitor.enter(email);
        await visitor.heading("Sign in a command");
        await visitor.write(visitor.page.getByLabel("Code", { exact: true }), code.toLowerCase());
        await visitor.press(visitor.page.getByRole("button", { name: "Continue" }));
        await visitor.heading("Let this command in?");
        await visitor.page.getByText(email).waitFor();
        await visitor.page.getByText(code).waitFor();
        await visitor.press(visitor.page.getByRole("button", { name: isAllowed ? "Approve" : "Deny" }));
        await visitor.heading(isAllowed ? "Signed in" : "Denied");
        const { exitCode, stdout, stderr } = await ended;
        assert.equal(exitCode, isAllowed ? 0 : 1, stderr);
        if (isAllowed) assert.match(stdout, /adele@reef\.test/);
        await visitor.open(`/device?user_code=${code}`);
        await visitor.page.getByText(`There is no login with the code ${code}`).waitFor();
        await visitor.context.close();
      }
    });
  });
}

/** `reef login` in a terminal without a browser, with its code. */
async function beginLogin(url: string) {
  const child = execFile(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(repositoryRoot, "apps/cli/src/main.ts"),
      "login",
      "--no-browser",
      "--json",
    ],
    { env: { ...process.env, REEF_URL: url, REEF_CONFIG_DIR: makeFolder("reef-cli-") } },
  );
  let stdout = "";
  let stderr = "";
  child.stderr?.on("data", (text) => {
    stderr += text;
  });
  const code = new Promise<string>((resolve) => {
    child.stdout?.on("data", (text) => {
      stdout += text;
      const [first] = stdout.split("\n");
      if (stdout.includes("\n")) resolve(JSON.parse(first ?? "").waitingFor.code);
    });
  });
  const ended = new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  const begun = await Promise.race([
    code,
    ended.then(({ stderr }) => Promise.reject(new Error(`It ended without a code: ${stderr}`))),
  ]);
  return { code: begun, ended };
}
