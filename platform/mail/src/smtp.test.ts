import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type DatabaseOptions, migrateToLatest, openDatabase, transact } from "@reef/db";
import { createServerDatabase, describeEachDatabase, temporaryFolder, testServerUrl, until } from "@reef/testing";
import { sql } from "kysely";
import { mailMigrations } from "./migrations.ts";
import { hurry, LINK, type MailUnderTest, mailTo, startMail } from "./test/mail-under-test.ts";
import { startSmtpServer, type TestSmtpServer } from "./test/smtp-server.ts";

describeEachDatabase("mail by SMTP", mailMigrations, ({ database }) => {
  let server: TestSmtpServer;
  let mail: MailUnderTest;
  const start = () =>
    startMail(database(), { REEF_SMTP_URL: server.url, REEF_MAIL_FROM: "Reef, Inc. <reef@reef.example>" });
  const deadLetters = () => mail.workflows.listDeadLetters(database().kysely, { limit: 10 });

  beforeEach(async () => {
    server = await startSmtpServer();
    mail = await start();
  });
  afterEach(async () => {
    await mail.stopAll();
    await server.close();
    await sql`delete from workflows.job`.execute(database().kysely);
  });

  it("sends a mail if and only if the transaction of the change commits, once and as it was written", async () => {
    const { kysely } = database();
    const failing = transact(kysely, async (transaction) => {
      await mail.mailer.send(transaction, mailTo("nobody@people.example"));
      throw new Error("rolled back");
    });
    await assert.rejects(failing, /rolled back/);
    await transact(kysely, (transaction) => mail.mailer.send(transaction, mailTo("ada@people.example")));
    await mail.settle();
    assert.equal(server.received.length, 1);
    const [{ from, to, raw } = { from: "", to: [], raw: "" }] = server.received;
    assert.equal(from, "reef@reef.example");
    assert.deepEqual(to, ["ada@people.example"]);
    assert.match(raw, /^From: "Reef, Inc." <reef@reef.example>\r$/m);
    assert.match(raw, /^To: ada@people.example\r$/m);
    assert.match(raw, /^Subject: Confirm your address\r$/m);
    assert.match(raw, /^Message-ID: <mai_[0-9a-z]{26}@reef.example>\r$/m);
    assert.match(raw, /^Auto-Submitted: auto-generated\r$/m);
    assert.ok(raw.replace(/=\r\n/g, "").replaceAll("=3D", "=").includes(`href="${LINK}"`));
  });

  it("a mail that is refused for good is a dead letter at once, which can be sent again when that has changed", async () => {
    server.behave(`550 5.7.1 ada@people.example may not read ${LINK}`);
    await mail.mailer.send(undefined, mailTo("ada@people.example"));
    await mail.settle();
    assert.equal(server.offers.length, 1);
    const { letters } = await deadLetters();
    assert.deepEqual(
      letters.map(({ workflow, attempts, error }) => ({ workflow, attempts, error })),
      [
        {
          workflow: "mail.send",
          attempts: 1,
          error: "The mail server refused the mail (550, 5.7.1, EMESSAGE, at DATA).",
        },
      ],
    );
    server.behave("take");
    assert.equal(await mail.workflows.retryDeadLetter(database().kysely, letters[0]?.id ?? ""), true);
    await mail.settle();
    assert.equal(server.received.length, 1);
  });

  it("a mail that is refused for a while is tried again with the same Message-ID, until it is taken", async () => {
    server.behave("451 4.7.1 try later");
    await mail.mailer.send(undefined, mailTo("ada@people.example"));
    await hurry(database());
    await until(() => server.offers.length === 2);
    server.behave("take");
    await hurry(database());
    await mail.settle();
    assert.deepEqual([server.offers.length, server.received.length], [3, 1]);
    assert.equal(new Set(server.offers.map((raw) => /^Message-ID: .*$/m.exec(raw)?.[0])).size, 1);
    assert.equal((await deadLetters()).total, 0);
  });

  it("a mail that nobody takes in a day is a dead letter", async () => {
    server.behave("451 4.7.1 try later");
    await mail.mailer.send(undefined, mailTo("ada@people.example"));
    await hurry(database(), { last: true });
    await mail.settle();
    const { letters } = await deadLetters();
    assert.deepEqual(
      letters.map(({ attempts, error }) => ({ attempts, error })),
      [{ attempts: 30, error: "The mail server did not take the mail (451, 4.7.1, EMESSAGE, at DATA)." }],
    );
  });

  it("a mail that was accepted is not sent again when its job is repeated", async () => {
    const { kysely } = database();
    await mail.mailer.send(undefined, mailTo("ada@people.example"));
    await mail.settle();
    await sql`update workflows.job set state = 'retry', completed_on = null, start_after = now()
      where name = 'mail.send'`.execute(kysely);
    await mail.settle();
    const { rows } = await sql`select state, retry_count from workflows.job where name = 'mail.send'`.execute(kysely);
    assert.deepEqual(rows, [{ state: "completed", retry_count: 1 }]);
    assert.equal(server.offers.length, 1);
  });

  it("a mail that waits for a server which hangs is given up when the process stops, and sent by the next one", async () => {
    server.behave("hang");
    await mail.mailer.send(undefined, mailTo("ada@people.example"));
    await until(() => server.offers.length === 1);
    await mail.stopAll();
    server.behave("take");
    mail = await start();
    await mail.settle();
    assert.equal(server.received.length, 1);
  });

  it("neither its text nor its address stands in the queue, in the dead letters or in the log", async () => {
    const { kysely } = database();
    server.behave(`550 no: ${LINK} for ada@people.example`);
    await mail.mailer.send(undefined, mailTo("ada@people.example"));
    await mail.settle();
    server.behave("take");
    await mail.mailer.send(undefined, mailTo("grace@people.example"));
    await mail.settle();
    const { rows } = await sql<{ job: string }>`select job::text from workflows.job as job`.execute(kysely);
    const stored = rows.map(({ job }) => job).join("\n");
    assert.equal(stored.match(/"sealed"/g)?.length, 3, "two jobs and a dead letter hold a sealed mail");
    const logged = JSON.stringify(mail.lines());
    assert.match(logged, /"template":"verification","domain":"people.example"/);
    for (const text of [stored, logged]) {
      for (const secret of ["verify?token", "6f1ed002", "ada@", "grace@", "Confirm"]) assert.ok(!text.includes(secret));
    }
  });

  it("a line break in an address or a subject is refused before anything is queued", async () => {
    const good = mailTo("ada@people.example");
    const bad = [
      { ...good, to: "ada@people.example\r\nBcc: eve@people.example" },
      { ...good, to: "ada@people.example, eve@people.example" },
      { ...good, to: "Ada <ada@people.example>" },
      { ...good, subject: "Hello\r\nBcc: eve@people.example" },
      { ...good, subject: "Hello\nBcc: eve@people.example" },
      { ...good, subject: "Hello\u2028Bcc: eve@people.example" },
      { ...good, subject: "Hello\0" },
      { ...good, template: "x\ny" },
    ];
    for (const each of bad) await assert.rejects(mail.mailer.send(undefined, each), { name: "ZodError" });
    assert.equal(await mail.workflows.countPending("mail.send"), 0);
  });
});

describe("a process that is killed while it sends a mail", () => {
  let server: TestSmtpServer;
  before(async () => {
    server = await startSmtpServer();
  });
  after(() => server.close());

  const places: [string, () => Promise<{ options: DatabaseOptions; drop(): Promise<void> }>][] = [
    ["embedded", async () => ({ options: { folder: temporaryFolder("reef-mail") }, drop: async () => {} })],
  ];
  if (testServerUrl !== undefined) {
    const adminUrl = testServerUrl;
    places.push([
      "postgres",
      async () => {
        const { url, drop } = await createServerDatabase(adminUrl, mailMigrations);
        return { options: { url }, drop };
      },
    ]);
  }
  for (const [kind, create] of places) {
    it(`leaves it to the next one (${kind})`, async () => {
      const { options, drop } = await create();
      const prepared = await openDatabase(options);
      await migrateToLatest(prepared.kysely, mailMigrations);
      await prepared.close();

      server.behave("hang");
      const before = { offered: server.offers.length, received: server.received.length };
      const program = fileURLToPath(new URL("./test/doomed-sender.ts", import.meta.url));
      const child = spawn(process.execPath, [program, JSON.stringify(options), server.url], {
        stdio: ["ignore", "inherit", "inherit"],
      });
      await until(() => server.offers.length === before.offered + 1);
      child.kill("SIGKILL");
      await once(child, "exit");

      server.behave("take");
      const database = await openDatabase(options);
      const mail = await startMail(database, { REEF_SMTP_URL: server.url, REEF_MAIL_FROM: "reef@reef.example" });
      await mail.settle();
      assert.equal(server.received.length, before.received + 1);
      await mail.stopAll();
      await database.close();
      await drop();
    });
  }
});
