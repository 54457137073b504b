import { randomUUID } from "node:crypto";
import { newId, toUuid } from "@reef/crypto";
import type { BegunCall, EndedCall } from "../call.ts";

const PRICE = { inputMicros: 3_000_000, outputMicros: 15_000_000 };

/** A call that begins now, of an organization, a key and a provider that nothing else knows. */
export const begunCall = (of: Partial<BegunCall> = {}): BegunCall => ({
  id: toUuid(newId("use")),
  organizationId: randomUUID(),
  keyId: randomUUID(),
  agentId: null,
  workspaceId: null,
  providerId: randomUUID(),
  requestedModel: "smart",
  model: "grand-1",
  dialect: "openai-chat",
  streamed: true,
  startedAt: Date.now(),
  requestId: randomUUID(),
  price: PRICE,
  charges: [],
  estimatedInputTokens: 40,
  ...of,
});

/** The end of a call: ten tokens of input, and twenty of output. */
export const endOf = (begun: BegunCall, of: Partial<EndedCall> = {}): EndedCall => ({
  id: begun.id,
  outcome: "completed",
  status: 200,
  usage: { inputTokens: 10, cachedInputTokens: 4, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 5 },
  countedBy: "provider",
  costNanos: 330_000,
  latencyMs: 100,
  firstTokenMs: 20,
  attempts: 1,
  providerId: begun.providerId,
  model: begun.model,
  price: begun.price,
  ...of,
});
