import assert from "node:assert/strict";
import { it } from "node:test";
import { describeGateway, type TenantKey } from "../test/composed-gateway.ts";
import type { Script } from "../test/model-provider.ts";
import { USAGE } from "../test/provider-answers.ts";

const TEXT = 'Ünïcode: 日本語 🪸🏴󠁧󠁢󠁷󠁬󠁳󠁿, a tab\tand "quotes", data: [DONE] and event: message_stop within.';
const MESSAGES = [{ role: "user" as const, content: "Hi" }];

/** What each official client reads of a stream. */
const READERS = {
  "openai-chat": async ({ openai }: TenantKey) => {
    const stream = openai.chat.completions.stream({
      model: "small",
      messages: MESSAGES,
      stream_options: { include_usage: true },
    });
    const { choices, usage } = await stream.finalChatCompletion();
    return { text: choices[0]?.message.content, output: usage?.completion_tokens };
  },
  "openai-responses": async ({ openai }: TenantKey) => {
    const { output_text: text, usage } = await openai.responses.stream({ model: "small", input: "Hi" }).finalResponse();
    return { text, output: usage?.output_tokens };
  },
  anthropic: async ({ anthropic }: TenantKey) => {
    const stream = anthropic.messages.stream({ model: "small", messages: MESSAGES, max_tokens: 100 });
    const { content, usage } = await stream.finalMessage();
    return { text: content[0]?.type === "text" ? content[0].text : "", output: usage.output_tokens };
  },
};

const AWKWARD: Record<string, Script> = {
  "every byte by itself": { bytewise: true },
  "CRLF, and comments between the events": { crlf: true },
  "CRLF, byte by byte": { crlf: true, bytewise: true },
  "no blank line behind the last event": { endsBare: true },
  "no blank line behind the last event, CRLF, byte by byte": { endsBare: true, crlf: true, bytewise: true },
};

describeGateway("awkward streams", ({ setUp }) => {
  for (const [title, script] of Object.entries(AWKWARD)) {
    for (const kind of ["openai-compatible", "openai", "anthropic", "gemini"]) {
      it(`OC14: ${title}, of ${kind}: every official client reads all of it, and it is metered as told`, async () => {
        const { provider, tenant, key } = await setUp({ kind });
        provider.script = { text: TEXT, ...script };
        for (const [dialect, read] of Object.entries(READERS)) {
          assert.deepEqual(await read(key), { text: TEXT, output: USAGE.output }, dialect);
        }
        for (const event of await tenant.events(3)) {
          assert.deepEqual(
            [event.outcome, event.countedBy, event.outputTokens],
            ["completed", "provider", USAGE.output],
          );
        }
      });
    }
  }

  it("an upstream that speaks no HTTP, no JSON or no stream is told as its failure, in the client's dialect", async () => {
    const { provider, key } = await setUp({ kind: "gemini" });
    for (const raw of [
      { contentType: "application/json", body: "<html>" },
      { contentType: "application/json", body: "[]" },
      { contentType: "application/json", body: '{"candidates":' },
      { contentType: "text/html", body: "" },
    ]) {
      provider.script = { raw };
      const answer = await key.post("/v1/messages", { model: "small", messages: MESSAGES, max_tokens: 10 });
      assert.equal(answer.status, 502, raw.body);
      assert.match(await answer.text(), /"type":"error"/, raw.body);
    }
    for (const body of ["", "data: nonsense\n\n", "data: []\n\n", "data: {\n\n", ": only a comment\n\n", "\0\0\n\n"]) {
      provider.script = { raw: { contentType: "text/event-stream", body } };
      const answer = await key.post("/v1/messages", {
        model: "small",
        messages: MESSAGES,
        max_tokens: 10,
        stream: true,
      });
      assert.match(await answer.text(), /event: error/, body);
    }
  });

  it("what counts as usage is whole numbers alone: a provider that tells nonsense charges nobody", async () => {
    const { provider, tenant, key } = await setUp();
    const usage = { prompt_tokens: -5, completion_tokens: 1e300, total_tokens: "many" };
    const choices = [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }];
    provider.script = { raw: { contentType: "application/json", body: JSON.stringify({ choices, usage }) } };
    const budget = await tenant.addBudget({ scope: "organization", limitTokens: 1_000_000 });
    const answer = await key.post("/v1/chat/completions", { model: "small", messages: MESSAGES });
    assert.equal(answer.status, 200);
    const [event] = await tenant.events(1);
    assert.deepEqual([event?.inputTokens, event?.outputTokens], [0, 0]);
    assert.equal((await tenant.getBudget(budget)).usedTokens, 0);
  });
});

describeGateway(
  "upstreams that stand still",
  ({ setUp }) => {
    for (const kind of ["openai-compatible", "anthropic"]) {
      it(`OC17: a stream of ${kind} that stalls is told as such, counted as cut, and its upstream broken off`, async () => {
        const { provider, tenant, key } = await setUp({ kind });
        provider.script = { text: "One two three four.", waits: { for: new Promise(() => {}), after: 2 } };
        const body = { model: "small", messages: MESSAGES, max_tokens: 10, stream: true };
        const answer = await key.post("/v1/messages", body);
        const text = await answer.text();
        assert.match(text, /two/);
        assert.match(text, /event: error/);
        assert.match(text, /did not answer in time/);
        assert.equal(await provider.calls[0]?.closed, true);
        const [event] = await tenant.events(1);
        assert.equal(event?.outcome, "cut");
        assert.ok(Number(event?.outputTokens) > 0);
      });

      it(`an answer of ${kind} that does not begin in time is a 504, and no other upstream is asked for it`, async () => {
        const { provider, tenant, key } = await setUp({ kind, secrets: ["one", "two"] });
        provider.script = { waits: { for: new Promise(() => {}) } };
        const answer = await key.post("/v1/messages", { model: "small", messages: MESSAGES, max_tokens: 10 });
        assert.equal(answer.status, 504);
        await answer.text();
        const [event] = await tenant.events(1);
        assert.deepEqual([event?.outcome, event?.status, event?.attempts], ["failed", 504, 1]);
        assert.equal(provider.calls.length, 1);
      });
    }
  },
  { config: { REEF_GATEWAY_ANSWER_SECONDS: 2, REEF_GATEWAY_STALL_SECONDS: 2 } },
);
