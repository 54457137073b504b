import { z } from "zod";
import type { BegunCall, EndedCall } from "../call.ts";

/**
 * What one line of the journal says: that a call began, how much of its answer was delivered by a moment, or that it ended.
 * One letter names which, since most of a journal's bytes are lines.
 */
export type JournalRecord = { b: BegunCall } | { p: [id: string, outputTokens: number, at: number] } | { e: EndedLine };

/** A call's end; the provider, the model and its price only where they are others than when it began. */
export type EndedLine = Omit<EndedCall, "providerId" | "model" | "price"> &
  Partial<Pick<EndedCall, "providerId" | "model" | "price">>;

/** What the line of a call's end says. */
export function endedLineOf(begun: BegunCall, ended: EndedCall): EndedLine {
  if (ended.providerId !== begun.providerId || ended.model !== begun.model || ended.price !== begun.price) return ended;
  const { id, outcome, status, usage, countedBy, costNanos, latencyMs, firstTokenMs, attempts } = ended;
  return { id, outcome, status, usage, countedBy, costNanos, latencyMs, firstTokenMs, attempts };
}

/** A call's end as its line says it, and its begin. */
export const endedCallOf = ({ providerId, model, price }: BegunCall, line: EndedLine): EndedCall => ({
  providerId,
  model,
  price,
  ...line,
});

/** The line of a record, with its line feed. */
export const lineOf = (record: JournalRecord): string => `${JSON.stringify(record)}\n`;

const count = z.number();
const rates = {
  inputMicros: count,
  cachedInputMicros: count.optional(),
  cacheWriteMicros: count.optional(),
  cacheWriteHourMicros: count.optional(),
  outputMicros: count,
};
const price = z
  .object({ ...rates, tiers: z.array(z.object({ ...rates, aboveInputTokens: count })).optional() })
  .nullable();

/** Wide where a newer or older release may differ: a call is better recorded with an unknown word than not at all. */
const begun = z.object({
  id: z.uuid(),
  organizationId: z.uuid(),
  keyId: z.uuid(),
  agentId: z.uuid().nullable(),
  workspaceId: z.uuid().nullable(),
  providerId: z.uuid(),
  requestedModel: z.string(),
  model: z.string(),
  dialect: z.string(),
  streamed: z.boolean(),
  startedAt: count,
  requestId: z.string(),
  price,
  charges: z.array(z.object({ budgetId: z.uuid(), periodStart: count })),
  estimatedInputTokens: count,
});

const ended = z.object({
  id: z.uuid(),
  outcome: z.string(),
  status: count,
  usage: z.object({
    inputTokens: count,
    cachedInputTokens: count,
    cacheWriteTokens: count,
    hourCacheWriteTokens: count.optional(),
    outputTokens: count,
    reasoningTokens: count,
  }),
  countedBy: z.string(),
  costNanos: count,
  latencyMs: count,
  firstTokenMs: count.nullable(),
  attempts: count,
  providerId: z.uuid().optional(),
  model: z.string().optional(),
  price: price.optional(),
});

const record = z.union([
  z.strictObject({ b: begun }),
  z.strictObject({ e: ended }),
  z.strictObject({ p: z.tuple([z.uuid(), count, count]) }),
]);

/** What a line says; undefined for one that is damaged, such as the last line of a process that was killed. */
export function readLine(line: string): JournalRecord | undefined {
  try {
    const result = record.safeParse(JSON.parse(line));
    return result.success ? (result.data as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}
