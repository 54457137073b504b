import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { anthropicClient } from "./anthropic/client.ts";
import { anthropicProvider } from "./anthropic/provider.ts";
import { answerOf, deltasOf } from "./contract-samples.ts";
import { parseInPieces } from "./contract-suite.ts";
import type { Answer, AnswerPart, Delta } from "./conversation.ts";
import { openaiChatClient } from "./openai-chat/client.ts";
import { openaiChatProvider } from "./openai-chat/provider.ts";

const chat = { client: openaiChatClient, provider: openaiChatProvider };
const anthropic = { client: anthropicClient, provider: anthropicProvider };

describe("any answer", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
    fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
    fc.constantFrom("data: [DONE]\n\n", '"message_stop"', "\r\n\r\n", "\u2028", "event: error\ndata: {}"),
  );
  const anyCall = fc.record(
    {
      type: fc.constant("tool_call" as const),
      id: fc.stringMatching(/^[a-zA-Z0-9_-]{1,30}$/),
      name: fc.stringMatching(/^[a-z_]{1,20}$/),
      arguments: fc
        .dictionary(anyText, fc.jsonValue(), { noNullPrototype: true })
        .map((value) => JSON.stringify(value)),
    },
    { noNullPrototype: true },
  );
  const anyCount = fc.nat(1_000_000);
  const anyAnswer = fc
    .tuple(fc.option(anyText), fc.option(anyText), fc.uniqueArray(anyCall, { selector: ({ id }) => id, maxLength: 4 }))
    .chain(([thought, text, calls]) =>
      fc
        .tuple(anyCount, anyCount, anyCount, anyCount, anyCount)
        .map(([plain, cached, written, said, thoughts]): Answer => {
          const parts: AnswerPart[] = [
            ...(thought === null ? [] : [{ type: "thinking" as const, text: thought }]),
            ...(text === null ? [] : [{ type: "text" as const, text }]),
            ...calls,
          ];
          const usage = {
            inputTokens: plain + cached + written,
            cachedInputTokens: cached,
            cacheWriteTokens: written,
            outputTokens: said + thoughts,
            reasoningTokens: thoughts,
          };
          return { id: "a", model: "m", parts, stop: calls.length > 0 ? "tool_calls" : "end", usage };
        }),
    );

  for (const [title, first, second] of [
    ["Anthropic's dialect and on in OpenAI's", anthropic, chat],
    ["OpenAI's dialect and on in Anthropic's", chat, anthropic],
  ] as const) {
    it(`OC14: arrives as it was when it comes in ${title}, streamed in pieces of any size`, () => {
      const options = { model: "m", request: { stream_options: { include_usage: true } }, createdSeconds: 1 };
      const pass = (deltas: readonly Delta[], { client, provider }: typeof chat, size: number): Delta[] => {
        const writer = client.createWriter(options);
        const reader = provider.createReader();
        const text = deltas.map((delta) => writer.write(delta)).join("");
        return [...parseInPieces(text, size).flatMap((event) => reader.read(event)), ...reader.close()];
      };
      fc.assert(
        fc.property(anyAnswer, fc.integer({ min: 1, max: 200 }), (answer, size) => {
          const arrived = answerOf(pass(pass(deltasOf(answer), first, size), second, size));
          assert.deepEqual(arrived, answer);
        }),
        { numRuns: 60 },
      );
    });
  }
});
