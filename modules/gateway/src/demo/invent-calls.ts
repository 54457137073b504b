import type { UsageRecord } from "../plane/journal/usage-event.ts";
import { costNanosOf, type Price } from "../prices/price.ts";
import { createRandom, type Random } from "./random.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** One model that a key may ask for, by the name that it asks with: its own, or an alias. */
export interface AskedModel {
  requested: string;
  model: string;
  /** UUID. */
  providerId: string;
  price: Price | null;
}

/** A key in whose name calls are invented; ids are UUIDs. */
export interface InventedCaller {
  keyId: string;
  agentId: string | null;
  workspaceId: string | null;
  models: readonly AskedModel[];
}

export interface InventedUsage {
  organizationId: string;
  callers: readonly InventedCaller[];
  /** The last call begins just before this moment, in milliseconds. */
  now: number;
  days: number;
  /** How many calls there are on a busy day, of all callers together. */
  callsADay: number;
}

/** Of a day's calls, how many fall into each of its hours (UTC): an office with something of a night. */
const RHYTHM = [1, 1, 1, 1, 2, 3, 6, 10, 14, 15, 15, 13, 9, 12, 15, 14, 12, 9, 6, 5, 4, 3, 2, 1];
const RHYTHM_SUM = RHYTHM.reduce((sum, share) => sum + share, 0);
const WEEKEND = 0.3;
/** What each caller has of all calls, the first one most. */
const shareOf = (index: number): number => 1 / (index + 1.5);

/**
 * Calls that nobody made, for a reef that is looked at: the same ones for the same callers and moment, oldest first. They grow
 * from week to week, rest at week-ends and at night, and now and then one fails.
 */
export function inventCalls({ organizationId, callers, now, days, callsADay }: InventedUsage): UsageRecord[] {
  const random = createRandom(days * 7_919 + callers.length);
  const shares = callers.reduce((sum, _caller, index) => sum + shareOf(index), 0);
  const records: UsageRecord[] = [];
  const first = Math.floor(now / HOUR_MS) * HOUR_MS - (days * 24 - 1) * HOUR_MS;
  for (let hour = first; hour < now; hour += HOUR_MS) {
    const date = new Date(hour);
    const growth = 0.55 + (0.45 * (hour - first)) / (days * DAY_MS);
    const rest = [0, 6].includes(date.getUTCDay()) ? WEEKEND : 1;
    // Some days are busier than others, for everybody.
    const mood = 0.7 + 0.6 * createRandom(Math.floor(hour / DAY_MS))();
    const expected = (callsADay * growth * rest * mood * (RHYTHM[date.getUTCHours()] ?? 1)) / RHYTHM_SUM;
    for (const [index, caller] of callers.entries()) {
      const count = Math.floor((expected * shareOf(index)) / shares + random());
      for (let each = 0; each < count; each += 1) {
        const startedAt = Math.floor(hour + random() * HOUR_MS);
        const record = startedAt < now ? inventCall(organizationId, caller, startedAt, random) : undefined;
        if (record !== undefined) records.push(record);
      }
    }
  }
  return records.sort((one, other) => one.begun.startedAt - other.begun.startedAt);
}

function inventCall(
  organizationId: string,
  { keyId, agentId, workspaceId, models }: InventedCaller,
  startedAt: number,
  random: Random,
): UsageRecord | undefined {
  // What a key asks for first is what it mostly asks for.
  const asked = models[Math.floor(random() ** 2 * models.length)];
  if (asked === undefined) return undefined;
  const { model, providerId, price } = asked;
  const outcome = outcomeOf(random());
  const isEmbedding = model.includes("embed");
  const inputTokens = Math.round(300 + 9_000 * random() ** 3);
  const whole = outcome === "completed" ? 1 : outcome === "failed" ? 0 : random();
  const outputTokens = isEmbedding ? 0 : Math.round((60 + 1_900 * random() ** 2) * whole);
  const usage = {
    inputTokens: outcome === "failed" ? 0 : inputTokens,
    cachedInputTokens: outcome !== "failed" && random() < 0.4 ? Math.round(inputTokens * 0.7) : 0,
    cacheWriteTokens: 0,
    outputTokens,
    reasoningTokens: /gpt-5|sonnet/.test(model) ? Math.round(outputTokens * 0.3 * random()) : 0,
  };
  const id = uuidAt(startedAt, random);
  const latencyMs = Math.round(180 + outputTokens * (4 + 6 * random()) + 400 * random());
  return {
    begun: {
      id,
      organizationId,
      keyId,
      agentId,
      workspaceId,
      providerId,
      requestedModel: asked.requested,
      model,
      dialect: isEmbedding ? "embeddings" : model.startsWith("claude") ? "anthropic" : "openai-chat",
      streamed: !isEmbedding && random() < 0.6,
      startedAt,
      requestId: uuidAt(startedAt, random),
      price,
      charges: [],
      estimatedInputTokens: inputTokens,
    },
    ended: {
      id,
      outcome,
      status: outcome === "failed" ? (random() < 0.5 ? 429 : 502) : 200,
      usage,
      countedBy: outcome === "cut" || outcome === "abandoned" ? "reef" : "provider",
      costNanos: costNanosOf(price, usage),
      latencyMs: outcome === "failed" ? Math.round(80 + 400 * random()) : latencyMs,
      firstTokenMs:
        outcome === "failed" || isEmbedding ? null : Math.round(150 + Math.min(latencyMs / 2, 700 * random())),
      attempts: random() < 0.03 ? 2 : 1,
      providerId,
      model,
      price,
    },
  };
}

function outcomeOf(chance: number): UsageRecord["ended"]["outcome"] {
  if (chance < 0.962) return "completed";
  if (chance < 0.983) return "failed";
  return chance < 0.991 ? "abandoned" : "cut";
}

/** A UUIDv7 of that moment (RFC 9562), of the given chance. */
function uuidAt(ms: number, random: Random): string {
  const time = ms.toString(16).padStart(12, "0");
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-a${digits(3)}-${digits(12)}`;
}
