import assert from "node:assert/strict";
import { it } from "node:test";
import { describeGateway, type TenantKey } from "../test/composed-gateway.ts";
import { type Reply, USAGE } from "../test/provider-answers.ts";

const TOOL = {
  name: "get_weather",
  description: "Weather of a place.",
  schema: { type: "object" as const, properties: { place: { type: "string" } }, required: ["place"] },
};
const CALL = { id: "call_1", name: "get_weather", arguments: { place: "Cardiff" } };
const QUESTION = "What is the weather in Cardiff? 🌦️";

/** What a client understood of an answer. */
interface Understood {
  text: string;
  call: { id: string; name: string; arguments: unknown } | undefined;
  input: number | undefined;
  cached: number | null | undefined;
  output: number | undefined;
}

/** Each asks a question with a tool; where `result` is given, the tool's result goes along as the next turn. */
type Ask = (key: TenantKey, model: string, streamed: boolean, result?: string) => Promise<Understood>;

const askChat: Ask = async ({ openai }, model, streamed, result) => {
  const { id, name, arguments: given } = CALL;
  const called = { id, type: "function" as const, function: { name, arguments: JSON.stringify(given) } };
  const request = {
    model,
    max_completion_tokens: 100,
    messages: [
      { role: "system" as const, content: "Be brief." },
      { role: "user" as const, content: QUESTION },
      ...(result === undefined
        ? []
        : [
            { role: "assistant" as const, content: null, tool_calls: [called] },
            { role: "tool" as const, tool_call_id: id, content: result },
          ]),
    ],
    tools: [
      {
        type: "function" as const,
        function: { name: TOOL.name, description: TOOL.description, parameters: TOOL.schema },
      },
    ],
  };
  const completion = streamed
    ? await openai.chat.completions
        .stream({ ...request, stream_options: { include_usage: true } })
        .finalChatCompletion()
    : await openai.chat.completions.create(request);
  const [choice] = completion.choices;
  const [call] = choice?.message.tool_calls ?? [];
  return {
    text: choice?.message.content ?? "",
    call:
      call?.type === "function"
        ? { id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) }
        : undefined,
    input: completion.usage?.prompt_tokens,
    cached: completion.usage?.prompt_tokens_details?.cached_tokens,
    output: completion.usage?.completion_tokens,
  };
};

const askResponses: Ask = async ({ openai }, model, streamed, result) => {
  const { id, name, arguments: given } = CALL;
  const request = {
    model,
    max_output_tokens: 100,
    store: false,
    instructions: "Be brief.",
    input: [
      { role: "user" as const, content: QUESTION },
      ...(result === undefined
        ? []
        : [
            { type: "function_call" as const, call_id: id, name, arguments: JSON.stringify(given) },
            { type: "function_call_output" as const, call_id: id, output: result },
          ]),
    ],
    tools: [
      {
        type: "function" as const,
        name: TOOL.name,
        description: TOOL.description,
        parameters: TOOL.schema,
        strict: false,
      },
    ],
  };
  const response = streamed
    ? await openai.responses.stream(request).finalResponse()
    : await openai.responses.create(request);
  const [call] = response.output.flatMap((item) => (item.type === "function_call" ? [item] : []));
  return {
    text: response.output_text,
    call: call && { id: call.call_id, name: call.name, arguments: JSON.parse(call.arguments) },
    input: response.usage?.input_tokens,
    cached: response.usage?.input_tokens_details.cached_tokens,
    output: response.usage?.output_tokens,
  };
};

const askMessages: Ask = async ({ anthropic }, model, streamed, result) => {
  const { id, name, arguments: input } = CALL;
  const request = {
    model,
    max_tokens: 100,
    system: "Be brief.",
    messages: [
      { role: "user" as const, content: QUESTION },
      ...(result === undefined
        ? []
        : [
            { role: "assistant" as const, content: [{ type: "tool_use" as const, id, name, input }] },
            { role: "user" as const, content: [{ type: "tool_result" as const, tool_use_id: id, content: result }] },
          ]),
    ],
    tools: [{ name: TOOL.name, description: TOOL.description, input_schema: TOOL.schema }],
  };
  const message = streamed
    ? await anthropic.messages.stream(request).finalMessage()
    : await anthropic.messages.create(request);
  const call = message.content.find((block) => block.type === "tool_use");
  const { input_tokens: fresh, cache_read_input_tokens: cached, output_tokens: output } = message.usage;
  return {
    text: message.content.map((block) => (block.type === "text" ? block.text : "")).join(""),
    call: call && { id: call.id, name: call.name, arguments: call.input },
    input: fresh + (cached ?? 0),
    cached,
    output,
  };
};

const clients = { "openai-chat": askChat, "openai-responses": askResponses, anthropic: askMessages };

/** By what they are asked in: a kind of provider that speaks this alone, or this first. */
const PROVIDERS = [
  ["openai-compatible", "OpenAI's chat", /^\/v1\/chat\/completions$/],
  ["openai", "OpenAI's own", /^\/v1\/(?:responses|chat\/completions)$/],
  ["anthropic", "Anthropic's", /^\/v1\/messages$/],
  ["gemini", "Gemini's", /^\/v1beta\/models\/small:(?:stream)?[gG]enerateContent/],
] as const;

const SAYS: Reply = { text: "Rain, then sun — naturally. ☔" };
const CALLS: Reply = { text: "I look.", call: CALL };

describeGateway("any client at any provider", ({ setUp }) => {
  for (const [kind, title, path] of PROVIDERS) {
    it(`OC14, OC17: at ${title} API every official client understands texts and calls of tools, whole and streamed, each metered once`, async () => {
      const { provider, tenant, key } = await setUp({ kind });
      const told = { input: USAGE.input, cached: USAGE.cached, output: USAGE.output };
      let calls = 0;
      for (const [dialect, ask] of Object.entries(clients)) {
        for (const streamed of [false, true]) {
          const what = `${dialect}, ${streamed ? "streamed" : "whole"}`;
          provider.script = CALLS;
          const first = await ask(key, "small", streamed);
          assert.deepEqual(first, { text: CALLS.text, call: CALL, ...told }, what);
          const { body: asked } = provider.calls.at(-1) ?? {};
          assert.match(JSON.stringify(asked), /What is the weather in Cardiff\? 🌦️/, what);
          assert.match(JSON.stringify(asked), /Be brief\./, what);
          assert.match(JSON.stringify(asked), /\b100\b/, `the client's limit arrives: ${what}`);

          provider.script = SAYS;
          const second = await ask(key, "small", streamed, "It rains.");
          assert.deepEqual(second, { text: SAYS.text, call: undefined, ...told }, what);
          const last = provider.calls.at(-1);
          assert.match(last?.text ?? "", /It rains\./, `the tool's result arrives: ${what}`);
          assert.match(last?.text ?? "", /"Cardiff|\\"Cardiff/, `the call that it answers goes along: ${what}`);
          calls += 2;
        }
      }
      assert.ok(provider.calls.every((call) => path.test(call.path)));
      const events = await tenant.events(calls);
      for (const event of events) {
        const { outcome, countedBy, inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = event;
        assert.deepEqual(
          { outcome, countedBy, inputTokens, cachedInputTokens, outputTokens, reasoningTokens },
          {
            outcome: "completed",
            countedBy: "provider",
            inputTokens: USAGE.input,
            cachedInputTokens: USAGE.cached,
            outputTokens: USAGE.output,
            reasoningTokens: USAGE.reasoning,
          },
          event.dialect,
        );
      }
    });
  }
});
