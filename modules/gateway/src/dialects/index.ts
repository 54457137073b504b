import { anthropicClient } from "./anthropic/client.ts";
import { anthropicProvider } from "./anthropic/provider.ts";
import type { ClientDialect, DialectName, ProviderDialect } from "./dialect.ts";
import { geminiProvider } from "./gemini/provider.ts";
import { openaiChatClient } from "./openai-chat/client.ts";
import { openaiChatProvider } from "./openai-chat/provider.ts";
import { openaiResponsesClient } from "./openai-responses/client.ts";
import { openaiResponsesProvider } from "./openai-responses/provider.ts";

/** The dialects in which the gateway may be called, by name. */
export const clientDialects = {
  "openai-chat": openaiChatClient,
  "openai-responses": openaiResponsesClient,
  anthropic: anthropicClient,
} satisfies Partial<Record<DialectName, ClientDialect>>;

/** The dialects in which the gateway calls providers, by name; `bedrock` is called through its own library. */
export const providerDialects: Readonly<Partial<Record<DialectName, ProviderDialect>>> = {
  "openai-chat": openaiChatProvider,
  "openai-responses": openaiResponsesProvider,
  anthropic: anthropicProvider,
  gemini: geminiProvider,
};
