import type { UpstreamFailure } from "../../dialects/conversation.ts";
import { isObject, objectIn, textIn } from "../../dialects/reading.ts";
import { readUpstreamFailure } from "../../dialects/upstream-failure.ts";

/** Errors that come in a stream have no status of their own. */
const STATUS_BY_NAME: Readonly<Record<string, number>> = {
  internalServerException: 500,
  modelStreamErrorException: 424,
  modelTimeoutException: 408,
  serviceUnavailableException: 503,
  throttlingException: 429,
  validationException: 400,
};

/** What AWS's library says of an error, where it came from the provider; undefined where it did not. */
export function readRefusal(error: unknown): UpstreamFailure | undefined {
  if (!isObject(error)) return undefined;
  const response = objectIn(error.$response);
  const told = objectIn(error.$metadata).httpStatusCode ?? response.statusCode;
  const name = textIn(error.name);
  const status = typeof told === "number" && told >= 400 ? told : statusOf(name);
  if (status === undefined) return undefined;
  const seconds = Number.parseInt(textIn(objectIn(response.headers)["retry-after"]), 10);
  // What is no JSON ends as an error of the parser, which says nothing of the provider.
  const isParser = error instanceof SyntaxError;
  const said = isParser ? {} : { type: name, message: textIn(error.message) };
  const failure = readUpstreamFailure(status, JSON.stringify({ error: said }));
  return Number.isFinite(seconds) ? { ...failure, retryAfterSeconds: seconds } : failure;
}

const statusOf = (name: string): number | undefined => STATUS_BY_NAME[name.charAt(0).toLowerCase() + name.slice(1)];
