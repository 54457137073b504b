import type { Target } from "./parts.ts";
import type { RunningCall } from "./running-call.ts";

/** Header fields that say where an answer came from, and how its budgets stand. */
export function originHeaders(
  { attempts, reservation }: RunningCall,
  { provider, model }: Target,
): Record<string, string> {
  return {
    "x-reef-provider": provider.slug,
    // A provider's name for a model may hold what no header field may.
    "x-reef-model": encodeURIComponent(model).replaceAll("%2F", "/").replaceAll("%3A", ":"),
    "x-reef-attempts": String(attempts),
    ...(reservation.nearlyUsed && { "x-reef-budget-warning": "90%" }),
  };
}

/** The head of a streamed answer. */
export const streamHeaders = (call: RunningCall, target: Target): Record<string, string> => ({
  "content-type": "text/event-stream; charset=utf-8",
  // Some proxies gather a stream unless they are told not to.
  "x-accel-buffering": "no",
  ...originHeaders(call, target),
});
