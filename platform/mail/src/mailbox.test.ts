import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { newId } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import type { Mailbox } from "./mailbox.ts";
import { mailMigrations } from "./migrations.ts";
import { KEPT_MAILS } from "./store.ts";
import { LINK, type MailUnderTest, mailTo, startMail } from "./test/mail-under-test.ts";

describeEachDatabase("mail that stays in the mailbox", mailMigrations, ({ database }) => {
  let mail: MailUnderTest;
  let mailbox: Mailbox;
  beforeEach(async () => {
    mail = await startMail(database(), {});
    assert.ok(mail.mailbox);
    mailbox = mail.mailbox;
  });
  afterEach(async () => {
    await mail.stopAll();
    await sql`delete from mail.mailbox`.execute(database().kysely);
  });

  it("is found there with all that it says, and is sealed at rest", async () => {
    const { kysely } = database();
    await mail.mailer.send(undefined, mailTo("ada@people.example"));
    await mail.settle();
    const { items, total, nextCursor } = await mailbox.listMails(kysely, { limit: 10 });
    assert.deepEqual([total, nextCursor], [1, null]);
    const [item] = items;
    assert.ok(item);
    const { template: _template, ...said } = mailTo("ada@people.example");
    const { id, at, ...read } = await mailbox.getMail(kysely, item.id);
    assert.deepEqual(read, said);
    assert.deepEqual(item, { id, at, to: said.to, subject: said.subject });
    const { rows } = await sql<{ row: string }>`select row::text from mail.mailbox as row`.execute(kysely);
    assert.equal(rows.length, 1);
    assert.ok(!JSON.stringify(rows).includes(LINK.slice(-20)));
    assert.ok(!JSON.stringify(mail.lines()).includes(LINK.slice(-20)));
  });

  it("is listed page by page, the newest first, each once, also while more comes in", async () => {
    const { kysely } = database();
    const send = async (name: string) => {
      await mail.mailer.send(undefined, mailTo(`${name}@people.example`));
      await mail.settle();
    };
    for (const name of ["a", "b", "c", "d", "e"]) await send(name);
    const first = await mailbox.listMails(kysely, { limit: 2 });
    await send("late");
    const second = await mailbox.listMails(kysely, { limit: 2, cursor: first.nextCursor ?? "" });
    const third = await mailbox.listMails(kysely, { limit: 2, cursor: second.nextCursor ?? "" });
    const names = [first, second, third].map(({ items }) => items.map(({ to }) => to.split("@")[0]).join(""));
    assert.deepEqual(names, ["ed", "cb", "a"]);
    assert.deepEqual([first.total, third.total, third.nextCursor], [5, 6, null]);
    await assert.rejects(mailbox.listMails(kysely, { limit: 2, cursor: "forged.cursor" }), {
      code: "list.invalid_cursor",
    });
    await assert.rejects(mailbox.getMail(kysely, newId("mai")), { code: "mail.not_found" });
  });

  it("is removed when it is not among the last 500, or older than 30 days", async () => {
    const { kysely } = database();
    await sql`
      insert into mail.mailbox (id, to_address, subject, sealed)
      select ('00000000-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid, 'old@people.example', 'Old', ''
      from generate_series(1, ${KEPT_MAILS}) as number`.execute(kysely);
    await mail.mailer.send(undefined, mailTo("ada@people.example"));
    await mail.settle();
    const { items, total } = await mailbox.listMails(kysely, { limit: 1 });
    assert.deepEqual([items[0]?.to, total], ["ada@people.example", KEPT_MAILS]);
    const { rows } = await sql`
      select 1 from mail.mailbox where id = '00000000-0000-7000-8000-000000000001'::uuid`.execute(kysely);
    assert.deepEqual(rows, [], "the oldest one went");
    await sql`
      update mail.mailbox set created_at = now() - interval '31 days' where to_address = 'old@people.example'`.execute(
      kysely,
    );
    await mailbox.deleteOldMails(kysely);
    assert.equal((await mailbox.listMails(kysely, { limit: 1 })).total, 1);
  });
});
