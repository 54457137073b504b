import assert from "node:assert/strict";
import { describe, it } from "node:test";
import OpenAI from "openai";
import { BadPrompt } from "./conversation.ts";
import { geminiEmbeddings } from "./embeddings.ts";
import { serveAnswer } from "./served-answers.ts";

describe("vectors of Gemini", () => {
  it("are asked for one text each, in the size that was asked for", () => {
    const body = geminiEmbeddings.write({ input: ["a", "b"], dimensions: 2, user: "u" }, "gemini-embedding-001");
    const request = (text: string) => ({
      model: "models/gemini-embedding-001",
      content: { parts: [{ text }] },
      outputDimensionality: 2,
    });
    assert.deepEqual(body, { requests: [request("a"), request("b")] });
    assert.deepEqual(geminiEmbeddings.write({ input: "a" }, "m").requests, [
      { model: "models/m", content: { parts: [{ text: "a" }] } },
    ]);
    assert.throws(() => geminiEmbeddings.write({ input: [[1, 2]] }, "m"), BadPrompt);
    assert.throws(() => geminiEmbeddings.write({ input: "a", dimensions: -1 }, "m"), BadPrompt);
  });

  const vectors = {
    embeddings: [{ values: [0.5, -0.25] }, { values: [1, 0] }],
    usageMetadata: { promptTokenCount: 9 },
  };

  for (const encoding_format of ["float", "base64"] as const) {
    it(`are read by the official client as ${encoding_format}, with their usage`, async () => {
      const { body, usage } = geminiEmbeddings.read(vectors, { encoding_format }, "m");
      assert.equal(usage?.inputTokens, 9);
      const server = await serveAnswer({ body });
      const openai = new OpenAI({ apiKey: "rk_test", baseURL: `${server.baseUrl}/v1`, maxRetries: 0 });
      // The client asks for base64 by itself, and decodes it, where no form is named.
      const format = encoding_format === "float" ? { encoding_format } : {};
      const read = await openai.embeddings.create({ model: "m", input: ["a", "b"], ...format });
      assert.deepEqual(
        read.data.map(({ embedding }) => [...embedding]),
        [
          [0.5, -0.25],
          [1, 0],
        ],
      );
      assert.equal(read.usage.prompt_tokens, 9);
    });
  }

  it("without usage are counted by the reef, and anything else is no answer", () => {
    assert.equal(geminiEmbeddings.read({ embeddings: [] }, {}, "m").usage, undefined);
    assert.throws(() => geminiEmbeddings.read({ error: {} }, {}, "m"), Error);
  });
});
