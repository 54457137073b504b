import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { completeRotation, createReef, generateKey, prepareRotation, type Reef, ReefError, register } from "@reef/sdk";
import type { Page } from "playwright-core";
import { assertNoAxeFaults } from "../support/axe.ts";
import { untilInPage, type Visit, withoutChromium } from "../support/browser.ts";
import { type RunningConsole, startConsole } from "../support/console.ts";
import { bothHands } from "../support/hands.ts";
import { inviteMember } from "../support/people.ts";
import { makeFolder, repositoryRoot } from "../support/reef-process.ts";
import { rowOf, tableOf } from "../support/rows.ts";

const run = promisify(execFile);

describe("the agents of the console", { skip: withoutChromium, concurrency: false }, () => {
  let running: RunningConsole;
  let url: string;
  let visit: Visit;
  before(async () => {
    running = await startConsole();
    ({ url, visit } = running);
  });
  after(() => running?.stop());

  const panel = (page: Page) => page.getByRole("complementary");
  const isLive = (page: Page) => page.getByRole("status").filter({ hasText: "Live" }).waitFor();

  /** Everything of the page, of what it remembers and of its address: where no secret may stay. */
  const traces = async (page: Page): Promise<string> =>
    (await page.content()) +
    page.url() +
    (await page.evaluate<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])"));

  /** The status of signing in with a client secret. */
  const signInWith = async (clientId: string, secret: string): Promise<number> => {
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: secret });
    return (await fetch(`${url}/oauth2/token`, { method: "POST", body })).status;
  };

  for (const [kind, handsOn] of bothHands) {
    it(`lets an agent join with a voucher made here, and shows it and its first entry at once here and at home, by ${kind}`, async () => {
      const name = `coder by ${kind}`;
      await visit("/agents", async (page) => {
        const { press, write } = handsOn(page);
        await isLive(page);
        const home = await page.context().newPage();
        await home.goto(url);
        await home.getByRole("heading", { level: 1, name: "kelmouth" }).waitFor();

        await press(page.getByRole("button", { name: "Issue a voucher" }));
        const dialog = page.getByRole("dialog", { name: "Issue a voucher" });
        await write(dialog.getByLabel("Name of the agent"), name);
        await press(dialog.getByRole("button", { name: "Issue voucher" }));
        const command = (await dialog.getByText(/^npx reef register/).textContent()) ?? "";
        const [, code = ""] = /--voucher ([0-9a-f]{64}) /.exec(command) ?? [];
        assert.equal(command, `npx reef register --url ${url} --voucher ${code} --name '${name}'`);
        await dialog.getByText("Nobody has joined with it yet").waitFor();

        const reef = await joinByCommand(code, name);
        await dialog.getByText("Joined", { exact: true }).waitFor();
        await dialog.getByRole("link", { name }).waitFor();
        await press(dialog.getByRole("button", { name: "Done" }));
        await dialog.waitFor({ state: "detached" });
        await rowOf(page, "Agents", name).waitFor();
        await rowOf(home, "Who did what", name).getByText("joined").waitFor();
        assert.equal((await traces(page)).includes(code), false);

        await press(rowOf(page, "Agents", name).getByRole("link").first());
        await panel(page).getByRole("heading", { name }).waitFor();
        const diary = await reef.memory.createDiary({ name: "log" });
        await reef.memory.createEntry({ diaryId: diary.id, content: "The pilot boards at buoy 4." });
        await rowOf(home, "Who did what", name).getByText("remembered 1 thing").waitFor();
        await panel(page).getByRole("link", { name: "remembered something" }).waitFor();
        await panel(page).getByRole("link", { name: "log" }).waitFor();
      });
    });
  }

  /** Runs the command that the page shows, with the program of this tree. Gives the agent's client. */
  async function joinByCommand(voucher: string, name: string): Promise<Reef> {
    const folder = makeFolder("reef-console-agent-");
    const program = join(repositoryRoot, "apps/cli/src/main.ts");
    const args = ["register", "--url", url, "--voucher", voucher, "--name", name, "--no-mcp"];
    const env = { PATH: process.env.PATH ?? "", REEF_CONFIG_DIR: folder, REEF_KEYRING: "off" };
    await run(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...args], { env, cwd: folder });
    const { profiles } = JSON.parse(readFileSync(join(folder, "reef.json"), "utf8")) as {
      profiles: Record<string, { clientId: string; privateKey: string }>;
    };
    const [credentials] = Object.values(profiles);
    assert.ok(credentials);
    return createReef({ url, credentials });
  }

  for (const [kind, handsOn] of bothHands) {
    it(`disables an agent, whose next request is refused, and lets it in again, by ${kind}`, async () => {
      const name = `stopped by ${kind}`;
      const agent = await running.join(name);
      await agent.reef.identity.whoami();
      await visit(`/agents?panel=agent.${agent.fingerprint}`, async (page) => {
        const { press } = handsOn(page);
        await press(panel(page).getByRole("button", { name: "Disable" }));
        const confirm = page.getByRole("alertdialog", { name: `Disable ${name}?` });
        await confirm.getByText("refused everywhere within five seconds", { exact: false }).waitFor();
        await press(confirm.getByRole("button", { name: "Disable agent" }));
        await confirm.waitFor({ state: "detached" });
        await assert.rejects(agent.reef.identity.whoami(), isRefusal);
        await rowOf(page, "Agents", name).getByText("Disabled").waitFor();
        // It gets no new secret while it is disabled, so none is offered.
        await panel(page).getByRole("button", { name: "Replace client secret" }).waitFor({ state: "detached" });

        await press(panel(page).getByRole("button", { name: "Enable" }));
        await press(page.getByRole("alertdialog").getByRole("button", { name: "Enable agent" }));
        await rowOf(page, "Agents", name).getByText("Active").waitFor();
        assert.equal((await agent.reef.identity.whoami()).name, name);
      });
    });

    it(`replaces a client secret: the old one fails, the new one works and is shown this once, by ${kind}`, async () => {
      const { fingerprint, credentials } = await running.join(`renewed by ${kind}`);
      const { clientId, clientSecret: secret } = credentials;
      assert.equal(await signInWith(clientId, secret), 200);
      await visit(`/agents/${fingerprint}`, async (page) => {
        const { press } = handsOn(page);
        await press(page.getByRole("button", { name: "Replace client secret" }));
        const dialog = page.getByRole("dialog", { name: /Replace the client secret/ });
        await press(dialog.getByRole("button", { name: "Replace secret" }));
        const shown = dialog.getByRole("figure").filter({ hasText: "New client secret" }).locator("pre");
        const renewed = (await shown.textContent()) ?? "";
        assert.notEqual(renewed, secret);
        assert.ok((await dialog.getByRole("figure").first().textContent())?.includes(clientId));
        await press(dialog.getByRole("button", { name: "Done" }));
        await dialog.waitFor({ state: "detached" });
        assert.equal((await traces(page)).includes(renewed), false);
        assert.deepEqual([await signInWith(clientId, secret), await signInWith(clientId, renewed)], [401, 200]);
      });
    });

    it(`revokes a voucher, with which nobody joins any more, by ${kind}`, async () => {
      const { code } = await running.otter.reef.identity.issueVoucher();
      await visit("/agents?tab=vouchers", async (page) => {
        const { press } = handsOn(page);
        await press(rowOf(page, "Vouchers", "otter").getByRole("button", { name: "Revoke the voucher of otter" }));
        const confirm = page.getByRole("alertdialog", { name: "Revoke the voucher of otter?" });
        await press(confirm.getByRole("button", { name: "Revoke voucher" }));
        await confirm.waitFor({ state: "detached" });
        await rowOf(page, "Vouchers", "otter").waitFor({ state: "detached" });
      });
      await assert.rejects(register({ url, name: "late", voucher: code }), isRefusal);
    });

    it(`shows who let whom in as a graph and as a table, with the way into an agent from both, by ${kind}`, async () => {
      const parent = await running.join(`parent by ${kind}`);
      const { code } = await parent.reef.identity.issueVoucher();
      const { agent: child } = await register({ url, name: `child by ${kind}`, voucher: code });
      await running.otter.reef.identity.disableAgent({ fingerprint: child.fingerprint });
      const place = (page: Page, name: string) => page.getByRole("treeitem", { name: new RegExp(`^${name},`) });
      await visit("/agents?tab=trust", async (page) => {
        const { press } = handsOn(page);
        const own = place(page, `child by ${kind}`);
        const label = await own.locator("title").textContent();
        assert.match(
          label ?? "",
          new RegExp(`, ${child.fingerprint.slice(0, 4)}, disabled, let in by parent by ${kind}$`),
        );
        assert.equal(await own.getAttribute("aria-level"), "3");
        if (kind === "mouse") {
          await own.click();
        } else {
          // Tab leads to the first of the tree, the arrows through it.
          await press(page.getByRole("button", { name: "As large as there is room for" }));
          await page.keyboard.press("Tab");
          await page.keyboard.press("Tab");
          await untilInPage(page, "document.activeElement?.getAttribute('aria-level') === '1'");
          await page.keyboard.press("End");
          for (let steps = 0; steps < 40 && !(await nameAt(page)).startsWith(`child by ${kind},`); steps += 1) {
            await page.keyboard.press("ArrowUp");
          }
          await page.keyboard.press("ArrowLeft");
          await isAt(page, `parent by ${kind},`);
          await page.keyboard.press("ArrowLeft");
          await own.waitFor({ state: "detached" });
          await page.keyboard.press("ArrowRight");
          await own.waitFor();
          await page.keyboard.press("ArrowRight");
          await isAt(page, `child by ${kind},`);
          await page.keyboard.press("Enter");
        }
        await panel(page)
          .getByRole("heading", { name: `child by ${kind}` })
          .waitFor();
        await panel(page)
          .getByRole("link", { name: new RegExp(`^parent by ${kind}`) })
          .waitFor();
        await page.keyboard.press("Escape");
        await panel(page).waitFor({ state: "detached" });

        await page.keyboard.press("t");
        const row = rowOf(page, "Who let whom in", `child by ${kind}`);
        await row.getByText("Disabled").waitFor();
        assert.ok(page.url().includes("view=table"));
        await press(row.getByRole("link"));
        await panel(page)
          .getByRole("heading", { name: `child by ${kind}` })
          .waitFor();
      });
    });
  }

  const nameAt = async (page: Page): Promise<string> =>
    (await page.evaluate<string | undefined>("document.activeElement?.querySelector('title')?.textContent")) ?? "";
  const isAt = (page: Page, name: string) =>
    untilInPage(
      page,
      `document.activeElement?.querySelector("title")?.textContent.startsWith(${JSON.stringify(name)})`,
    );

  it("zooms the graph by keys, by buttons and by the wheel with Ctrl", async () => {
    const width = (page: Page) => page.evaluate<number>("document.querySelector('[role=tree] svg').clientWidth");
    await visit("/agents?tab=trust", async (page) => {
      await page.getByRole("treeitem").first().waitFor();
      const before = await width(page);
      await page.keyboard.press("+");
      await untilInPage(page, `document.querySelector('[role=tree] svg').clientWidth > ${before}`);
      await page.getByRole("button", { name: "Smaller" }).click();
      await untilInPage(page, `document.querySelector('[role=tree] svg').clientWidth === ${before}`);
      await page.getByRole("tree").hover();
      await page.keyboard.down("Control");
      await page.mouse.wheel(0, 60);
      await page.keyboard.up("Control");
      await untilInPage(page, `document.querySelector('[role=tree] svg').clientWidth < ${before}`);
      await page.keyboard.press("0");
      await untilInPage(page, `document.querySelector('[role=tree] svg').clientWidth === ${before}`);
    });
  });

  it("finds agents by the beginning of their name or fingerprint, and by their state, and keeps that in the address", async () => {
    const seal = await running.join("seal");
    await running.otter.reef.identity.disableAgent({ fingerprint: seal.fingerprint });
    await visit("/agents", async (page) => {
      await rowOf(page, "Agents", "Founder").waitFor();
      await page.keyboard.press("/");
      await untilInPage(page, "document.activeElement?.type === 'search'");
      await page.keyboard.type("SEA");
      await rowOf(page, "Agents", "Founder").waitFor({ state: "detached" });
      await rowOf(page, "Agents", "seal").waitFor();
      await page.getByRole("searchbox").fill(seal.fingerprint.slice(0, 9).toLowerCase());
      await page.waitForURL(/q=/);
      await rowOf(page, "Agents", "seal").waitFor();
      await page.getByLabel("State").selectOption("Active");
      await page.getByText("No such agent").waitFor();
      await page.reload();
      await page.getByText("No such agent").waitFor();
      await page.getByLabel("State").selectOption("Disabled");
      await rowOf(page, "Agents", "seal").waitFor();
    });
  });

  it("shows an agent's keys, and checks in the browser that the old one introduced the new one", async () => {
    const { reef, privateKey, fingerprint } = await running.join("turning");
    const rotation = await prepareRotation(reef, { privateKey }, await generateKey());
    await completeRotation(reef, rotation);
    await visit(`/agents/${fingerprint}`, async (page) => {
      await page.getByText(`is known by ${rotation.fingerprint} now`, { exact: false }).waitFor();
      await page.getByText("Signed by the key before and by itself").waitFor();
      await page.getByText("The key it joined with.").waitFor();
      await page.getByText("What was signed").click();
      const proof = page.getByRole("figure").filter({ hasText: "Signature of the key before" });
      assert.ok((await proof.textContent())?.includes(rotation.request.oldSignature));
    });
  });

  it("issues a voucher from the palette, and by `n`", async () => {
    await visit("/memory", async (page) => {
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.keyboard.press("Control+k");
      await untilInPage(page, "document.activeElement?.role === 'combobox'");
      await page.keyboard.type("issue a vou");
      await page.getByRole("option", { name: "Issue a voucher" }).waitFor();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Issue a voucher" });
      await dialog.getByLabel("Name of the agent").waitFor();
      // A link to this page issues nothing by itself.
      assert.equal(await dialog.getByText(/^npx reef/).count(), 0);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await page.keyboard.press("n");
      await dialog.waitFor();
    });
  });

  it("says what the reef says when there are too many vouchers", async () => {
    await visit(
      "/agents?issue=true",
      async (page) => {
        const dialog = page.getByRole("dialog", { name: "Issue a voucher" });
        for (let count = 0; count < 8 && (await dialog.getByRole("alert").count()) === 0; count += 1) {
          await dialog.getByRole("button", { name: "Issue voucher" }).click();
          await dialog
            .getByText(/^npx reef/)
            .or(dialog.getByRole("alert"))
            .waitFor();
          if ((await dialog.getByRole("alert").count()) > 0) break;
          await dialog.getByRole("button", { name: "Done" }).click();
          await dialog.waitFor({ state: "detached" });
          await page.keyboard.press("n");
        }
        await dialog
          .getByRole("alert")
          .getByText(/voucher/)
          .first()
          .waitFor();
      },
      { allowed: /status of 429/ },
    );
  });

  it("offers members what they may do: to look, and nothing else", async () => {
    const { organizationId } = await running.otter.reef.identity.whoami();
    const member = await inviteMember(url, running.owner, { organizationId, role: "member", name: "member" });
    const { fingerprint } = running.otter;
    await running.visitAs(member)(`/agents/${fingerprint}`, async (page) => {
      await page.getByRole("heading", { level: 1, name: "otter" }).waitFor();
      await page
        .getByRole("link", { name: "issued a voucher" })
        .or(page.getByText("Issued a voucher"))
        .first()
        .waitFor();
      for (const name of ["Disable", "Replace client secret"]) {
        assert.equal(await page.getByRole("button", { name }).count(), 0);
      }
      await page.goto(`${url}/agents?tab=vouchers&issue=true`);
      await page.getByText("No active vouchers").waitFor();
      assert.equal(await page.getByRole("dialog").count(), 0);
      assert.equal(await page.getByRole("button", { name: "Issue a voucher" }).count(), 0);
    });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no serious fault that axe finds, in the ${colorScheme} theme`, async () => {
      const { fingerprint } = running.otter;
      const shown = {
        "/agents": (page: Page) => rowOf(page, "Agents", "Founder").waitFor(),
        "/agents?q=nobody": (page: Page) => page.getByText("No such agent").waitFor(),
        "/agents?tab=vouchers": (page: Page) => tableOf(page, "Vouchers").waitFor(),
        "/agents?tab=vouchers&issue=true": (page: Page) => page.getByRole("dialog").waitFor(),
        "/agents?tab=trust": (page: Page) => page.getByRole("treeitem").first().waitFor(),
        "/agents?tab=trust&view=table": (page: Page) => tableOf(page, "Who let whom in").waitFor(),
        [`/agents?panel=agent.${fingerprint}`]: (page: Page) => panel(page).getByText("Lately").waitFor(),
        [`/agents/${fingerprint}`]: (page: Page) => page.getByText("The key it joined with.").waitFor(),
      };
      await assertNoAxeFaults(visit, shown, { colorScheme });
    });
  }
});

const isRefusal = (error: unknown): boolean => error instanceof ReefError && error.status >= 400 && error.status < 500;
