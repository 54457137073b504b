import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { describeEachDatabase, until } from "@reef/testing";
import { mailMigrations } from "./migrations.ts";
import { hurry, type MailUnderTest, mailTo, startMail } from "./test/mail-under-test.ts";
import { startResendServer, type TestResendServer } from "./test/resend-server.ts";

describeEachDatabase("mail by Resend", mailMigrations, ({ database }) => {
  let server: TestResendServer;
  let mail: MailUnderTest;
  before(async () => {
    server = await startResendServer();
    mail = await startMail(database(), {
      REEF_RESEND_URL: server.url,
      REEF_RESEND_API_KEY: "re_12345678_the_key",
      REEF_MAIL_FROM: "reef@reef.example",
    });
  });
  after(async () => {
    await mail.stopAll();
    await server.close();
  });

  it("is tried again when it was too much, is a dead letter when it is refused, and the key is in no log", async () => {
    server.answer(429);
    await mail.mailer.send(undefined, mailTo("ada@people.example"));
    await until(() => server.requests.length === 1);
    server.answer(200);
    await hurry(database());
    await mail.settle();
    assert.equal(server.requests.length, 2);
    assert.equal(new Set(server.requests.map(({ headers }) => headers["idempotency-key"])).size, 1);
    server.answer(422);
    await mail.mailer.send(undefined, mailTo("grace@people.example"));
    await mail.settle();
    const { letters } = await mail.workflows.listDeadLetters(database().kysely, { limit: 10 });
    assert.deepEqual(
      letters.map(({ attempts, error }) => [attempts, error]),
      [[1, "Resend refused the mail (422)."]],
    );
    const logged = JSON.stringify(mail.lines());
    for (const secret of ["re_12345678", "ada@", "verify?token"]) assert.ok(!logged.includes(secret));
  });
});
