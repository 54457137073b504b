import { isObject, listIn, textIn } from "../dialects/reading.ts";
import type { Endpoint, ProviderKind } from "./provider.ts";

/** An endpoint whose path is always the same. */
export const at = (path: string): Endpoint => ({ path: () => path });

/** The names in a list of models as OpenAI gives it; Together gives the list bare. */
export const readModelIds = (body: unknown): string[] =>
  listIn(isObject(body) ? body.data : body)
    .filter(isObject)
    .map(({ id }) => textIn(id))
    .filter((id) => id !== "");

/** What nearly all of them speak, below a base address that ends in `/v1`. */
const common: Pick<ProviderKind, "auth" | "models" | "speaks"> = {
  auth: "bearer",
  models: { path: "/models", read: readModelIds },
  speaks: { "openai-chat": at("/chat/completions") },
};

/** The same below a base address without `/v1`, as servers have it that one runs oneself. */
const selfHosted: Pick<ProviderKind, "auth" | "models" | "speaks"> = {
  auth: "bearer",
  models: { path: "/v1/models", read: readModelIds },
  speaks: {
    "openai-chat": at("/v1/chat/completions"),
    "openai-responses": at("/v1/responses"),
    anthropic: at("/v1/messages"),
    embeddings: at("/v1/embeddings"),
  },
};

const embeddings = at("/embeddings");

/** Providers that speak OpenAI's chat dialect, and what else each speaks, as their documentation says. */
export const openaiCompatibleKinds: readonly ProviderKind[] = [
  {
    ...common,
    kind: "openrouter",
    title: "OpenRouter",
    baseUrl: "https://openrouter.ai/api/v1",
    environmentKey: "OPENROUTER_API_KEY",
    speaks: { ...common.speaks, "openai-responses": at("/responses"), anthropic: at("/messages"), embeddings },
  },
  {
    ...common,
    kind: "mistral",
    title: "Mistral",
    baseUrl: "https://api.mistral.ai/v1",
    environmentKey: "MISTRAL_API_KEY",
    speaks: { ...common.speaks, embeddings },
  },
  {
    ...common,
    kind: "deepseek",
    title: "DeepSeek",
    baseUrl: "https://api.deepseek.com",
    environmentKey: "DEEPSEEK_API_KEY",
    speaks: { ...common.speaks, anthropic: at("/anthropic/v1/messages") },
  },
  {
    ...common,
    kind: "groq",
    title: "Groq",
    baseUrl: "https://api.groq.com/openai/v1",
    environmentKey: "GROQ_API_KEY",
    speaks: { ...common.speaks, "openai-responses": at("/responses") },
  },
  {
    ...common,
    kind: "kimi",
    title: "Kimi (Moonshot AI)",
    baseUrl: "https://api.moonshot.ai",
    environmentKey: "MOONSHOT_API_KEY",
    models: { path: "/v1/models", read: readModelIds },
    speaks: { "openai-chat": at("/v1/chat/completions"), anthropic: at("/anthropic/v1/messages") },
  },
  {
    ...common,
    kind: "kimi-coding",
    title: "Kimi for coding",
    baseUrl: "https://api.kimi.com/coding/v1",
    environmentKey: "KIMI_API_KEY",
  },
  {
    ...common,
    kind: "xai",
    title: "xAI",
    baseUrl: "https://api.x.ai/v1",
    environmentKey: "XAI_API_KEY",
    // Its thoughts come through this dialect alone.
    speaks: { "openai-responses": at("/responses"), ...common.speaks },
  },
  {
    ...common,
    kind: "together",
    title: "Together AI",
    baseUrl: "https://api.together.xyz/v1",
    environmentKey: "TOGETHER_API_KEY",
    speaks: { ...common.speaks, embeddings },
  },
  {
    ...common,
    kind: "fireworks",
    title: "Fireworks AI",
    baseUrl: "https://api.fireworks.ai/inference/v1",
    environmentKey: "FIREWORKS_API_KEY",
    speaks: { ...common.speaks, "openai-responses": at("/responses"), anthropic: at("/messages"), embeddings },
  },
  {
    ...common,
    kind: "cerebras",
    title: "Cerebras",
    baseUrl: "https://api.cerebras.ai/v1",
    environmentKey: "CEREBRAS_API_KEY",
  },
  {
    auth: common.auth,
    kind: "perplexity",
    title: "Perplexity",
    baseUrl: "https://api.perplexity.ai",
    environmentKey: "PERPLEXITY_API_KEY",
    speaks: common.speaks,
  },
  { ...selfHosted, kind: "vllm", title: "vLLM", baseUrl: "http://localhost:8000" },
  { ...selfHosted, kind: "ollama", title: "Ollama", baseUrl: "http://localhost:11434", auth: "none" },
  {
    ...selfHosted,
    kind: "ollama-cloud",
    title: "Ollama cloud",
    baseUrl: "https://ollama.com",
    environmentKey: "OLLAMA_API_KEY",
  },
  { ...selfHosted, kind: "lmstudio", title: "LM Studio", baseUrl: "http://localhost:1234", auth: "none" },
  // Whatever else speaks it; its base address ends in /v1 with nearly all of them.
  {
    ...common,
    kind: "openai-compatible",
    title: "OpenAI-compatible",
    speaks: { ...common.speaks, embeddings },
  },
];
