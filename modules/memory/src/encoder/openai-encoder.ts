import { traceHeaders } from "@reef/telemetry";
import { z } from "zod";
import { type Encoder, type EncoderTrust, toUnitVector } from "./encoder.ts";

const answerSchema = z.object({ data: z.array(z.object({ index: z.int(), embedding: z.array(z.number()) })) });

const TIMEOUT_MS = 20_000;

export interface OpenAiOptions {
  /** The base of an OpenAI-compatible API, for example `https://api.openai.com/v1`. */
  url: string;
  apiKey: string | undefined;
  model: string;
  trust: EncoderTrust;
}

/** An encoder behind `POST {url}/embeddings` (OpenAI's embeddings API, which many servers speak). */
export function createOpenAiEncoder({ url, apiKey, model, trust }: OpenAiOptions): Encoder {
  return {
    model: `openai:${model}`,
    trust,
    async embed(texts, _purpose, signal) {
      const timeout = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(`${url.replace(/\/$/, "")}/embeddings`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          ...(apiKey && { Authorization: `Bearer ${apiKey}` }),
          ...traceHeaders(),
        },
        body: JSON.stringify({ model, input: texts, encoding_format: "float" }),
        redirect: "error",
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      if (!response.ok) throw new Error(`The embeddings API answered ${response.status}.`);
      const { data } = answerSchema.parse(await response.json());
      if (data.length !== texts.length) throw new Error("The embeddings API answered another number of vectors.");
      return data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => toUnitVector(embedding));
    },
    close: async () => {},
  };
}
