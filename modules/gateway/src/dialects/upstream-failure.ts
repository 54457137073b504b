import type { UpstreamFailure } from "./conversation.ts";
import { isObject, objectIn, parseJson, textIn } from "./reading.ts";

/** Longer messages are pages of HTML, or the request said again. */
const LONGEST_MESSAGE = 2_000;

/** Some providers say the key again that they refuse; whoever calls must never see it. */
const SECRETS = /\b(?:sk|gsk|xai|key|pk|rk|nvapi|AIza)[-_][\w*.-]{6,}|\bAIza[\w-]{20,}|\bBearer\s+[\w.~+/-]{8,}=*/g;

/** Which status an error has that came in a stream, by the provider's word for it. */
const STATUS_BY_WORD: readonly (readonly [RegExp, number])[] = [
  [/overloaded/, 529],
  [/quota|rate_limit|too_many|insufficient_balance/, 429],
  [/authentication|invalid_api_key|unauthorized/, 401],
  [/billing/, 402],
  [/permission|forbidden/, 403],
  [/not_found/, 404],
  [/too_large/, 413],
  [/invalid|bad_request|context_length|content_filter/, 400],
  [/timeout/, 504],
  [/unavailable/, 503],
];

/**
 * Reads a provider's error: `{error: {message, type, code}}` as most send it, and the forms of those who do not. It takes
 * any text, and never throws.
 */
export function readUpstreamFailure(status: number, text: string): UpstreamFailure {
  const parsed = parseJson(text);
  const body = objectIn(Array.isArray(parsed) ? parsed[0] : parsed);
  const plain = Object.keys(body).length === 0 ? plainTextOf(text) : "";
  return { status, ...describe(body, plain || `The provider answered with status ${status}.`) };
}

/** Reads an error that came as an event of a stream; its status is that of its kind, and 502 where nobody can tell. */
export function readStreamFailure(body: unknown): UpstreamFailure {
  const told = objectIn(body);
  return { status: statusOf(told), ...describe(told, "The provider ended its answer with an error.") };
}

/** The failure of a stream that ended before its answer did, or that cannot be read. */
export const brokenStream = (message: string): UpstreamFailure => ({ status: 502, code: "broken_stream", message });

function describe(body: Record<string, unknown>, otherwise: string): { code: string; message: string } {
  const error = isObject(body.error) ? body.error : body;
  const code = [error.type, error.code, error.status, body.type].find(isWord) ?? "";
  const message =
    [error.message, body.error, body.detail, body.message, nestedMessage(error)].find(isWord) ?? otherwise;
  return { code, message: message.slice(0, LONGEST_MESSAGE).replace(SECRETS, "[key]") };
}

const isWord = (value: unknown): value is string => typeof value === "string" && value !== "" && value !== "error";

/** OpenRouter says what its own upstream said in `metadata.raw`, FastAPI in a list. */
function nestedMessage(error: Record<string, unknown>): string | undefined {
  const detail = Array.isArray(error.detail) ? objectIn(error.detail[0]).msg : undefined;
  return textIn(detail) || textIn(objectIn(error.metadata).raw) || undefined;
}

function statusOf(body: Record<string, unknown>): number {
  const error = objectIn(body.error);
  const words = [error.type, error.code, error.status, body.type, body.code].filter(isWord).join(" ").toLowerCase();
  const code = Number(error.code ?? body.code);
  if (Number.isInteger(code) && code >= 400 && code <= 599) return code;
  const known = STATUS_BY_WORD.find(([pattern]) => pattern.test(words));
  return known?.[1] ?? (/server|internal|api_error/.test(words) ? 500 : 502);
}

const plainTextOf = (text: string): string =>
  text
    .slice(0, 20_000)
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ")
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
