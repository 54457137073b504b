import type { ServerResponse } from "node:http";
import { NO_USAGE, type Usage } from "../dialects/conversation.ts";
import { costNanosOf } from "../prices/price.ts";
import type { Asked } from "./asked.ts";
import type { BegunCall, CountedBy, Outcome, PlaneKey } from "./call.ts";
import type { PlaneEndpoint } from "./endpoints.ts";
import type { Journal, Rates, Reservation, Target } from "./parts.ts";
import { isLarge } from "./read-body.ts";
import type { Departure } from "./upstream.ts";

/** A call that was admitted, on its way to an upstream and back. */
export interface RunningCall {
  key: PlaneKey;
  endpoint: PlaneEndpoint;
  asked: Asked;
  response: ServerResponse;
  departure: Departure;
  /** Header fields of the client's request that go on to a provider of the same dialect; undefined where it has none. */
  forwarded: Readonly<Record<string, string>> | undefined;
  /** What is on record of it since before the upstream was contacted. */
  begun: BegunCall;
  /** `performance.now()` when the request's head had come. */
  beganAt: number;
  /** How many upstreams were asked so far; of none, the call is no event. */
  attempts: number;
  /** When the first of the answer's content went out, in milliseconds since `beganAt`; null until then. */
  firstTokenMs: number | null;
  reservation: Reservation;
  declaredTokens: number;
  /** Whether it is reckoned and on record; that happens once. */
  isSettled: boolean;
  /** Told how it ended, with what it used, before its last byte goes out: for a call whose answer may be given again. */
  onSettled?: (ending: Ending, usage: Usage) => void;
}

/** How a call ended, as who relayed it saw it. */
export interface Ending {
  outcome: Outcome;
  status: number;
  target: Target;
  /** As the provider told it; undefined where it did not. */
  usage: Usage | undefined;
  /** What was delivered, for counting where the provider did not; undefined where nothing was. */
  delivered?: string;
  /** About how many tokens were delivered besides, where there was more than is kept for counting. */
  tokensBeyond?: number;
  /** What the provider told of the input before its answer broke off. */
  begun?: Usage | undefined;
}

export interface SettlingParts {
  journal: Journal;
  rates: Rates;
  /** Tokens of a text, counted beside the event loop. */
  countTokens(text: string): Promise<number>;
}

/** Whole milliseconds, as they are stored. */
const sinceBegin = ({ beganAt }: RunningCall): number => Math.round(performance.now() - beganAt);

/** Notes that something of the answer's content goes out, the first time. */
export function noteDelivery(call: RunningCall): void {
  call.firstTokenMs ??= sinceBegin(call);
}

/**
 * Reckons a call that is over and puts it on record, once; when it resolves the last byte may go out. Never rejects: a call that
 * was made is never lost, and the journal keeps what it cannot write.
 */
export async function settle(call: RunningCall, ending: Ending, parts: SettlingParts): Promise<void> {
  if (call.isSettled) return;
  call.isSettled = true;
  const { target, outcome, status } = ending;
  const { usage, countedBy } = countedByProvider(ending) ?? (await countedByReef(call, ending, parts));
  call.onSettled?.(ending, usage);
  const costNanos = costNanosOf(target.price, usage);
  const tokens = usage.inputTokens + usage.outputTokens;
  call.reservation.settle({ tokens, costNanos });
  parts.rates.correct(call.key, call.declaredTokens, tokens);
  await parts.journal.end({
    id: call.begun.id,
    outcome,
    status,
    usage,
    countedBy,
    costNanos,
    latencyMs: sinceBegin(call),
    firstTokenMs: call.firstTokenMs,
    attempts: call.attempts,
    providerId: target.provider.id,
    model: target.model,
    price: target.price,
  });
}

interface Counted {
  usage: Usage;
  countedBy: CountedBy;
}

const countedByProvider = ({ usage }: Ending): Counted | undefined => usage && { usage, countedBy: "provider" };

/** Where the provider did not count: what was delivered, and nothing where nothing was. */
async function countedByReef(
  call: RunningCall,
  { delivered, tokensBeyond = 0, outcome, begun }: Ending,
  { countTokens }: SettlingParts,
): Promise<Counted> {
  if (delivered === undefined || (delivered === "" && outcome === "failed"))
    return { usage: NO_USAGE, countedBy: "reef" };
  const [inputTokens, countedTokens] = await Promise.all([
    begun?.inputTokens ?? inputTokensOf(call, countTokens),
    countTokens(delivered).catch(() => Math.ceil(delivered.length / 4)),
  ]);
  const outputTokens = countedTokens + tokensBeyond;
  if (begun !== undefined) return { usage: { ...begun, outputTokens }, countedBy: "reef" };
  return { usage: { ...NO_USAGE, inputTokens, outputTokens }, countedBy: "reef" };
}

/** A large request has media, which are no text, or takes too long to be read here: the reef's estimate stands for it. */
async function inputTokensOf(
  { asked: { body, estimatedInputTokens } }: RunningCall,
  countTokens: SettlingParts["countTokens"],
): Promise<number> {
  if (isLarge(body)) return estimatedInputTokens;
  return countTokens(body.toString("utf8")).catch(() => estimatedInputTokens);
}
