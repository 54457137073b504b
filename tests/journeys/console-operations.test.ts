import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { type Reef, ReefError } from "@reef/sdk";
import { until } from "@reef/testing";
import type { Page } from "playwright-core";
import { joinThrough } from "../support/agents.ts";
import { assertNoAxeFaults, findAxeFaults } from "../support/axe.ts";
import { untilInPage, type Visit, withoutChromium } from "../support/browser.ts";
import { type RunningConsole, startConsole } from "../support/console.ts";
import { bothHands } from "../support/hands.ts";
import { createOrganization, invite, inviteMember, reefOf, type SignedInPerson } from "../support/people.ts";
import { rowOf } from "../support/rows.ts";

describe("the operations of the console", { skip: withoutChromium, concurrency: false }, () => {
  let running: RunningConsole;
  let url: string;
  let visit: Visit;
  let other: SignedInPerson;
  before(async () => {
    running = await startConsole();
    ({ url } = running);
    visit = running.visitAs(running.owner, "kelmouth");
    const { organizationId } = await running.otter.reef.identity.whoami();
    other = await inviteMember(url, running.owner, { organizationId, role: "member", name: "other" });
  });
  after(() => running?.stop());

  /** Another organization, with an agent in it. */
  async function newOrganization(slug: string): Promise<Reef> {
    await createOrganization(url, running.owner, slug);
    return (await joinThrough(url, reefOf(url, running.owner, slug), "guest")).reef;
  }

  for (const [kind, handsOn] of bothHands) {
    it(`suspends another organization, whose agent is refused, and resumes it, by ${kind}`, async () => {
      const slug = `harbour-${kind}`;
      const reef = await newOrganization(slug);
      await reef.identity.whoami();
      await visit("/operations", async (page) => {
        const { press } = handsOn(page);
        const row = rowOf(page, "Organizations", slug);
        await press(row.getByRole("button", { name: `Suspend ${slug}` }));
        const confirm = page.getByRole("alertdialog", { name: `Suspend ${slug}?` });
        await confirm
          .getByText("1 agent and all its people are refused within five seconds", { exact: false })
          .waitFor();
        await press(confirm.getByRole("button", { name: "Suspend" }));
        await row.getByText("Suspended").waitFor();
        await assert.rejects(reef.identity.whoami(), isRefusal);

        await press(row.getByRole("button", { name: `Resume ${slug}` }));
        await press(page.getByRole("alertdialog").getByRole("button", { name: "Resume" }));
        await row.getByText("Active").waitFor();
        assert.equal((await reef.identity.whoami()).name, "guest");
      });
    });
  }

  it("shows each loop with its last progress, and the mail that stayed here with links that work", async () => {
    await visit("/operations", async (page) => {
      await page.getByRole("tab", { name: "Background work" }).click();
      await rowOf(page, "Loops", "events").getByText("Running").waitFor();
      await page.getByRole("tab", { name: "Mailbox" }).click();
      await rowOf(page, "Mails", "other@reef.test").first().getByRole("link").click();
      const panel = page.getByRole("complementary");
      await panel.getByText("To other@reef.test").waitFor();
      const link = await panel.getByRole("link", { name: /^http/ }).getAttribute("href");
      assert.ok(link?.startsWith(`${url}/invitation?`));
    });
  });

  it("is for operators alone, and others are not led here", async () => {
    await running.visitAs(other)("/operations", async (page) => {
      await page.getByText("Only for operators").waitFor();
      assert.equal(await page.getByRole("navigation").getByRole("link", { name: "Operations" }).count(), 0);
    });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no serious fault that axe finds, in the ${colorScheme} theme`, async () => {
      const shown = {
        "/operations": (page: Page) => rowOf(page, "Organizations", "kelmouth").waitFor(),
        "/operations?tab=loops": (page: Page) => rowOf(page, "Loops", "events").waitFor(),
        "/operations?tab=failed": (page: Page) => page.getByText("Nothing failed").waitFor(),
        "/operations?tab=mailbox": (page: Page) => rowOf(page, "Mails", "other").first().waitFor(),
      };
      await assertNoAxeFaults(visit, shown, { colorScheme });
    });
  }
});

describe("failed work in the console", { skip: withoutChromium, concurrency: false }, () => {
  let running: RunningConsole;
  let visit: Visit;
  let postOffice: PostOffice;
  before(async () => {
    postOffice = await openPostOffice();
    running = await startConsole({
      REEF_MAIL: "resend",
      REEF_MAIL_FROM: "Reef <reef@reef.test>",
      REEF_RESEND_API_KEY: "re_test",
      REEF_RESEND_URL: postOffice.url,
    });
    ({ visit } = running);
  });
  after(async () => {
    await running?.stop();
    postOffice?.server.close();
  });

  const inviteTo = (email: string): Promise<void> => {
    const { url, owner, otter } = running;
    return invite(url, owner, { organizationId: otter.agent.organizationId, role: "member", email });
  };

  for (const [kind, handsOn] of bothHands) {
    it(`is told at home, discarded, or retried once it can be done, by ${kind}`, async () => {
      postOffice.refuses = true;
      await inviteTo(`kept-${kind}@reef.test`);
      await inviteTo(`dropped-${kind}@reef.test`);
      await postOffice.hasRefused(2);
      await visit("/", async (page) => {
        const { press } = handsOn(page);
        const told = page.getByRole("link", { name: "2 pieces of background work failed" });
        // The list of failed work is written after the refusal, so the page may have come too early.
        for (let tries = 0; tries < 20 && !(await told.isVisible()); tries += 1) {
          await page.reload();
          await told.waitFor({ timeout: 1_000 }).catch(() => {});
        }
        await press(told);
        await rowOf(page, "Failed work", "mail.send").first().getByText("Resend refused the mail (422).").waitFor();
        await press(page.getByRole("button", { name: "Discard mail.send" }).first());
        const confirm = page.getByRole("alertdialog", { name: "Discard mail.send?" });
        await press(confirm.getByRole("button", { name: "Discard" }));
        await confirm.waitFor({ state: "detached" });
        await untilInPage(page, "document.querySelectorAll('[data-row]').length === 1");

        postOffice.refuses = false;
        const before = postOffice.delivered;
        await press(page.getByRole("button", { name: "Retry mail.send" }));
        await page.getByText("mail.send is tried again.").waitFor();
        await page.getByText("Nothing failed").waitFor();
        await until(() => postOffice.delivered > before);
        assert.equal(postOffice.delivered, before + 1);
      });
    });
  }

  it("has no serious fault that axe finds, in either theme", async () => {
    postOffice.refuses = true;
    await inviteTo("late@reef.test");
    await postOffice.hasRefused(1);
    for (const colorScheme of ["light", "dark"] as const) {
      await visit(
        "/operations?tab=failed",
        async (page) => {
          const row = rowOf(page, "Failed work", "mail.send").first();
          for (let tries = 0; tries < 20 && !(await row.isVisible()); tries += 1) {
            await page.reload();
            await row.waitFor({ timeout: 1_000 }).catch(() => {});
          }
          await row.waitFor();
          assert.deepEqual(await findAxeFaults(page), []);
        },
        { colorScheme },
      );
    }
  });
});

/** What stands in the place of Resend's API: takes every mail, or refuses every mail for good. */
interface PostOffice {
  url: string;
  server: Server;
  refuses: boolean;
  delivered: number;
  /** Waits until so many more mails were refused since it was asked last. */
  hasRefused(count: number): Promise<void>;
}

async function openPostOffice(): Promise<PostOffice> {
  let refused = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.once("end", () => {
      if (office.refuses) refused += 1;
      else office.delivered += 1;
      response.writeHead(office.refuses ? 422 : 200, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ id: "1" }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const office: PostOffice = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    refuses: false,
    delivered: 0,
    async hasRefused(count) {
      await until(() => refused >= count);
      assert.equal(refused, count);
      refused = 0;
    },
  };
  return office;
}

const isRefusal = (error: unknown): boolean => error instanceof ReefError && error.status >= 400 && error.status < 500;
