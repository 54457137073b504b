import assert from "node:assert/strict";
import { it } from "node:test";
import { until } from "@reef/testing";
import type OpenAI from "openai";
import { describeGatewayOnEachDatabase, type Tenant, type TenantKey } from "../../test/composed-gateway.ts";
import { USAGE } from "../../test/provider-answers.ts";
import { tablesHolding } from "../../test/stored-texts.ts";
import type { QuestionEncoder } from "./answer-cache.ts";

const EXACT = { cache: { ttlSeconds: 600 } };
const TEXT = "The tide turns twice a day.";
const QUESTION = "How often does the tide turn?";

/** How official clients ask, whole and streamed, and what they get as text. */
const CLIENTS: Readonly<Record<string, (key: TenantKey, stream: boolean) => Promise<string>>> = {
  async "openai's chat"({ openai }, stream) {
    const body = { model: "small", messages: [{ role: "user" as const, content: QUESTION }] };
    if (!stream) return (await openai.chat.completions.create(body)).choices[0]?.message.content ?? "";
    const chunks = openai.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
    const { choices, usage } = await chunks.finalChatCompletion();
    assert.equal(usage?.total_tokens, USAGE.input + USAGE.output);
    return choices[0]?.message.content ?? "";
  },
  async "openai's responses"({ openai }, stream) {
    const body = { model: "small", input: QUESTION };
    if (!stream) return (await openai.responses.create(body)).output_text;
    const { output_text: text, usage } = await openai.responses.stream(body).finalResponse();
    assert.equal(usage?.input_tokens, USAGE.input);
    return text;
  },
  async "anthropic's messages"({ anthropic }, stream) {
    const body = { model: "small", max_tokens: 50, messages: [{ role: "user" as const, content: QUESTION }] };
    const message = stream
      ? await anthropic.messages.stream(body).finalMessage()
      : await anthropic.messages.create(body);
    assert.equal(message.usage.output_tokens, USAGE.output);
    return message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
  },
};
const KINDS: Readonly<Record<string, string>> = {
  "openai's chat": "openai-compatible",
  "openai's responses": "openai",
  "anthropic's messages": "anthropic",
};

/** A vector by the words that a text has: alike texts have alike ones. */
const wordEncoder: QuestionEncoder = {
  model: "words",
  async embed(texts) {
    return texts.map((text) => {
      const vector = new Float32Array(256);
      for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
        let place = 7;
        for (const letter of word) place = (place * 31 + (letter.codePointAt(0) ?? 0)) % vector.length;
        vector[place] = 1;
      }
      const length = Math.hypot(...vector);
      return vector.map((value) => value / length);
    });
  },
};

describeGatewayOnEachDatabase(
  "caching",
  ({ gateway, database, setUp }) => {
    const chat = (content: string, more: object = {}) => ({
      model: "small",
      messages: [{ role: "user", content }],
      ...more,
    });

    async function ask(key: TenantKey, body: object, headers: Record<string, string> = {}) {
      const answer = await key.post("/v1/chat/completions", body, headers);
      const text = await answer.text();
      assert.equal(answer.status, 200, text);
      return { cache: answer.headers.get("x-reef-cache"), headers: answer.headers, text };
    }
    const isStored = (tenant: Tenant, entries: number) =>
      until(async () => (await tenant.ask("GET", "/cache")).entries === entries);

    for (const [title, call] of Object.entries(CLIENTS)) {
      for (const first of [false, true]) {
        it(`an answer is given again to ${title}, streamed and whole, where it was first asked for ${first ? "as a stream" : "whole"}`, async () => {
          const { provider, tenant, key } = await setUp({ kind: KINDS[title] ?? "" }, EXACT);
          const budget = await tenant.addBudget({ scope: "organization", limitTokens: 1_000_000 });
          provider.script = { text: TEXT };
          assert.equal(await call(key, first), TEXT);
          assert.equal(await call(key, false), TEXT);
          assert.equal(await call(key, true), TEXT);
          assert.equal(await call(key, first), TEXT);
          assert.equal(provider.calls.length, 1);

          const [asked, ...hits] = await tenant.events(4);
          assert.equal(asked?.outcome, "completed");
          assert.deepEqual(
            hits.map(({ outcome, costMicros, savedMicros, inputTokens, outputTokens, attempts, provider: from }) => [
              [outcome, costMicros, savedMicros, inputTokens, outputTokens, attempts],
              from.id,
            ]),
            hits.map(() => [["cached", 0, asked?.costMicros, USAGE.input, USAGE.output, 0], asked?.provider.id]),
          );
          const { total } = await tenant.ask("GET", "/usage");
          assert.deepEqual([total.calls, total.cachedCalls], [4, 3]);
          assert.deepEqual([total.inputTokens, total.outputTokens], [USAGE.input, USAGE.output]);
          assert.equal(total.costMicros, asked?.costMicros);
          assert.equal(total.savedTokens, 3 * (USAGE.input + USAGE.output));
          assert.equal(total.savedMicros, 3 * (asked?.costMicros ?? 0));
          assert.equal((await tenant.getBudget(budget)).usedTokens, USAGE.input + USAGE.output);
        });
      }
    }

    it("vectors of the same texts are given again", async () => {
      const { provider, key } = await setUp({}, EXACT);
      const embed = () => key.openai.embeddings.create({ model: "small", input: ["tide"], encoding_format: "float" });
      const first: OpenAI.CreateEmbeddingResponse = await embed();
      assert.deepEqual((await embed()).data, first.data);
      assert.equal(provider.calls.length, 1);
    });

    it("who asks, and how it is delivered, makes no other request; what the answer depends on does", async () => {
      const { provider, tenant, key } = await setUp({}, EXACT);
      assert.equal((await ask(key, chat(QUESTION, { user: "ada", metadata: { a: "b" } }))).cache, "miss");
      const hit = await ask(key, { messages: chat(QUESTION).messages, user: "bo", model: "small" });
      assert.equal(hit.cache, "hit");
      assert.equal(hit.headers.get("x-reef-cache-kind"), "exact");
      assert.equal(hit.headers.get("x-reef-cache-similarity"), "1.0000");
      assert.match(hit.headers.get("age") ?? "", /^\d+$/);
      assert.ok(hit.headers.get("x-reef-provider"));
      assert.equal((await ask(key, chat(QUESTION, { temperature: 0.3 }))).cache, "miss");
      assert.equal((await ask(key, chat(`${QUESTION} `))).cache, "miss");
      assert.equal((await ask(key, chat(QUESTION, { model: "openai-compatible/small" }))).cache, "miss");
      assert.equal(provider.calls.length, 4);

      // Another key of the same organization and setting shares it; one of another setting, agent or organization does not.
      assert.equal((await ask(await tenant.addKey(EXACT), chat(QUESTION))).cache, "hit");
      assert.equal((await ask(await tenant.addKey({ cache: { ttlSeconds: 5 } }), chat(QUESTION))).cache, "miss");
      assert.equal(
        (await ask(await tenant.addKey({ ...EXACT, workspaceId: WORKSPACE }), chat(QUESTION))).cache,
        "miss",
      );
      assert.equal((await ask(await tenant.addKey(), chat(QUESTION))).cache, null);
      const stranger = gateway().newOrganization();
      await stranger.addProvider(provider);
      assert.equal((await ask(await stranger.addKey(EXACT), chat(QUESTION))).cache, "miss");
    });

    it("a client may ask for a new answer, or that its answer is not kept", async () => {
      const { provider, key } = await setUp({}, EXACT);
      provider.script = { text: "first" };
      assert.equal((await ask(key, chat("a"), { "cache-control": "no-store" })).cache, "bypass");
      assert.equal((await ask(key, chat("a"))).cache, "miss");
      provider.script = { text: "second" };
      assert.equal((await ask(key, chat("a"), { "cache-control": "no-cache" })).cache, "bypass");
      const { cache, text } = await ask(key, chat("a"));
      assert.equal(cache, "hit");
      assert.match(text, /second/);
    });

    it("only whole answers are kept: none that was refused, cut, left or is too large", async () => {
      const { provider, key } = await setUp({}, EXACT);
      const scripts = [
        { refuses: { status: 422, body: { error: { message: "No." } } } },
        { text: TEXT, cutAfter: 3 },
        { text: TEXT, failsAfter: 3 },
        { text: "sea ".repeat(200_000) },
        { raw: { contentType: "application/json", body: '{"error":{"message":"no"}}' } },
      ];
      for (const [index, script] of scripts.entries()) {
        provider.script = script;
        const body = chat(`question ${index}`, { stream: index === 1 || index === 2 });
        await (await key.post("/v1/chat/completions", body)).text();
        provider.script = { text: "well" };
        assert.equal((await ask(key, body)).cache, "miss", JSON.stringify(script).slice(0, 80));
      }
      const large = chat("x".repeat(200_000));
      assert.deepEqual([(await ask(key, large)).cache, (await ask(key, large)).cache], ["bypass", "bypass"]);
    });

    it("of two that ask the same at once both reach the provider, and the next one neither waits nor asks", async () => {
      const { provider, key } = await setUp({}, EXACT);
      const open = Promise.withResolvers<void>();
      provider.script = { text: TEXT, waits: { for: open.promise } };
      const both = [ask(key, chat(QUESTION)), ask(key, chat(QUESTION))];
      await until(() => provider.calls.length === 2);
      open.resolve();
      assert.deepEqual(
        (await Promise.all(both)).map(({ cache }) => cache),
        ["miss", "miss"],
      );
      assert.equal((await ask(key, chat(QUESTION))).cache, "hit");
      assert.equal(provider.calls.length, 2);
    });

    it("a hit is answered where a budget is used up, and only there", async () => {
      const { tenant, key } = await setUp({}, EXACT);
      await ask(key, chat(QUESTION));
      await tenant.addBudget({ scope: "organization", limitTokens: 0 });
      const another = () => key.post("/v1/chat/completions", chat(crypto.randomUUID()));
      await until(async () => (await another()).status === 429);
      assert.equal((await ask(key, chat(QUESTION))).cache, "hit");
    });

    it("an admin forgets all answers, and no process gives one of them again", async () => {
      const { tenant, key } = await setUp({}, EXACT);
      await ask(key, chat(QUESTION));
      await isStored(tenant, 1);
      await tenant.ask("DELETE", "/cache");
      assert.deepEqual((await tenant.ask("GET", "/cache")).entries, 0);
      // A process learns of it within a second, and until then goes on with what it has in memory.
      await until(async () => (await ask(key, chat(QUESTION))).cache === "miss");
    });

    it("nothing of what is kept stands in a table as it is", async () => {
      const { provider, tenant, key } = await setUp({}, { cache: { semantic: { threshold: 0.9 } } });
      const marker = "a phrase that only this test says";
      provider.script = { text: `You said: ${marker}` };
      await ask(key, chat(`Please repeat ${marker}`));
      await isStored(tenant, 1);
      assert.deepEqual(await tablesHolding(database(), marker), []);
    });

    it("a question in other words gets the answer after the same context, from the threshold on, and no other one", async () => {
      const { provider, tenant, key } = await setUp({}, { cache: { exact: false, semantic: { threshold: 0.85 } } });
      provider.script = { text: TEXT };
      const asked = chat("Please tell me how often in a day the tide of the sea turns");
      assert.equal((await ask(key, asked)).cache, "miss");
      await isStored(tenant, 1);
      const words = "please tell me how often in a day the tide of the sea turns round";
      // On a busy machine the look takes longer than a client waits, and then the provider is asked.
      let alike = await ask(key, chat(words, { stream: true }));
      while (alike.cache === "miss") alike = await ask(key, chat(words, { stream: true }));
      assert.equal(alike.headers.get("x-reef-cache-kind"), "semantic");
      assert.ok(Number(alike.headers.get("x-reef-cache-similarity")) >= 0.85);
      assert.match(alike.text, /twice/);
      for (const other of [
        chat("What is for dinner at the harbour tonight?"),
        chat("Please tell me how often in a day the tide of the sea turns not"),
        chat("Please tell me how often in 2 a day the tide of the sea turns"),
        { ...asked, messages: [{ role: "system", content: "Be rude." }, ...asked.messages] },
        { ...asked, temperature: 0.1 },
        { ...asked, logprobs: true },
        { ...asked, tools: [{ type: "function", function: { name: "tide", parameters: { type: "object" } } }] },
      ]) {
        assert.equal((await ask(key, other)).cache, "miss", JSON.stringify(other));
      }
      const stranger = gateway().newOrganization();
      await stranger.addProvider(provider);
      const theirs = await stranger.addKey({ cache: { exact: false, semantic: { threshold: 0.85 } } });
      assert.equal((await ask(theirs, asked)).cache, "miss");
    });

    it("a hit is captured as any call is", async () => {
      const { tenant, key } = await setUp({}, { ...EXACT, capture: { retentionDays: 3 } });
      await tenant.ask("PATCH", "/capture", { enabled: true });
      await ask(key, chat(QUESTION));
      assert.equal((await ask(key, chat(QUESTION))).cache, "hit");
      await until(async () => (await tenant.events(2)).every(({ captured }) => captured));
      const [, hit] = await tenant.events(2);
      const { request, answer } = await tenant.ask("GET", `/usage/events/${hit?.id}/capture`);
      assert.ok(request.text.includes(QUESTION) && answer.text.includes("Good day."));
    });
  },
  { encoder: wordEncoder },
);

const WORKSPACE = "wsp_01h455vb4pex5vsknk084sn02q";
