import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { collectLogs, describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { type ReefWithStripe, serverMigrations, startReefWithStripe } from "./test/reef-with-stripe.ts";

describeEachDatabase("Stripe's webhook", serverMigrations, ({ database }) => {
  const logs = collectLogs();
  let reef: ReefWithStripe;
  before(async () => {
    reef = await startReefWithStripe(database(), { logger: logs.logger, work: false });
  });
  after(() => reef.stop());

  let count = 0;
  const newEvent = (members: object = {}) => {
    count += 1;
    return {
      id: `evt_${count}`,
      object: "event",
      type: "customer.subscription.updated",
      created: Math.floor(Date.now() / 1_000),
      livemode: false,
      data: { object: { object: "subscription", id: "sub_1", customer: "cus_nobody" } },
      ...members,
    };
  };
  const sign = (payload: string, { secret = reef.standIn.webhookSecret, secondsAgo = 0 } = {}) =>
    reef.stripe.webhooks.generateTestHeaderString({
      payload,
      secret,
      timestamp: Math.floor(Date.now() / 1_000) - secondsAgo,
    });
  const post = (body: string, signature: string | undefined) =>
    fetch(reef.webhookUrl, {
      method: "POST",
      headers: signature === undefined ? {} : { "stripe-signature": signature },
      body,
    });
  const countEvents = async () => {
    const { rows } = await sql<{ count: number }>`select count(*) from billing.stripe_events`.execute(reef.db);
    return rows[0]?.count;
  };

  it("OC18: takes only what Stripe signed, lately, with this secret and for this mode, and says what is wrong with the rest", async () => {
    const payload = JSON.stringify(newEvent());
    const live = JSON.stringify(newEvent({ livemode: true }));
    const refused: [string, string | undefined][] = [
      [payload, undefined],
      [payload, "t=1,v1=00"],
      [payload, "nonsense"],
      [payload, sign(payload, { secret: "whsec_anotherSecretThatIsNotThisOne" })],
      [payload, sign(payload, { secondsAgo: 301 })],
      [payload.replace("evt_", "evt_forged_"), sign(payload)],
      [live, sign(live)],
      ["[]", sign("[]")],
      ["no json", sign("no json")],
    ];
    const before = await countEvents();
    for (const [body, signature] of refused) {
      const answer = await post(body, signature);
      const problem = (await answer.json()) as { code: string };
      assert.deepEqual([answer.status, problem.code], [400, "http.invalid_request"]);
    }
    assert.equal(await countEvents(), before);
    assert.equal((await post(payload, sign(payload))).status, 200);
    assert.equal(await countEvents(), (before ?? 0) + 1);
  });

  it("reads no more than a mebibyte, and takes nothing but POST", async () => {
    const large = JSON.stringify(newEvent({ padding: "x".repeat(1_100_000) }));
    assert.equal((await post(large, sign(large))).status, 413);
    const read = await fetch(reef.webhookUrl);
    assert.deepEqual([read.status, read.headers.get("allow")], [405, "POST"]);
  });

  it("OC18: an event that comes again changes nothing, and orders its reading once", async () => {
    const payer = await reef.newOrganization();
    await payer.openCheckout();
    const object = { object: "invoice", id: "in_1", customer: await payer.customer() };
    const payload = JSON.stringify(newEvent({ type: "invoice.paid", data: { object } }));
    const before = await reef.workflows.countPending("billing.read-stripe");
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(payload, sign(payload))));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(await reef.workflows.countPending("billing.read-stripe"), before + 1);
  });

  it("keeps events of kinds that it does not know, and does nothing about them", async () => {
    const payer = await reef.newOrganization();
    await payer.openCheckout();
    const before = await reef.workflows.countPending("billing.read-stripe");
    const object = { object: "issuing.card", id: "ic_1", customer: await payer.customer() };
    const unknown = newEvent({ type: "issuing_card.created", data: { object } });
    const payload = JSON.stringify(unknown);
    assert.equal((await post(payload, sign(payload))).status, 200);
    const { rows } = await sql<{ type: string }>`
      select type from billing.stripe_events where id = ${unknown.id}`.execute(reef.db);
    assert.equal(rows[0]?.type, "issuing_card.created");
    assert.equal(await reef.workflows.countPending("billing.read-stripe"), before);
  });

  it("no secret, signature or body of a refused event is in the log", async () => {
    const payload = JSON.stringify(newEvent({ note: "what nobody else should read" }));
    const signature = sign(payload, { secret: "whsec_yetAnotherSecretThatIsWrong" });
    await post(payload, signature);
    const log = JSON.stringify(logs.lines());
    const told = ["nobody else should read", signature.split("v1=")[1] ?? "", reef.standIn.webhookSecret];
    for (const text of [...told, reef.standIn.secretKey]) assert.equal(log.includes(text), false);
    assert.equal(
      logs.lines().some(({ message }) => /wrong or old signature/.test(String(message))),
      true,
    );
  });
});
