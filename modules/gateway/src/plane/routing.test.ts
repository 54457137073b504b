import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { it } from "node:test";
import { collectLogs } from "@reef/testing";
import { describeGateway, type TenantKey } from "../test/composed-gateway.ts";
import type { ModelProvider, Script } from "../test/model-provider.ts";

const refuse = (status: number, headers: Record<string, string> = {}): Script => ({
  refuses: { status, headers, body: { error: { message: `Refused with ${status}.`, code: "said_so" } } },
});

const ask = (key: TenantKey, model = "small", more: object = {}): Promise<Response> =>
  key.post("/v1/chat/completions", { model, messages: [{ role: "user", content: "Hi" }], ...more });

const origin = ({ headers }: Response) => [headers.get("x-reef-provider"), headers.get("x-reef-attempts")];

const logs = collectLogs();

describeGateway(
  "routing of calls",
  ({ gateway, startProvider }) => {
    /** An organization with providers at these, and an alias `fast` that leads to each in their order. */
    async function setUpAlias(providers: readonly ModelProvider[], fields: readonly object[] = []) {
      const tenant = gateway().newOrganization();
      const targets: object[] = [];
      for (const [index, provider] of providers.entries()) {
        const providerId = await tenant.addProvider(provider, {
          slug: `p${index}`,
          secrets: [`sk-secret-of-provider-${index}`],
        });
        targets.push({ providerId, model: "small", order: index, ...fields[index] });
      }
      await tenant.ask("POST", "/aliases", { name: "fast", targets });
      return { tenant, key: await tenant.addKey() };
    }

    for (const [title, script] of Object.entries({
      "is overloaded (503)": refuse(503),
      "fails (500)": refuse(500),
      "asks for rest (429)": refuse(429, { "retry-after": "30" }),
      "refuses its key (401)": refuse(401),
      "closes the connection before its answer": { hangsUp: true },
      "answers with a redirect": { refuses: { status: 302, headers: { location: "http://127.0.0.1:1/" }, body: {} } },
    } satisfies Record<string, Script>)) {
      for (const stream of [false, true]) {
        it(`OC15: one that ${title} is followed by the next of the alias, ${stream ? "streamed" : "whole"}`, async () => {
          const [first, second] = [await startProvider(script), await startProvider()];
          const { tenant, key } = await setUpAlias([first, second]);
          const answer = await ask(key, "fast", { stream });
          assert.equal(answer.status, 200);
          assert.match(await answer.text(), /Good/);
          assert.deepEqual(origin(answer), ["p1", "2"]);
          assert.equal(answer.headers.get("x-reef-model"), "small");
          assert.ok(answer.headers.get("x-request-id"));
          assert.deepEqual([first.calls.length, second.calls.length], [1, 1]);
          const [event] = await tenant.events(1);
          assert.deepEqual([event?.outcome, event?.attempts, event?.requestedModel], ["completed", 2, "fast"]);
          assert.equal(event?.provider.name, "p1");
        });
      }
    }

    it("OC15: where nobody listens, the next one answers; and where there is no next one, the client is told so", async () => {
      // The port of "discard": one that was given back would be given to the next who listens.
      const [gone, second] = [{ ...(await startProvider()), url: "http://127.0.0.1:9" }, await startProvider()];
      const { key } = await setUpAlias([gone, second]);
      assert.deepEqual(origin(await ask(key, "fast")), ["p1", "2"]);
      const answer = await ask(key, "p0/small");
      assert.equal(answer.status, 502);
      assert.match(await answer.text(), /p0 cannot be reached/);
    });

    it("OC15: what an upstream calls the caller's fault is asked of no other one", async () => {
      const [first, second] = [await startProvider(refuse(400)), await startProvider()];
      const { tenant, key } = await setUpAlias([first, second]);
      const answer = await ask(key, "fast");
      assert.equal(answer.status, 400);
      assert.equal(await answer.text(), first.calls[0]?.sent);
      assert.equal(second.calls.length, 0);
      const [event] = await tenant.events(1);
      assert.deepEqual([event?.outcome, event?.status, event?.inputTokens], ["failed", 400, 0]);
    });

    for (const broken of ["cutAfter", "failsAfter"] as const) {
      it(`OC15: once bytes were delivered no other one is asked, when it breaks off (${broken})`, async () => {
        const first = await startProvider({ text: "One two three four.", [broken]: 2 });
        const second = await startProvider();
        const { tenant, key } = await setUpAlias([first, second]);
        const answer = await ask(key, "fast", { stream: true });
        const text = await answer.text();
        assert.match(text, /One/);
        assert.match(text, /"error"/);
        assert.doesNotMatch(text, /three|\[DONE\]/);
        assert.equal(second.calls.length, 0);
        const [event] = await tenant.events(1);
        assert.deepEqual([event?.outcome, event?.attempts], ["cut", 1]);
      });
    }

    it("a short Retry-After is waited for where there is no other way, and a long one is told to the client", async () => {
      let left = 1;
      const provider = await startProvider(() => {
        left -= 1;
        return left >= 0 ? refuse(429, { "retry-after": "1" }) : { text: "Rested." };
      });
      const { key } = await setUpAlias([provider]);
      const answer = await ask(key, "fast");
      assert.equal(answer.status, 200);
      assert.deepEqual(origin(answer), ["p0", "2"]);

      provider.script = refuse(429, { "retry-after": "120" });
      const told = await ask(key, "fast");
      assert.equal(told.status, 429);
      assert.equal(told.headers.get("retry-after"), "120");
      const calls = provider.calls.length;
      assert.equal((await ask(key, "fast")).status, 503);
      assert.equal(provider.calls.length, calls);
    });

    it("weights decide who is first: of two, the one of weight 1,000 nearly always", async () => {
      const [heavy, light] = [await startProvider(), await startProvider()];
      const { key } = await setUpAlias(
        [heavy, light],
        [
          { order: 0, weight: 1_000 },
          { order: 0, weight: 1 },
        ],
      );
      for (let count = 0; count < 40; count += 1) assert.equal((await ask(key, "fast")).status, 200);
      assert.ok(heavy.calls.length >= 30, String(heavy.calls.length));
      assert.equal(heavy.calls.length + light.calls.length, 40);
    });

    it("a provider's keys stand in for each other, and one that is refused is left alone from then on", async () => {
      const provider = await startProvider(({ headers }) =>
        headers.authorization === "Bearer sk-bad" ? refuse(401) : { text: "Fine." },
      );
      const tenant = gateway().newOrganization();
      await tenant.addProvider(provider, { slug: "two-keys", secrets: ["sk-bad", "sk-good"] });
      const key = await tenant.addKey();
      for (let count = 0; count < 30; count += 1) assert.equal((await ask(key)).status, 200);
      const bad = provider.calls.filter(({ headers }) => headers.authorization === "Bearer sk-bad");
      assert.ok(bad.length <= 1, String(bad.length));
    });

    it("an upstream that speaks no HTTP, or closes in the midst of its head, is followed by the next one", async () => {
      for (const garbage of ["220 smtp.example.com ESMTP\r\n", "HTTP/1.1 200 OK\r\ncontent-le"]) {
        const server = createServer((socket) => socket.on("error", () => {}).end(garbage));
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        server.unref();
        const odd = { ...(await startProvider()), url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
        const { key } = await setUpAlias([odd, await startProvider()]);
        assert.deepEqual(origin(await ask(key, "fast")), ["p1", "2"], garbage);
      }
    });

    it("Gemini's own ways to refuse a key and to ask for rest are understood: the next one is asked, and it is left alone", async () => {
      const details = [
        { reason: "API_KEY_INVALID" },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.07s" },
      ];
      for (const [index, detail] of details.entries()) {
        const body = { error: { code: 400, message: "No.", details: [detail] } };
        const gemini = await startProvider({ refuses: { status: index === 0 ? 400 : 429, body } });
        const tenant = gateway().newOrganization();
        const first = await tenant.addProvider(gemini, { kind: "gemini" });
        const second = await tenant.addProvider(await startProvider(), { slug: "second" });
        const targets = [first, second].map((providerId, order) => ({ providerId, model: "small", order }));
        await tenant.ask("POST", "/aliases", { name: "fast", targets });
        const key = await tenant.addKey();
        assert.deepEqual(origin(await ask(key, "fast")), ["second", "2"]);
        assert.deepEqual(origin(await ask(key, "fast")), ["second", "1"]);
        assert.equal(gemini.calls.length, 1);
      }
    });

    for (const [status, where] of [
      [401, "a refusal of the key"],
      [403, "a refusal of the key"],
      [400, "another refusal"],
      [500, "a failure"],
    ] as const) {
      it(`a provider's key is in no answer and no log when ${where} (${status}) repeats it`, async () => {
        const secret = "sk-secret-of-provider-0";
        const body = { error: { message: `Incorrect API key provided: ${secret}.`, code: "bad" } };
        const provider = await startProvider({ refuses: { status, body, headers: { "www-authenticate": secret } } });
        const { key } = await setUpAlias([provider]);
        const answer = await ask(key, "fast");
        assert.ok(answer.status >= 400);
        const seen = (await answer.text()) + JSON.stringify([...answer.headers]) + JSON.stringify(logs.lines());
        assert.ok(!seen.includes(secret), seen);
        assert.ok(!seen.includes(key.secret), seen);
      });
    }
  },
  { logger: logs.logger },
);
