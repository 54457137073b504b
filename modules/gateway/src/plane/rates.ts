import { type Clock, systemClock } from "../clock.ts";
import type { RateRefusal, Rates } from "./parts.ts";

export interface RatesOptions {
  /** Requests a second of a whole organization, beside what its keys say. */
  requestsPerSecond: number;
  clock?: Clock;
}

/** The rates of this process. */
export interface ProcessRates extends Rates {
  /** How many processes share each limit: each lets through its part of it. */
  setProcesses(count: number): void;
}

/** A tank that fills by so much a millisecond up to its brim; it may be less than empty. */
interface Bucket {
  level: number;
  at: number;
}

/** How a bucket behaves, derived from a limit. */
interface Measure {
  unit: RateRefusal["unit"];
  /** A minute's worth, as a refusal names it. */
  limit: number;
  brim: number;
  perMs: number;
}

const MINUTE_MS = 60_000;
/** What may come at once: of a key's minute a sixth, ten seconds' worth. */
const BURST_PART = 6;
/** How many buckets of a kind are kept; the one that was longest unused goes first, and it is full again by then but for a debt. */
const CAPACITY = 100_000;

/**
 * Token buckets in this process's memory, looked at in constant time.
 *
 * - A key with a limit of n a minute may do a sixth of n at once, one at least, and n a minute in the long run.
 * - An organization may do a second's worth of requests at once, ten of ten a second, so the eleventh is refused.
 * - A call that needs more tokens than ever fit is let through when its bucket is full, and the next ones wait longer for it;
 *   what a call turned out to use is corrected afterwards, in the same way.
 *
 * With several processes each lets through its part of a limit, as if calls came to all of them alike.
 */
export function createRates({ requestsPerSecond, clock = systemClock }: RatesOptions): ProcessRates {
  const organizations = createBuckets();
  const requestsOf = createBuckets();
  const tokensOf = createBuckets();
  let processes = 1;

  const ofKey = (unit: RateRefusal["unit"], limit: number): Measure => ({
    unit,
    limit,
    brim: Math.max(1, limit / BURST_PART / processes),
    perMs: limit / MINUTE_MS / processes,
  });
  const ofOrganization = (): Measure => ({
    unit: "requests",
    limit: requestsPerSecond * 60,
    brim: Math.max(1, requestsPerSecond / processes),
    perMs: requestsPerSecond / 1_000 / processes,
  });

  function refuse({ level }: Bucket, needed: number, { unit, limit, perMs }: Measure): RateRefusal | undefined {
    // A sum of many small parts may come to a hair less than it should.
    if (level + 1e-9 >= needed) return undefined;
    return { unit, limit, retryAfterSeconds: Math.max(1, Math.ceil((needed - level) / perMs / 1_000)) };
  }

  return {
    setProcesses(count) {
      processes = Math.max(1, count);
    },
    take({ id, organizationId, requestsPerMinute, tokensPerMinute }, tokens) {
      const now = clock.monotonic();
      const all = ofOrganization();
      const allBucket = organizations(organizationId, all, now);
      const refusal = refuse(allBucket, 1, all);
      if (refusal !== undefined) return refusal;

      const requests = requestsPerMinute === null ? undefined : ofKey("requests", requestsPerMinute);
      const requestBucket = requests && requestsOf(id, requests, now);
      const ofRequests = requests && requestBucket && refuse(requestBucket, 1, requests);
      if (ofRequests !== undefined) return ofRequests;

      const amounts = tokensPerMinute === null ? undefined : ofKey("tokens", tokensPerMinute);
      const tokenBucket = amounts && tokensOf(id, amounts, now);
      const ofTokens = amounts && tokenBucket && refuse(tokenBucket, Math.min(tokens, amounts.brim), amounts);
      if (ofTokens !== undefined) return ofTokens;

      allBucket.level -= 1;
      if (requestBucket !== undefined) requestBucket.level -= 1;
      if (tokenBucket !== undefined) tokenBucket.level -= tokens;
      return undefined;
    },
    correct({ id, tokensPerMinute }, takenTokens, usedTokens) {
      if (tokensPerMinute === null) return;
      const measure = ofKey("tokens", tokensPerMinute);
      const bucket = tokensOf(id, measure, clock.monotonic());
      bucket.level = Math.min(measure.brim, bucket.level + takenTokens - usedTokens);
    },
  };
}

/** Buckets by the ids of whose they are. What it returns gives one as it is now. */
function createBuckets(): (id: string, measure: Measure, now: number) => Bucket {
  const buckets = new Map<string, Bucket>();
  return (id, { brim, perMs }, now) => {
    const known = buckets.get(id);
    const bucket = known ?? { level: brim, at: now };
    bucket.level = Math.min(brim, bucket.level + Math.max(0, now - bucket.at) * perMs);
    bucket.at = now;
    // As long as there are few, none is forgotten, and their order does not matter.
    if (known !== undefined && buckets.size < CAPACITY / 2) return bucket;
    buckets.delete(id);
    // The last to be forgotten.
    buckets.set(id, bucket);
    if (buckets.size > CAPACITY) {
      const [oldest] = buckets.keys();
      if (oldest !== undefined) buckets.delete(oldest);
    }
    return bucket;
  };
}
