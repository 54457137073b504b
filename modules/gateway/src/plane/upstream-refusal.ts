import { BadPrompt, type UpstreamFailure } from "../dialects/conversation.ts";
import type { ClientFailure } from "../dialects/dialect.ts";
import { parseJson } from "../dialects/reading.ts";
import { readStreamFailure } from "../dialects/upstream-failure.ts";
import { ProviderRefusal } from "../providers/provider.ts";
import type { Target, UpstreamKey } from "./parts.ts";
import { refuse } from "./refusal.ts";
import { type Exchange, gather } from "./upstream.ts";
import type { Way } from "./ways.ts";

/** What one upstream said in place of an answer, while nothing has gone to the client yet. */
export interface Failed {
  target: Target;
  failure: ClientFailure;
  /** The upstream's own bytes, where the client reads its dialect. */
  raw?: Buffer;
  /** Whether another way may answer. Where not, the request itself is at fault. */
  mayRetry: boolean;
  retryAfterSeconds: number | undefined;
}

/** No head of an answer came: nobody could be reached there, whom TLS believes and who speaks HTTP. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super("An upstream did not answer.", { cause });
  }
}

/** What is shorter is no secret, but a word like `ollama` that stands in for one. */
const SHORTEST_SECRET = 12;
const LONGEST_REFUSAL_BYTES = 1024 * 1024;

/** What a refusal is about: who else may answer depends on it, and who is left alone for a while. */
type Fault = "key" | "model" | "upstream" | "request";

const OF_MODEL = /\b(?:models?|engine|deployment)\b|foundation-model|deploymentnotfound/i;
const OF_PROMPT = /moderation|flagged|content[ _-]?(?:policy|filter)/i;
const OF_KEY = new RegExp(
  [
    "(?:invalid|incorrect|expired|revoked|disabled|unknown|missing|wrong)[^.]*(?:key|token|credential|signature)",
    "(?:key|token|credential|signature)s?\\b[^.]*(?:invalid|incorrect|expired|revoked|disabled|not valid|limit|missing)",
    "authentication|unauthenticated|unrecognizedclient|invalidsignature|expiredtoken",
    "\\b(?:account|billing|credits?|subscription|suspended|country|territory|ip address|not been used in project)\\b",
  ].join("|"),
  "i",
);

/**
 * What an upstream's refusal is about. A 403 that says nothing of the key is taken to be about the model: were it about the
 * key, the other models would be refused as well, each once.
 */
function faultOf({ status, code, message }: UpstreamFailure): Fault {
  if (status === 401) return "key";
  if (status === 408 || status === 425 || status === 429 || status >= 500) return "upstream";
  const said = `${code} ${message}`;
  if (status === 404) return OF_MODEL.test(said) ? "model" : "request";
  if (status !== 403) return "request";
  if (OF_PROMPT.test(said)) return "request";
  return OF_KEY.test(said) && !OF_MODEL.test(said) ? "key" : "model";
}

/** What an answer with an error status says, and what it means for the key and for other ways. */
export async function readRefusal(target: Target, way: Way, key: UpstreamKey, answer: Exchange): Promise<Failed> {
  const body = await gather(answer, LONGEST_REFUSAL_BYTES).catch((error) => {
    // What is too long to be a refusal is passed on by nobody.
    if (error instanceof RangeError) return Buffer.alloc(0);
    throw error;
  });
  // A dialect may have a status of its own for what others call 401, and say in the body when to come again.
  const said = way.dialect?.readFailure(answer.status, body.toString("utf8"));
  const { status = answer.status, code = "upstream_error" } = said ?? {};
  const retryAfterSeconds = secondsOf(answer.headers["retry-after"]) ?? said?.retryAfterSeconds;
  const message = said?.message ?? `The provider answered with status ${status}.`;
  const failure = { status, code, message, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  return refusedBy(failure, target, key, way.spelling === "same" ? body : undefined, body);
}

/**
 * What a refusal means for the key and for other ways. `raw` goes to a client of the same dialect as it is; `said` is all that
 * the upstream wrote.
 */
export function refusedBy(
  failure: UpstreamFailure,
  target: Target,
  key: UpstreamKey,
  raw?: Buffer,
  said: Buffer | string = failure.message,
): Failed {
  const { slug } = target.provider;
  const { status, retryAfterSeconds } = failure;
  const fault = faultOf(failure);
  if (fault === "key" || fault === "upstream") key.failed(retryAfterSeconds, status);
  else if (fault === "model") key.refusedModel(target.model);
  else key.succeeded(target.model);
  // What a provider says of a key it does not take may hold a piece of the key, and anything else might hold all of it.
  const holdsKey = key.secret.length >= SHORTEST_SECRET && said.includes(key.secret);
  if (fault === "key" || holdsKey)
    return { target, failure: refuse.refusedKey(slug).failure, mayRetry: true, retryAfterSeconds: undefined };
  if (status === 403 && fault === "model")
    return { target, failure: refuse.refusedModel(slug).failure, mayRetry: true, retryAfterSeconds: undefined };
  return { target, failure, mayRetry: fault !== "request", retryAfterSeconds, ...(raw !== undefined && { raw }) };
}

/** How an event begins that is nothing but an error, in any dialect. */
const ERROR_EVENT = /^(?:event:[^\n]*\n)?data: ?(?=\{\s*(?:"error"\s*:\s*[{"]|"type"\s*:\s*"error"))/;

/** What the first event of a stream says, where that is an error; only its first bytes are looked at where it is none. */
export function findRefusal(event: string): UpstreamFailure | undefined {
  const before = ERROR_EVENT.exec(event);
  return before === null ? undefined : readStreamFailure(parseJson(event.slice(before[0].length)));
}

/** A request that the provider's dialect cannot say: the upstream was not even asked. */
export const unsayable = (error: BadPrompt, target: Target): Failed => ({
  target,
  failure: refuse.badBody(error.message, { path: error.path }).failure,
  mayRetry: true,
  retryAfterSeconds: undefined,
});

/** No connection, no answer in time, or a refusal that came through a provider's library. @throws what is none of these */
export function failedBy(error: unknown, target: Target, key: UpstreamKey): Failed {
  if (error instanceof BadPrompt) throw error;
  if (error instanceof ProviderRefusal) return refusedBy(error.failure, target, key);
  const { slug } = target.provider;
  const none = { target, retryAfterSeconds: undefined };
  const { code = "" } = (error instanceof NoAnswer ? error.cause : error) as NodeJS.ErrnoException;
  if (code === "UND_ERR_HEADERS_TIMEOUT") {
    key.failed(undefined);
    // It has the request, and may be at work on it: asking another one would make the answer twice.
    return { ...none, failure: refuse.slow(slug).failure, mayRetry: false };
  }
  if (!(error instanceof NoAnswer) && !isOfConnection(code)) throw error;
  key.failed(undefined);
  return { ...none, failure: refuse.unreachable(slug).failure, mayRetry: true };
}

/** The codes of undici and of the system. */
const isOfConnection = (code: string): boolean => code.startsWith("UND_ERR_") || /^E(?!RR_)[A-Z0-9_]+$/.test(code);

/** `Retry-After` in seconds; dates are rare here, and are read as well (RFC 9110, section 10.2.3). */
function secondsOf(retryAfter: string | string[] | undefined): number | undefined {
  if (typeof retryAfter !== "string") return undefined;
  const seconds = Number(retryAfter);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const moment = Date.parse(retryAfter);
  return Number.isNaN(moment) ? undefined : Math.max(0, (moment - Date.now()) / 1_000);
}
