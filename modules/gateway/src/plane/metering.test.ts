import assert from "node:assert/strict";
import { it } from "node:test";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describeGatewayOnEachDatabase, type TenantKey } from "../test/composed-gateway.ts";
import type { ReceivedCall, Script } from "../test/model-provider.ts";
import { USAGE } from "../test/provider-answers.ts";

const TEXT = "The tide turns twice a day, and the reef keeps what it brings: corals, sponges and small fish.";

/** How clients and providers are paired: passed through in each dialect, and translated from one to another. */
const PAIRS = {
  "chat, passed through": ["openai-compatible", "/v1/chat/completions"],
  "responses, passed through": ["openai", "/v1/responses"],
  "messages, passed through": ["anthropic", "/v1/messages"],
  "chat at Anthropic's": ["anthropic", "/v1/chat/completions"],
  "messages at Gemini's": ["gemini", "/v1/messages"],
  "responses at OpenAI's chat": ["openai-compatible", "/v1/responses"],
} as const;

const bodyFor = (path: string, stream: boolean) => ({
  model: "small",
  stream,
  ...(path === "/v1/responses"
    ? { input: "Hello there.", max_output_tokens: 500 }
    : { messages: [{ role: "user", content: "Hello there." }], max_tokens: 500 }),
});

describeGatewayOnEachDatabase("metering", ({ setUp }) => {
  /** Calls once, and gives what is on record then, with what the provider saw. */
  async function meter(
    [kind, path]: (typeof PAIRS)[keyof typeof PAIRS],
    stream: boolean,
    script: Script,
    call: (key: TenantKey, received: Promise<ReceivedCall>) => Promise<unknown> = async (key) =>
      (await key.post(path, bodyFor(path, stream))).text(),
  ) {
    const { provider, tenant, key } = await setUp({ kind });
    const received = Promise.withResolvers<ReceivedCall>();
    provider.script = (got) => {
      received.resolve(got);
      return { text: TEXT, ...script };
    };
    const answered = await call(key, received.promise);
    const [event] = await tenant.events(1);
    assert.ok(event);
    assert.equal(provider.calls.length, 1);
    return { event, received: await received.promise, answered };
  }

  const counts = ({ inputTokens, outputTokens, countedBy }: Awaited<ReturnType<typeof meter>>["event"]) => ({
    input: inputTokens,
    output: outputTokens,
    countedBy,
  });

  for (const [title, pair] of Object.entries(PAIRS)) {
    const [, path] = pair;
    for (const stream of [false, true]) {
      const how = `${title}, ${stream ? "streamed" : "whole"}`;

      it(`OC17: a completed call counts what the provider says, at its price: ${how}`, async () => {
        const { event } = await meter(pair, stream, {});
        assert.equal(event.outcome, "completed");
        assert.equal(event.status, 200);
        assert.deepEqual(counts(event), { input: USAGE.input, output: USAGE.output, countedBy: "provider" });
        assert.deepEqual([event.cachedInputTokens, event.reasoningTokens], [USAGE.cached, USAGE.reasoning]);
        assert.equal(event.costMicros, USAGE.input + 5 * USAGE.output);
        assert.equal(event.streamed, stream);
        assert.notEqual(event.firstTokenMs, null);
      });

      it(`OC17: a refused call is on record, and counts nothing: ${how}`, async () => {
        const { event } = await meter(pair, stream, { refuses: { status: 422, body: { error: { message: "No." } } } });
        assert.deepEqual([event.outcome, event.status, event.costMicros, event.firstTokenMs], ["failed", 422, 0, null]);
        assert.deepEqual(counts(event), { input: 0, output: 0, countedBy: "reef" });
      });
    }

    it(`OC17: of a stream whose provider counts nothing, the reef counts what was delivered: ${title}`, async () => {
      const { event, received } = await meter(pair, true, { usage: null });
      assert.equal(event.outcome, "completed");
      assert.equal(received.delivered, TEXT);
      assert.equal(event.countedBy, "reef");
      assert.equal(event.outputTokens, countTokens(TEXT));
      assert.ok(event.inputTokens > 0);
    });

    for (const broken of ["cutAfter", "failsAfter"] as const) {
      it(`OC17: of a stream that breaks off (${broken}), the reef counts what was delivered, and the client learns of it: ${title}`, async () => {
        const { event, received, answered } = await meter(pair, true, { [broken]: 5 });
        assert.equal(event.outcome, "cut");
        assert.equal(received.delivered, "The tide turns twice a");
        assert.match(String(answered), /error/);
        assert.equal(event.outputTokens, countTokens("The tide turns twice a"));
        assert.ok(event.inputTokens > 0);
        assert.equal(event.costMicros, event.inputTokens + 5 * event.outputTokens);
      });
    }

    it(`OC17: when the client leaves a stream, its upstream is broken off, and what was delivered counts: ${title}`, async () => {
      const { event, received } = await meter(
        pair,
        true,
        { waits: { for: new Promise(() => {}), after: 5 } },
        async (key, call) => {
          const leaving = new AbortController();
          const answer = await key.post(path, bodyFor(path, true), {}, leaving.signal);
          let seen = "";
          const decoder = new TextDecoder();
          for await (const bytes of answer.body ?? []) {
            seen += decoder.decode(bytes, { stream: true });
            if (seen.includes("twice") && seen.includes(' a"')) break;
          }
          leaving.abort();
          assert.equal(await (await call).closed, true);
        },
      );
      assert.equal(event.outcome, "abandoned");
      assert.equal(received.delivered, "The tide turns twice a");
      assert.equal(event.outputTokens, countTokens("The tide turns twice a"));
    });

    it(`OC17: when the client leaves before the answer begins, its upstream is broken off, and no output counts: ${title}`, async () => {
      const { event } = await meter(pair, false, { waits: { for: new Promise(() => {}) } }, async (key, call) => {
        const leaving = new AbortController();
        const answer = key.post(path, bodyFor(path, false), {}, leaving.signal);
        const { closed } = await call;
        leaving.abort();
        await assert.rejects(answer);
        assert.equal(await closed, true);
      });
      assert.deepEqual([event.outcome, event.status, event.outputTokens], ["abandoned", 499, 0]);
      assert.ok(event.inputTokens > 0);
    });

    it(`OC17: a whole answer that is cut is told as a failure of its upstream: ${title}`, async () => {
      const { event, answered } = await meter(pair, false, { cutAfter: 0 });
      assert.deepEqual([event.outcome, event.status, event.outputTokens], ["cut", 502, 0]);
      assert.match(String(answered), /"error"/);
    });
  }
});
