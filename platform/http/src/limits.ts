import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { networkOf } from "./client-address.ts";
import type { LimitName } from "./contract.ts";

/** A budget of requests per minute, for one that is known by a token and for one known only by its address. */
export interface LimitPolicy {
  identified: number;
  anonymous: number;
}

/** The budgets. `REEF_RATE_LIMIT_FACTOR` multiplies them all. */
export const limitPolicies: Readonly<Record<LimitName, LimitPolicy>> = {
  probe: { identified: 6000, anonymous: 6000 },
  read: { identified: 1200, anonymous: 120 },
  write: { identified: 600, anonymous: 30 },
  search: { identified: 300, anonymous: 30 },
  register: { identified: 20, anonymous: 20 },
  vouch: { identified: 10, anonymous: 10 },
  sign: { identified: 120, anonymous: 5 },
  recover: { identified: 5, anonymous: 5 },
  verify: { identified: 60, anonymous: 10 },
  stream: { identified: 30, anonymous: 10 },
  token: { identified: 120, anonymous: 120 },
};

const WINDOW_SECONDS = 60;

/** What is left of a budget after a request, and whether the request still fits in it. */
export interface LimitState {
  policy: LimitName;
  allowed: boolean;
  limit: number;
  remaining: number;
  resetSeconds: number;
}

/** Counts requests against the budgets. Each process counts for itself, so N processes allow up to N times as much. */
export interface Limits {
  /** Spends one request of `name` for an agent (by its id) or an address. */
  take(name: LimitName, key: string, identified: boolean): Promise<LimitState>;
}

/** Limits kept in this process's memory: fixed windows of a minute. */
export function createLimits(factor: number): Limits {
  const limiters = new Map<string, RateLimiterMemory>();
  for (const [name, policy] of Object.entries(limitPolicies)) {
    for (const who of ["identified", "anonymous"] as const) {
      const points = Math.max(1, Math.round(policy[who] * factor));
      limiters.set(`${name}:${who}`, new RateLimiterMemory({ points, duration: WINDOW_SECONDS }));
    }
  }
  return {
    async take(policy, key, identified) {
      const limiter = limiters.get(`${policy}:${identified ? "identified" : "anonymous"}`);
      if (limiter === undefined) throw new Error(`There is no limit named ${policy}.`);
      const state = (allowed: boolean, result: RateLimiterRes): LimitState => ({
        policy,
        allowed,
        limit: limiter.points,
        remaining: Math.max(0, result.remainingPoints),
        resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
      });
      try {
        return state(true, await limiter.consume(identified ? key : networkOf(key)));
      } catch (refusal) {
        return state(false, refusal as RateLimiterRes);
      }
    },
  };
}

/** The header fields of a budget (draft-ietf-httpapi-ratelimit-headers), by lower-case name. */
export const limitHeaders = (state: LimitState): Record<string, string> => ({
  "ratelimit-policy": `"${state.policy}";q=${state.limit};w=${WINDOW_SECONDS}`,
  ratelimit: `"${state.policy}";r=${state.remaining};t=${state.resetSeconds}`,
});
