/** What stands in the log where a secret was. */
export const REDACTED = "[redacted]";

const MAX_DEPTH = 6;
const MAX_ENTRIES = 64;
const MAX_TEXT_LENGTH = 8_192;

/**
 * Keys whose whole value is hidden, compared in lower case without `-` and `_`. `signature` is not among them: it is
 * public by nature, and the audit needs it. Neither are counts (`maxTokens`) nor what a token is for (`tokenType`).
 */
const SECRET_KEY =
  /^(authorization|proxyauthorization|cookie|cookies|setcookie|privatekey|apikey|xapikey|seed|mnemonic|voucher|vouchercode|clientassertion|credentials?|dsn|databaseurl)$|secret|password|passphrase|token$|apikey$|privatekey$/;

/** `Bearer …` and other credentials of an Authorization header. */
const CREDENTIAL = /\b(bearer|basic|dpop)\s+[\w\-.~+/]{8,}=*/gi;
/** 64 hex digits are a voucher, a session or another 256-bit secret; a digest is hidden with them, which is the safe side. */
const HEX_SECRET = /\b[0-9a-f]{64}\b/gi;
/** A JSON Web Token. */
const JSON_WEB_TOKEN = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g;
/** A gateway key, a provider's in the form that most of them have, or one of Stripe's: secret, restricted, or of a webhook. */
const MODEL_KEY = /\b(?:rk_|sk[-_]|whsec_)[\w-]{16,}/g;
/** The password of a URL. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi;

/** Hides what looks like a secret inside a text, and cuts a text that is too long for a log line. */
export function scrubText(text: string): string {
  const cut = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}… (${text.length} characters)` : text;
  return cut
    .replace(CREDENTIAL, `$1 ${REDACTED}`)
    .replace(JSON_WEB_TOKEN, REDACTED)
    .replace(HEX_SECRET, REDACTED)
    .replace(MODEL_KEY, REDACTED)
    .replace(URL_PASSWORD, `$1:${REDACTED}@`);
}

/** Whether a value under this key is hidden whatever it is. */
export const isSecretKey = (key: string): boolean => SECRET_KEY.test(key.toLowerCase().replace(/[-_]/g, ""));

/**
 * A copy of `value` that is fit for a log: secrets hidden by key and by shape, errors with their stack and causes.
 * Depth, entries and text length are bounded, so that a log call never costs more than a line is worth.
 */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return scrubText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return String(value).slice(0, 64);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth >= MAX_DEPTH) return "[too deep]";
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) return scrubError(value, depth);
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ENTRIES).map((item) => scrub(item, depth + 1));
    return value.length > MAX_ENTRIES ? [...items, `[${value.length - MAX_ENTRIES} more]`] : items;
  }
  if (value instanceof Map || value instanceof Headers) return scrubEntries([...value], depth);
  if (value instanceof Set) return scrub([...value], depth);
  if (value instanceof URL) return scrubText(value.href);
  return scrubEntries(Object.entries(value), depth);
}

function scrubError(error: Error, depth: number): object {
  const { message, stack, name, cause, ...rest } = error as Error & Record<string, unknown>;
  return {
    type: name ?? error.constructor.name,
    message: scrubText(String(message ?? error.message)),
    stack: scrubText(String(stack ?? error.stack ?? "")),
    ...(cause === undefined && error.cause === undefined ? {} : { cause: scrub(cause ?? error.cause, depth + 1) }),
    ...scrubEntries(Object.entries(rest), depth),
  };
}

function scrubEntries(entries: readonly (readonly [unknown, unknown])[], depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [rawKey, value] of entries.slice(0, MAX_ENTRIES)) {
    const key = String(rawKey);
    const hidden = isSecretKey(key) && value !== null && value !== undefined && typeof value !== "boolean";
    copy[key] = hidden ? REDACTED : scrub(value, depth + 1);
  }
  if (entries.length > MAX_ENTRIES) copy["…"] = `${entries.length - MAX_ENTRIES} more`;
  return copy;
}
