import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { silentLogger, temporaryFolder, until } from "@reef/testing";
import Stripe from "stripe";
import { createStripeClient } from "../client.ts";
import { parseForm } from "./form.ts";
import { addMonths, nextMonth } from "./months.ts";
import { type StandIn, startStandIn } from "./start-stand-in.ts";

const inSeconds = (date: string) => Date.parse(date) / 1_000;
const isStripes = (members: object) => (error: unknown) => {
  assert.ok(error instanceof Stripe.errors.StripeError);
  for (const [name, value] of Object.entries(members)) assert.equal(Reflect.get(error, name), value);
  return true;
};

describe("the stand-in for Stripe", () => {
  const file = join(temporaryFolder("reef-stand-in"), "stripe.json");
  const received: { signature: string; body: string }[] = [];
  let answerWith = 200;
  let webhook: Server;
  let standIn: StandIn;
  let stripe: Stripe;
  let webhookUrl: string;

  before(async () => {
    webhook = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      received.push({ signature: String(request.headers["stripe-signature"]), body });
      response.writeHead(answerWith).end();
    });
    await new Promise<void>((resolve) => webhook.listen(0, "127.0.0.1", resolve));
    webhookUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/`;
    await start();
  });
  after(async () => {
    await standIn.stop();
    webhook.closeAllConnections();
    webhook.close();
  });

  async function start(): Promise<void> {
    standIn = await startStandIn({ file, webhookUrl, logger: silentLogger });
    stripe = createStripeClient({ secretKey: standIn.secretKey, localPort: standIn.port });
  }

  async function newPrice(cents = 1_900): Promise<string> {
    const product = await stripe.products.create({ name: "Starter" });
    const recurring = { interval: "month" } as const;
    return (await stripe.prices.create({ product: product.id, currency: "usd", unit_amount: cents, recurring })).id;
  }

  async function openCheckout(customer: string, price: string): Promise<string> {
    const line = { price, quantity: 1 };
    const session = await stripe.checkout.sessions.create({
      mode: "subscription",
      customer,
      line_items: [line],
      success_url: "http://localhost:4200/plan?id={CHECKOUT_SESSION_ID}",
      cancel_url: "http://localhost:4200/plan",
    });
    assert.match(session.id, /^cs_test_/);
    return session.url ?? "";
  }

  const pay = (url: string, card: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: "POST", body: new URLSearchParams({ card }), redirect: "manual", headers });

  it("speaks to the official client: things, lists in pages, and errors of Stripe's kinds", async () => {
    const made = [];
    for (let index = 0; index < 3; index += 1) made.push(await newPrice(100 + index));
    const first = await stripe.prices.list({ limit: 2 });
    assert.deepEqual([first.object, first.has_more, first.data.length], ["list", true, 2]);
    const all = await stripe.prices.list({ limit: 2 }).autoPagingToArray({ limit: 100 });
    assert.deepEqual(
      all.map(({ id }) => id),
      made.reverse(),
    );
    assert.equal(String(all[0]?.unit_amount_decimal), "102");

    await assert.rejects(
      stripe.customers.retrieve("cus_nobody"),
      isStripes({ statusCode: 404, code: "resource_missing" }),
    );
    const strange = { favourite_colour: "blue" } as object;
    await assert.rejects(stripe.customers.create(strange), isStripes({ statusCode: 400, code: "parameter_unknown" }));
    const stranger = createStripeClient({ secretKey: "sk_test_wrong", localPort: standIn.port });
    await assert.rejects(stranger.customers.create({}), isStripes({ type: "StripeAuthenticationError" }));
  });

  it("the same idempotency key does nothing twice, and fits no other request", async () => {
    const key = { idempotencyKey: "once" };
    const [first, second] = [
      await stripe.customers.create({ name: "Ada" }, key),
      await stripe.customers.create({ name: "Ada" }, key),
    ];
    assert.equal(first.id, second.id);
    assert.equal(second.lastResponse.headers["idempotent-replayed"], "true");
    await assert.rejects(stripe.customers.create({ name: "Bo" }, key), isStripes({ type: "StripeIdempotencyError" }));
  });

  it("its checkout takes test cards alone, says what was wrong, and leads back", async () => {
    const customer = await stripe.customers.create({ name: 'Ada <b>"&' });
    const url = await openCheckout(customer.id, await newPrice());
    const shown = await (await fetch(url)).text();
    assert.match(shown, /Nothing here is real/);
    assert.match(shown, /<label for="card">/);
    assert.equal(shown.includes("<b>"), false);
    assert.equal((await pay(url, "4000 0000 0000 0002")).status, 402);
    const refused = await pay(url, "5555 5555 5555 4444");
    assert.equal(refused.status, 402);
    assert.equal((await refused.text()).includes("5555"), false);
    assert.equal((await pay(url, "4242424242424242", { origin: "https://elsewhere.example" })).status, 404);
    const paid = await pay(url, "4242424242424242");
    assert.equal(paid.status, 303);
    assert.match(paid.headers.get("location") ?? "", /^http:\/\/localhost:4200\/plan\?id=cs_test_/);
    const [subscription] = (await stripe.subscriptions.list({ customer: customer.id })).data;
    assert.deepEqual([subscription?.status, subscription?.items.data[0]?.price.unit_amount], ["active", 1_900]);
    assert.match(await (await pay(url, "4242424242424242")).text(), /is paid/);
  });

  it("a test clock brings months, three tries to pay, and what Stripe calls each", async () => {
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: inSeconds("2027-01-31T10:00:00Z") });
    const customer = await stripe.customers.create({ test_clock: clock.id });
    await pay(await openCheckout(customer.id, await newPrice()), "4000000000000341");
    const advance = (to: string) => stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: inSeconds(to) });
    await advance("2027-02-28T10:30:00Z");
    const newest = async () => (await stripe.invoices.list({ customer: customer.id, limit: 1 })).data[0];
    assert.deepEqual([(await newest())?.status, (await newest())?.number], ["draft", null]);
    const tries = [];
    for (const to of ["2027-02-28T11:00:00Z", "2027-03-03T11:00:00Z", "2027-03-08T11:00:00Z"]) {
      await advance(to);
      const invoice = await newest();
      tries.push([invoice?.status, invoice?.attempt_count, invoice?.next_payment_attempt !== null]);
    }
    assert.deepEqual(tries, [
      ["open", 1, true],
      ["open", 2, true],
      ["open", 3, false],
    ]);
    const [subscription] = (await stripe.subscriptions.list({ customer: customer.id })).data;
    assert.equal(subscription?.status, "past_due");
    assert.equal(subscription?.items.data[0]?.current_period_end, inSeconds("2027-03-31T10:00:00Z"));
  });

  it("its events are signed as Stripe's are, and come again until they are taken", async () => {
    received.length = 0;
    answerWith = 500;
    const customer = await stripe.customers.create({ name: "Ada" });
    const ofCustomer = () => received.filter(({ body }) => body.includes(customer.id));
    await until(() => ofCustomer().length >= 2);
    answerWith = 200;
    await until(() => standIn.deliveries.waiting().length === 0);
    const count = ofCustomer().length;
    const ids = new Set<string>();
    for (const { signature, body } of ofCustomer())
      ids.add((await stripe.webhooks.constructEventAsync(body, signature, standIn.webhookSecret)).id);
    assert.equal(ids.size, 1);
    assert.equal(count >= 3, true);
  });

  it("knows after a restart what it knew before, at the same address and under the same key", async () => {
    const customer = await stripe.customers.create({ name: "Ada", metadata: { reef: "1" } });
    const { port, secretKey, webhookSecret } = standIn;
    await standIn.stop();
    await start();
    assert.deepEqual([standIn.port, standIn.secretKey, standIn.webhookSecret], [port, secretKey, webhookSecret]);
    const known = await stripe.customers.retrieve(customer.id);
    assert.deepEqual(known.deleted ? undefined : known.metadata, { reef: "1" });
  });

  it("stops at once, though what it posts to never answers or never ends, and loses nothing but what was said to be lost", async () => {
    const asked: ServerResponse[] = [];
    const peer = createServer((_request, response) => void asked.push(response));
    await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
    const silent = await startStandIn({
      webhookUrl: `http://127.0.0.1:${(peer.address() as AddressInfo).port}/`,
      logger: silentLogger,
    });
    const client = createStripeClient({ secretKey: silent.secretKey, localPort: silent.port });
    const pays = async () => {
      const customer = await client.customers.create({ name: "Anemone" });
      const product = await client.products.create({ name: "Starter" });
      const recurring = { interval: "month" } as const;
      const price = await client.prices.create({ product: product.id, currency: "usd", unit_amount: 100, recurring });
      const session = await client.checkout.sessions.create({
        mode: "subscription",
        customer: customer.id,
        line_items: [{ price: price.id, quantity: 1 }],
        success_url: "http://localhost:4200/plan",
        cancel_url: "http://localhost:4200/plan",
      });
      await pay(session.url ?? "", "4242424242424242");
    };
    await pays();
    while (asked.length === 0) await sleep(5);
    silent.deliveries.lose();
    await pays();
    const waiting = silent.deliveries.waiting();
    asked[0]?.end();
    while (asked.length === 1) await sleep(5);
    assert.deepEqual(silent.deliveries.waiting(), waiting);
    asked[1]?.writeHead(500).write("never ending");
    while (asked.length === 2) await sleep(5);
    await silent.stop();
    assert.notEqual(silent.deliveries.waiting().length, 0);
    peer.closeAllConnections();
    peer.close();
  });

  it("answers under this machine's own name alone", async () => {
    const { request } = await import("node:http");
    const status = await new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: standIn.port, headers: { host: "evil.example" } };
      request(options, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });
    assert.equal(status, 421);
  });

  it("months are counted from the same day, through shorter ones", () => {
    const anchor = inSeconds("2028-01-31T23:59:00Z");
    const days = [1, 2, 3].map((months) => new Date(addMonths(anchor, months) * 1_000).toISOString().slice(0, 10));
    assert.deepEqual(days, ["2028-02-29", "2028-03-31", "2028-04-30"]);
    assert.equal(nextMonth(anchor, addMonths(anchor, 1)), addMonths(anchor, 2));
  });

  it("reads forms as Stripe's clients write them, and no prototype is theirs", () => {
    const text = "items[0][id]=si_1&items[0][price]=p&metadata[a]=1&lookup_keys[]=x&lookup_keys[]=y&__proto__[z]=1";
    assert.deepEqual(JSON.parse(JSON.stringify(parseForm(text))), {
      items: [{ id: "si_1", price: "p" }],
      metadata: { a: "1" },
      lookup_keys: ["x", "y"],
      z: "1",
    });
    assert.equal(Reflect.get({}, "z"), undefined);
  });
});
