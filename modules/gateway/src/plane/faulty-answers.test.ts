import assert from "node:assert/strict";
import { it } from "node:test";
import { describeGateway, type Tenant, type TenantKey } from "../test/composed-gateway.ts";
import type { ModelProvider, Script } from "../test/model-provider.ts";
import { USAGE } from "../test/provider-answers.ts";

const MESSAGES = [{ role: "user" as const, content: "What does the tide bring?" }];
const REPLY: Script = {
  thinking: "It comes twice a day.",
  text: "Corals and sponges.",
  call: { id: "call_1", name: "look_up", arguments: { word: "tide" } },
};
const KINDS = ["openai-compatible", "openai", "anthropic", "gemini"];

/** What each official client makes of a stream: its text, its call of a tool, and its tokens. */
const READERS = {
  "openai-chat": async ({ openai }: TenantKey) => {
    const stream = openai.chat.completions.stream({
      model: "small",
      messages: MESSAGES,
      stream_options: { include_usage: true },
    });
    const { choices, usage } = await stream.finalChatCompletion();
    const [called] = choices[0]?.message.tool_calls ?? [];
    return {
      text: choices[0]?.message.content,
      given: called?.type === "function" ? called.function.arguments : undefined,
      output: usage?.completion_tokens,
    };
  },
  "openai-responses": async ({ openai }: TenantKey) => {
    const response = await openai.responses.stream({ model: "small", input: "Hi" }).finalResponse();
    const called = response.output.find(({ type }) => type === "function_call");
    return {
      text: response.output_text,
      given: called?.type === "function_call" ? called.arguments : undefined,
      output: response.usage?.output_tokens,
    };
  },
  anthropic: async ({ anthropic }: TenantKey) => {
    const stream = anthropic.messages.stream({ model: "small", messages: MESSAGES, max_tokens: 100 });
    const { content, usage } = await stream.finalMessage();
    const text = content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
    const called = content.find(({ type }) => type === "tool_use");
    return {
      text,
      given: called?.type === "tool_use" ? JSON.stringify(called.input) : undefined,
      output: usage.output_tokens,
    };
  },
};

const PATHS = { "openai-chat": "/v1/chat/completions", "openai-responses": "/v1/responses", anthropic: "/v1/messages" };
const END_MARKS = {
  "openai-chat": "data: [DONE]",
  "openai-responses": "response.completed",
  anthropic: "message_stop",
};

const bodyFor = (stream: boolean) => ({ model: "small", messages: MESSAGES, input: "Hi", max_tokens: 100, stream });

describeGateway("upstreams that answer a stream in one piece", ({ setUp }) => {
  for (const kind of KINDS) {
    it(`OC14: ${kind}: every official client gets a stream in its dialect, and it is metered once`, async () => {
      const { provider, tenant, key } = await setUp({ kind });
      provider.script = { ...REPLY, wholly: true };
      const expected = { text: REPLY.text, given: JSON.stringify(REPLY.call?.arguments), output: USAGE.output };
      for (const [dialect, read] of Object.entries(READERS)) assert.deepEqual(await read(key), expected, dialect);
      for (const event of await tenant.events(3)) {
        assert.deepEqual(
          [event.outcome, event.status, event.streamed, event.countedBy, event.inputTokens, event.outputTokens],
          ["completed", 200, true, "provider", USAGE.input, USAGE.output],
        );
      }
    });

    it(`OC17: ${kind}: where it counts nothing, the reef counts what was delivered, streamed or whole`, async () => {
      const { provider, tenant, key } = await setUp({ kind });
      provider.script = { text: "Corals and sponges.", usage: null, wholly: true };
      for (const stream of [true, false]) {
        for (const [dialect, path] of Object.entries(PATHS)) {
          const answer = await key.post(path, bodyFor(stream));
          const text = await answer.text();
          assert.match(text, /Corals/, dialect);
          const type = stream ? "text/event-stream; charset=utf-8" : "application/json";
          assert.equal(answer.headers.get("content-type"), type, dialect);
          if (stream) assert.ok(text.includes(END_MARKS[dialect as keyof typeof END_MARKS]), text);
        }
      }
      for (const event of await tenant.events(6)) {
        assert.deepEqual([event.outcome, event.countedBy], ["completed", "reef"]);
        assert.ok(event.inputTokens > 0 && event.outputTokens > 0, JSON.stringify(event));
      }
    });
  }

  it("OC14: a stream that says it is plain text, or nothing of its type, is a stream all the same", async () => {
    const { provider, key } = await setUp();
    const body = `data: {"id":"1","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;
    for (const path of Object.values(PATHS)) {
      provider.script = { raw: { contentType: "text/plain", body } };
      const answer = await key.post(path, bodyFor(true));
      assert.match(String(answer.headers.get("content-type")), /^text\/event-stream/);
      assert.match(await answer.text(), /Hi/);
    }
  });
});

/** Errors as they come with status 200, and the status that they name. */
const ERRORS: Record<string, [body: unknown, status: number]> = {
  "OpenRouter's": [{ error: { message: "Rate limited upstream.", code: 429, metadata: {} }, user_id: "user_1" }, 429],
  "Anthropic's": [{ type: "error", error: { type: "overloaded_error", message: "Overloaded." } }, 529],
  "one that names no status": [{ error: { message: "Something broke." } }, 502],
  "a bare word": [{ error: "Too bad." }, 502],
  "one of the caller": [{ error: { message: "Too long.", type: "invalid_request_error", code: 400 } }, 400],
};

const asEvent = (body: unknown): string =>
  `${(body as { type?: string }).type === "error" ? "event: error\n" : ""}data: ${JSON.stringify(body)}\n\n`;

describeGateway("errors with status 200", ({ setUp, gateway, startProvider }) => {
  async function setUpAlias(first: ModelProvider, kind: string) {
    const tenant: Tenant = gateway().newOrganization();
    const second = await startProvider();
    const ids = [
      await tenant.addProvider(first, { kind, slug: "first" }),
      await tenant.addProvider(second, { slug: "second" }),
    ];
    const targets = ids.map((providerId, order) => ({ providerId, model: "small", order }));
    await tenant.ask("POST", "/aliases", { name: "fast", targets });
    return { tenant, second, key: await tenant.addKey() };
  }

  for (const [title, [body, status]] of Object.entries(ERRORS)) {
    for (const kind of ["openai-compatible", "openai", "anthropic"]) {
      it(`OC15: ${title} from ${kind} reaches the client as an error of its dialect, and counts as failed`, async () => {
        const { provider, tenant, key } = await setUp({ kind });
        const scripts: [Script, boolean][] = [
          [{ refuses: { status: 200, body } }, false],
          [{ refuses: { status: 200, body } }, true],
          [{ raw: { contentType: "text/event-stream", body: asEvent(body) } }, true],
        ];
        let calls = 0;
        for (const [script, stream] of scripts) {
          for (const [dialect, path] of Object.entries(PATHS)) {
            // Five failures in a row would close the key off.
            provider.script = {};
            await (await key.post(path, bodyFor(false))).text();
            provider.script = script;
            const answer = await key.post(path, bodyFor(stream));
            const said = (await answer.json()) as { type?: string; error: { message: string } };
            assert.equal(answer.status, status, dialect);
            assert.equal(said.type, dialect === "anthropic" ? "error" : undefined);
            assert.equal(typeof said.error.message, "string");
            calls += 2;
          }
        }
        const events = (await tenant.events(calls)).filter(({ outcome }) => outcome !== "completed");
        assert.equal(events.length, calls / 2);
        for (const event of events)
          assert.deepEqual([event.outcome, event.status, event.costMicros], ["failed", status, 0]);
      });
    }

    it(`OC15: ${title}: ${status === 400 ? "no other one is asked" : "the next one of the alias answers"}`, async () => {
      for (const kind of ["openai-compatible", "anthropic"]) {
        for (const stream of [false, true]) {
          const first = await startProvider(
            stream
              ? { raw: { contentType: "text/event-stream", body: asEvent(body) } }
              : { refuses: { status: 200, body } },
          );
          const { tenant, second, key } = await setUpAlias(first, kind);
          const answer = await key.post("/v1/chat/completions", { ...bodyFor(stream), model: "fast" });
          await answer.text();
          assert.equal(answer.status, status === 400 ? 400 : 200);
          assert.deepEqual([first.calls.length, second.calls.length], [1, status === 400 ? 0 : 1]);
          const [event] = await tenant.events(1);
          assert.equal(event?.outcome, status === 400 ? "failed" : "completed");
        }
      }
    });
  }

  it("an error is found wherever it stands at the top of a whole answer", async () => {
    const { provider, key } = await setUp();
    provider.script = {
      refuses: { status: 200, body: { id: "1", created: 1, error: { code: 503, message: "Away." } } },
    };
    for (const path of Object.values(PATHS)) assert.equal((await key.post(path, bodyFor(false))).status, 503);
  });

  it("an answer beside `error: null`, or with an error deeper within, is an answer", async () => {
    const { provider, tenant, key } = await setUp();
    const choices = [
      { index: 0, message: { role: "assistant", content: '{"error":{"code":500}}' }, finish_reason: "stop" },
    ];
    provider.script = { refuses: { status: 200, body: { error: null, choices, usage: { prompt_tokens: 3 } } } };
    for (const path of Object.values(PATHS)) {
      const answer = await key.post(path, bodyFor(false));
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /error/);
    }
    assert.ok((await tenant.events(3)).every(({ outcome }) => outcome === "completed"));
  });
});

/** An answer of Anthropic's, of whose input a part was written to its cache for an hour. */
const CACHED = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-haiku-4-5",
  content: [{ type: "text", text: "Hi" }],
  stop_reason: "end_turn",
  usage: {
    input_tokens: 100,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 2_000,
    cache_creation: { ephemeral_5m_input_tokens: 500, ephemeral_1h_input_tokens: 1_500 },
    output_tokens: 10,
  },
};

describeGateway("writes to a cache for an hour", ({ setUp }) => {
  for (const stream of [false, true]) {
    it(`OC17: cost what Anthropic takes for them, and the call keeps that price: ${stream ? "streamed" : "whole"}`, async () => {
      const { provider, tenant, key } = await setUp({ kind: "anthropic", models: [] });
      const { usage } = CACHED;
      const events = [
        { type: "message_start", message: { ...CACHED, content: [], usage: { ...usage, output_tokens: 1 } } },
        { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 10 } },
        { type: "message_stop" },
      ];
      const body = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
      provider.script = stream
        ? { raw: { contentType: "text/event-stream", body } }
        : { refuses: { status: 200, body: CACHED } };
      for (const path of [PATHS.anthropic, PATHS["openai-chat"]]) {
        const answer = await key.post(path, { ...bodyFor(stream), model: "claude-haiku-4-5" });
        assert.equal(answer.status, 200);
        await answer.text();
      }
      for (const event of await tenant.events(2)) {
        assert.deepEqual([event.inputTokens, event.cacheWriteTokens], [2_100, 2_000]);
        // At 1 dollar per million of input, 1.25 for five minutes, 2 for an hour, and 5 of output.
        assert.equal(event.costMicros, 100 + 500 * 1.25 + 1_500 * 2 + 10 * 5);
        assert.equal(event.price?.cacheWriteHourMicros, 2_000_000);
      }
    });
  }
});

describeGateway("what is closed off, and what is an event", ({ setUp }) => {
  const said = (message: string, code = "") => ({ error: { message, code } });
  const ask = async (key: TenantKey, model: string): Promise<number> => {
    const answer = await key.post("/v1/chat/completions", { ...bodyFor(false), model });
    await answer.text();
    return answer.status;
  };

  for (const [title, refuses, status] of [
    ["403", { status: 403, body: said("Project does not have access to model `large`.") }, 502],
    ["403 without a word", { status: 403, body: "" }, 502],
    ["404", { status: 404, body: said("The model `large` does not exist.", "model_not_found") }, 404],
  ] as const) {
    it(`OC15: a ${title} for one model closes off that model on that key alone`, async () => {
      const { provider, tenant, key } = await setUp({ models: ["large", "small"] });
      provider.script = ({ body }) => (body.model === "large" ? { refuses } : { text: "Fine." });
      assert.equal(await ask(key, "large"), status);
      assert.equal(await ask(key, "small"), 200);
      const calls = provider.calls.length;
      assert.equal(await ask(key, "large"), 404);
      assert.equal(provider.calls.length, calls);
      assert.equal(await ask(key, "small"), 200);
      await tenant.events(3);
    });
  }

  it("OC15: a model that one key may not call is asked for with the next key, and from then on at once", async () => {
    const { provider, key } = await setUp({
      models: ["large", "small"],
      secrets: ["sk-narrow-key-00", "sk-wide-key-0000"],
    });
    provider.script = ({ body, headers }) =>
      body.model === "large" && headers.authorization === "Bearer sk-narrow-key-00"
        ? { refuses: { status: 403, body: said("No access to this model.") } }
        : { text: "Fine." };
    for (let count = 0; count < 20; count += 1) assert.equal(await ask(key, "large"), 200);
    const refused = provider.calls.filter(({ headers }) => headers.authorization === "Bearer sk-narrow-key-00");
    assert.ok(refused.length <= 1, String(refused.length));
    for (let count = 0; count < 20; count += 1) assert.equal(await ask(key, "small"), 200);
    assert.ok(
      provider.calls.some(
        ({ body, headers }) => body.model === "small" && String(headers.authorization).includes("narrow"),
      ),
    );
  });

  for (const [status, message] of [
    [401, "No."],
    [403, "Incorrect API key provided."],
    [403, "Your account is suspended."],
  ] as const) {
    it(`OC15: a ${status} about the key (${message}) closes off the whole key`, async () => {
      const { provider, key } = await setUp({ models: ["large", "small"] });
      provider.script = { refuses: { status, body: said(message) } };
      assert.equal(await ask(key, "large"), 502);
      assert.equal(await ask(key, "small"), 503);
      assert.equal(provider.calls.length, 1);
    });
  }

  it("OC17: a call that no upstream could be asked for is no event, and takes nothing of its budgets", async () => {
    const { provider, tenant, key } = await setUp();
    const budget = await tenant.addBudget({ scope: "organization", limitTokens: 1_000_000 });
    provider.script = { refuses: { status: 401, body: said("No.") } };
    assert.equal(await ask(key, "small"), 502);
    for (let count = 0; count < 5; count += 1) assert.equal(await ask(key, "small"), 503);
    // What the provider's dialect cannot say is not asked either.
    const other = await setUp({ kind: "anthropic" });
    assert.equal((await other.key.post("/v1/chat/completions", { ...bodyFor(false), n: 3 })).status, 400);
    assert.equal(other.provider.calls.length, 0);
    assert.equal(await ask(other.key, "small"), 200);
    const [event] = await tenant.events(1);
    assert.deepEqual([event?.outcome, event?.attempts], ["failed", 1]);
    assert.equal((await other.tenant.events(1))[0]?.outcome, "completed");
    assert.equal((await tenant.getBudget(budget)).usedTokens, 0);
  });

  it("OC17: a client that leaves while a Retry-After is waited for is recorded as abandoned, and uses nothing", async () => {
    const { provider, tenant, key } = await setUp();
    const leaving = new AbortController();
    provider.script = (call) => {
      // It leaves when the refusal has gone out, which asks for two seconds.
      call.closed.then(() => leaving.abort());
      return { refuses: { status: 429, body: said("Rest."), headers: { "retry-after": "2", connection: "close" } } };
    };
    await assert.rejects(key.post("/v1/chat/completions", bodyFor(false), {}, leaving.signal));
    const [event] = await tenant.events(1);
    assert.deepEqual(
      [event?.outcome, event?.status, event?.attempts, event?.inputTokens, event?.costMicros],
      ["abandoned", 499, 1, 0, 0],
    );
    assert.equal(provider.calls.length, 1);
  });
});
