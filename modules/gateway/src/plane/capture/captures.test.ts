import assert from "node:assert/strict";
import { it } from "node:test";
import { toUuid } from "@reef/crypto";
import { until } from "@reef/testing";
import { sql } from "kysely";
import type { UsageEvent } from "../../contract/usage.ts";
import { describeGatewayOnEachDatabase, type Tenant, type TenantKey } from "../../test/composed-gateway.ts";
import { tablesHolding } from "../../test/stored-texts.ts";

const CAPTURE = { capture: { retentionDays: 5 } };
const PATHS = ["/v1/chat/completions", "/v1/responses", "/v1/messages"] as const;

const bodyFor = (path: string, text: string, stream = false) => ({
  model: "small",
  stream,
  ...(path === "/v1/responses"
    ? { input: text }
    : { messages: [{ role: "user", content: text }], ...(path === "/v1/messages" && { max_tokens: 50 }) }),
});

async function call(key: TenantKey, text: string, path: string = PATHS[0], stream = false): Promise<void> {
  const answer = await key.post(path, bodyFor(path, text, stream));
  await answer.text();
  assert.equal(answer.status, 200);
}

/** The tenant's calls, oldest first, once the newest of so many is captured. */
async function captured(tenant: Tenant, count: number): Promise<UsageEvent[]> {
  await tenant.events(count);
  await until(async () => (await tenant.events(count)).at(-1)?.captured ?? false);
  return tenant.events(count);
}

describeGatewayOnEachDatabase("capture", ({ gateway, database, setUp }) => {
  it("nothing of a prompt or an answer is stored unless both the organization and the key say so", async () => {
    const { provider, tenant, key: plain } = await setUp();
    const key = await tenant.addKey(CAPTURE);
    const marker = "a-word-that-no-table-may-hold";
    provider.script = { text: `You said ${marker}` };
    await call(key, marker);
    await call(plain, marker);
    await tenant.ask("PATCH", "/capture", { enabled: true });
    await call(plain, marker);
    await call(key, "and now it may be");

    const events = await captured(tenant, 4);
    assert.deepEqual(
      events.map((event) => event.captured),
      [false, false, false, true],
    );
    assert.equal((await tenant.ask("GET", "/capture")).storedCalls, 1);
    const refused = await tenant.request("GET", `/usage/events/${events[0]?.id}/capture`);
    assert.equal(refused.status, 404);
    assert.match(await refused.text(), /gateway\.capture_not_found/);
    // What is stored is sealed: not even now does a table hold it.
    assert.deepEqual(await tablesHolding(database(), marker), []);
    assert.deepEqual(await tablesHolding(database(), "and now it may be"), []);
    // The look into all tables does find what is stored as it is.
    assert.ok((await tablesHolding(database(), events[0]?.requestId ?? "")).includes("usage_events"));
  });

  for (const path of PATHS) {
    for (const stream of [false, true]) {
      it(`an admin reads what was said, without what must not be kept, and is recorded: ${path}, ${stream ? "streamed" : "whole"}`, async () => {
        const { provider, tenant } = await setUp({ kind: "openai" });
        provider.script = { text: "Write to eve@example.com about Bluefin." };
        const key = await tenant.addKey(CAPTURE);
        await tenant.ask("PATCH", "/capture", { enabled: true, words: ["bluefin"] });
        await call(key, "I am ada@example.com at 10.0.0.1", path, stream);
        const [event] = await captured(tenant, 1);
        assert.ok(event);

        const read = await tenant.ask("GET", `/usage/events/${event.id}/capture`);
        assert.deepEqual(JSON.parse(read.request.text), bodyFor(path, "I am [email] at [ip]", stream));
        assert.equal(read.answer.form, stream ? "text" : "json");
        assert.ok(read.answer.text.includes("Write to [email] about [word]."), read.answer.text);
        assert.deepEqual([read.request.isCut, read.answer.isCut], [false, false]);
        assert.deepEqual(
          new Map(read.redactions.map(({ kind, count }: { kind: string; count: number }) => [kind, count])).get("ip"),
          1,
        );
        const reading = gateway().recorded.filter(
          ({ operation, subject }) => operation === "gateway.getUsageCapture" && subject.usageEventId === event.id,
        );
        assert.equal(reading.length, 1);

        const stranger = gateway().newOrganization();
        assert.equal((await stranger.request("GET", `/usage/events/${event.id}/capture`)).status, 404);
        assert.equal((await stranger.request("DELETE", `/usage/events/${event.id}/capture`)).status, 404);
        await tenant.ask("DELETE", `/usage/events/${event.id}/capture`);
        assert.equal((await tenant.request("GET", `/usage/events/${event.id}/capture`)).status, 404);
        assert.equal((await tenant.events(1))[0]?.captured, false);
      });
    }
  }

  it("images are kept as their size and digest, and a long text is cut with a mark", async () => {
    const { tenant } = await setUp();
    const key = await tenant.addKey(CAPTURE);
    await tenant.ask("PATCH", "/capture", { enabled: true });
    const image = `data:image/png;base64,${Buffer.from("no image").toString("base64")}`;
    const content = [
      { type: "image_url", image_url: { url: image } },
      { type: "text", text: `${"sea ".repeat(200_000)}4111111111111111` },
    ];
    const answer = await key.post(PATHS[0], { model: "small", messages: [{ role: "user", content }] });
    await answer.text();
    const [event] = await captured(tenant, 1);
    const { request } = await tenant.ask("GET", `/usage/events/${event?.id}/capture`);
    assert.match(request.text, /\[media image\/png of 8 bytes, sha256 [0-9a-f]{64}\]/);
    assert.ok(request.isCut && request.text.endsWith("[cut off here]"));
    assert.ok(request.sizeBytes > 800_000 && request.text.length < 270_000);
    assert.ok(!request.text.includes("4111"));
  });

  it("what is over is deleted: by the key's time, by the organization's, and when it is purged", async () => {
    const { tenant } = await setUp();
    const [short, long, other] = [
      await tenant.addKey({ capture: { retentionDays: 1 } }),
      await tenant.addKey({ capture: { retentionDays: 300 } }),
      await tenant.addKey({ capture: { retentionDays: 300 } }),
    ];
    await tenant.ask("PATCH", "/capture", { enabled: true, retentionDays: 30 });
    for (const key of [short, long, other]) await call(key, "hello");
    const events = await captured(tenant, 3);
    const ids = events.map(({ id }) => id);
    const end = async (id: string | undefined) => {
      const { capturedAt, expiresAt } = await tenant.ask("GET", `/usage/events/${id}/capture`);
      return (Date.parse(expiresAt) - Date.parse(capturedAt)) / 86_400_000;
    };
    assert.deepEqual([await end(ids[0]), await end(ids[1])], [1, 30]);

    const rows = async () => {
      const { rows: left } = await sql<{ id: string }>`
        select id from gateway.captures where id = any(${ids.map(toUuid)}::uuid[])`.execute(database().kysely);
      return new Set(left.map(({ id }) => id));
    };
    const age = (id: string, days: number) =>
      sql`update gateway.captures set captured_at = captured_at - make_interval(days => ${days}),
        expires_at = expires_at - make_interval(days => ${days}) where id = ${toUuid(id as `use_${string}`)}::uuid`.execute(
        database().kysely,
      );
    const [first, second, third] = ids;
    assert.ok(first && second && third);
    await age(first, 2);
    await age(second, 8);
    assert.equal((await tenant.request("GET", `/usage/events/${first}/capture`)).status, 404);
    await tenant.ask("PATCH", "/capture", { retentionDays: 7 });
    assert.equal((await tenant.request("GET", `/usage/events/${second}/capture`)).status, 404);
    assert.equal((await tenant.request("GET", `/usage/events/${third}/capture`)).status, 200);
    await tenant.ask("DELETE", `/keys/${long.id}/captures`);
    await until(async () => (await rows()).size === 1);
    assert.deepEqual(await rows(), new Set([toUuid(third)]));

    await tenant.ask("PATCH", `/keys/${other.id}?purge=true`, { capture: null });
    assert.equal((await tenant.request("GET", `/usage/events/${third}/capture`)).status, 404);
    await until(async () => (await rows()).size === 0);
  });

  it("the organization's purge is unreadable at once and deleted, and what comes later is kept", async () => {
    const { tenant } = await setUp();
    const key = await tenant.addKey(CAPTURE);
    await tenant.ask("PATCH", "/capture", { enabled: true });
    await call(key, "before");
    const [before] = await captured(tenant, 1);
    await tenant.ask("PATCH", "/capture?purge=true", { enabled: false });
    assert.equal((await tenant.request("GET", `/usage/events/${before?.id}/capture`)).status, 404);
    assert.equal((await tenant.ask("GET", "/capture")).storedCalls, 0);
    await tenant.ask("PATCH", "/capture", { enabled: true });
    await call(key, "after");
    assert.deepEqual(
      (await captured(tenant, 2)).map((event) => event.captured),
      [false, true],
    );
  });
});
