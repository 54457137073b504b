import type { StoredUsageEvent } from "../../store/usage.ts";
import { type Names, nameOf } from "./names.ts";

type Column = readonly [
  name: string,
  read: (event: StoredUsageEvent, names: Names) => string | number | boolean | null,
];

/** The columns of an export of calls, in their order: new ones come last, so that what reads the file goes on to work. */
export const COLUMNS: readonly Column[] = [
  ["id", ({ id }) => id],
  ["startedAt", ({ startedAt }) => startedAt.toISOString()],
  ["keyId", ({ keyId }) => keyId],
  ["key", ({ keyId }, names) => nameOf(names, keyId)],
  ["agentId", ({ agentId }) => agentId],
  ["agent", ({ agentId }, names) => nameOf(names, agentId)],
  ["workspaceId", ({ workspaceId }) => workspaceId],
  ["providerId", ({ providerId }) => providerId],
  ["provider", ({ providerId }, names) => nameOf(names, providerId)],
  ["requestedModel", ({ requestedModel }) => requestedModel],
  ["model", ({ model }) => model],
  ["dialect", ({ dialect }) => dialect],
  ["streamed", ({ streamed }) => streamed],
  ["outcome", ({ outcome }) => outcome],
  ["status", ({ status }) => status],
  ["inputTokens", ({ inputTokens }) => inputTokens],
  ["cachedInputTokens", ({ cachedInputTokens }) => cachedInputTokens],
  ["cacheWriteTokens", ({ cacheWriteTokens }) => cacheWriteTokens],
  ["outputTokens", ({ outputTokens }) => outputTokens],
  ["reasoningTokens", ({ reasoningTokens }) => reasoningTokens],
  ["countedBy", ({ countedBy }) => countedBy],
  ["costMicros", ({ costNanos }) => costNanos / 1_000],
  ["latencyMs", ({ latencyMs }) => latencyMs],
  ["firstTokenMs", ({ firstTokenMs }) => firstTokenMs],
  ["attempts", ({ attempts }) => attempts],
  ["requestId", ({ requestId }) => requestId],
  ["savedMicros", ({ savedNanos }) => savedNanos / 1_000],
  ["captured", ({ captured }) => captured],
];
