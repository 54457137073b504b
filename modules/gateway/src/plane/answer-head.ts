import type { Reservation, Target } from "./parts.ts";
import type { RunningCall } from "./running-call.ts";

/** What an answer came from: a target, or what was one when the answer was kept. */
interface Origin {
  provider: { slug: string };
  model: string;
}

/** The models' names as header fields have them, by the ways to them: those are few, and calls are many. */
const modelFields = new WeakMap<Origin, string>();

function modelFieldOf(target: Origin): string {
  const known = modelFields.get(target);
  if (known !== undefined) return known;
  // A provider's name for a model may hold what no header field may.
  const field = encodeURIComponent(target.model).replaceAll("%2F", "/").replaceAll("%3A", ":");
  modelFields.set(target, field);
  return field;
}

/** Header fields that say where an answer came from, and how its budgets stand: names and values in turn. */
export function originFields(
  { attempts, reservation }: { attempts: number; reservation: Pick<Reservation, "nearlyUsed"> },
  target: Origin,
): string[] {
  const fields = ["x-reef-provider", target.provider.slug, "x-reef-model", modelFieldOf(target)];
  fields.push("x-reef-attempts", String(attempts));
  if (reservation.nearlyUsed) fields.push("x-reef-budget-warning", "90%");
  return fields;
}

/** The head of a streamed answer. */
export const streamFields = (call: RunningCall, target: Target): string[] => [
  ...["content-type", "text/event-stream; charset=utf-8"],
  // Some proxies gather a stream unless they are told not to.
  ...["x-accel-buffering", "no"],
  ...originFields(call, target),
];
