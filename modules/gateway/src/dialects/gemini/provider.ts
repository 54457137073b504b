import type { UpstreamFailure } from "../conversation.ts";
import type { ProviderDialect } from "../dialect.ts";
import { isObject, listIn, objectIn, parseJson, textIn } from "../reading.ts";
import { readUpstreamFailure } from "../upstream-failure.ts";
import { geminiGauge } from "./gauge.ts";
import { readAnswer } from "./read-answer.ts";
import { createGeminiReader } from "./reader.ts";
import { writeConversation } from "./write-request.ts";

/** `generateContent` and `streamGenerateContent`, of those who are called. */
export const geminiProvider: ProviderDialect = {
  name: "gemini",
  writeConversation,
  readAnswer,
  createReader: createGeminiReader,
  readFailure,
  createGauge: () => geminiGauge,
};

/**
 * Google says in the details of an error when to come again: `{"@type": "…RetryInfo", "retryDelay": "34.07s"}`; and there
 * alone that a key is none, for which its status is 400.
 */
function readFailure(status: number, text: string): UpstreamFailure {
  const parsed = parseJson(text);
  const { error } = objectIn(Array.isArray(parsed) ? parsed[0] : parsed);
  const details = listIn(objectIn(error).details).filter(isObject);
  if (details.some(({ reason }) => reason === "API_KEY_INVALID")) return readUpstreamFailure(401, text);
  const retry = details.find((detail) => "retryDelay" in detail);
  const seconds = Number.parseFloat(textIn(retry?.retryDelay));
  const failure = readUpstreamFailure(status, text);
  return Number.isFinite(seconds) ? { ...failure, retryAfterSeconds: Math.ceil(seconds) } : failure;
}
