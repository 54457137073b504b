import { geminiEmbeddings } from "../dialects/embeddings.ts";
import { isObject, listIn, textIn } from "../dialects/reading.ts";
import { azureKind } from "./azure.ts";
import { bedrockKind } from "./bedrock/index.ts";
import { at, openaiCompatibleKinds, readModelIds } from "./openai-compatible.ts";
import type { ProviderKind } from "./provider.ts";

const openaiKind: ProviderKind = {
  kind: "openai",
  title: "OpenAI",
  baseUrl: "https://api.openai.com/v1",
  speaks: {
    "openai-responses": at("/responses"),
    "openai-chat": at("/chat/completions"),
    embeddings: at("/embeddings"),
  },
  auth: "bearer",
  environmentKey: "OPENAI_API_KEY",
  models: { path: "/models", read: readModelIds },
};

const anthropicKind: ProviderKind = {
  kind: "anthropic",
  title: "Anthropic",
  baseUrl: "https://api.anthropic.com",
  speaks: { anthropic: at("/v1/messages"), "count-tokens": at("/v1/messages/count_tokens") },
  auth: "x-api-key",
  headers: { "anthropic-version": "2023-06-01" },
  environmentKey: "ANTHROPIC_API_KEY",
  models: { path: "/v1/models?limit=1000", read: readModelIds },
};

const geminiKind: ProviderKind = {
  kind: "gemini",
  title: "Google Gemini",
  baseUrl: "https://generativelanguage.googleapis.com",
  speaks: {
    gemini: {
      path: ({ model, streamed }) =>
        `/v1beta/models/${encodeURIComponent(model)}:${streamed ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    },
    embeddings: { path: ({ model }) => `/v1beta/models/${encodeURIComponent(model)}:batchEmbedContents` },
  },
  embeddings: geminiEmbeddings,
  auth: "x-goog-api-key",
  environmentKey: "GEMINI_API_KEY",
  models: {
    path: "/v1beta/models?pageSize=1000",
    read: (body) =>
      listIn(isObject(body) ? body.models : undefined)
        .filter(isObject)
        .filter(({ supportedGenerationMethods: methods }) =>
          listIn(methods).some((method) => method === "generateContent" || method === "embedContent"),
        )
        .map(({ name }) => textIn(name).replace(/^models\//, "")),
  },
};

/** All kinds of providers. One that is compatible with OpenAI is one entry of `openai-compatible.ts`. */
export const providerKinds: readonly ProviderKind[] = [
  openaiKind,
  anthropicKind,
  geminiKind,
  azureKind,
  bedrockKind,
  ...openaiCompatibleKinds,
];

const byName: ReadonlyMap<string, ProviderKind> = new Map(providerKinds.map((kind) => [kind.kind, kind]));

/** The kind of that name; undefined where there is none. */
export const findProviderKind = (kind: string): ProviderKind | undefined => byName.get(kind);
