import { BadPrompt, NO_USAGE, type Usage } from "./conversation.ts";
import { countIn, defined, isObject, type Json, listAt, listIn, objectIn, optionalCount } from "./reading.ts";

/** How vectors are asked for by a provider that does not do it in OpenAI's way. */
export interface EmbeddingsDialect {
  /** The body of a request, from that of OpenAI's `POST /v1/embeddings`. @throws BadPrompt */
  write(request: Json, model: string): Json;
  /** OpenAI's form of an answer; `usage` is undefined where the provider tells none. @throws Error when it is none. */
  read(answer: unknown, request: Json, model: string): { body: Json; usage: Usage | undefined };
}

/** Gemini's `batchEmbedContents`. */
export const geminiEmbeddings: EmbeddingsDialect = {
  write(request, model) {
    const outputDimensionality = optionalCount(request.dimensions, "dimensions");
    return {
      requests: readTexts(request.input).map((text) =>
        defined({ model: `models/${model}`, content: { parts: [{ text }] }, outputDimensionality }),
      ),
    };
  },
  read(answer, request, model) {
    if (!isObject(answer) || !Array.isArray(answer.embeddings)) {
      throw new Error("The provider's answer holds no vectors.");
    }
    const data = answer.embeddings.filter(isObject).map(({ values }, index) => ({
      object: "embedding",
      index,
      embedding: writeVector(listIn(values), request.encoding_format),
    }));
    const inputTokens = countIn(objectIn(answer.usageMetadata).promptTokenCount);
    return {
      body: {
        object: "list",
        data,
        model,
        usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
      },
      usage: inputTokens === 0 ? undefined : { ...NO_USAGE, inputTokens },
    };
  },
};

function readTexts(input: unknown): string[] {
  if (typeof input === "string") return [input];
  return listAt(input, "input").map((text, index) => {
    if (typeof text === "string") return text;
    throw new BadPrompt(
      `input[${index}]`,
      "This model's provider takes texts only: send the text instead of its tokens.",
    );
  });
}

/** The official clients ask for base64 unless told otherwise: 32-bit floats, little-endian. */
function writeVector(values: unknown[], format: unknown): unknown {
  const numbers = values.map(Number);
  if (format !== "base64") return numbers;
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, value] of numbers.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString("base64");
}
