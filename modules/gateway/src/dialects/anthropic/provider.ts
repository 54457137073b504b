import type { Gauge, ProviderDialect } from "../dialect.ts";
import { isObject, type Json, objectIn, parseJson, textIn } from "../reading.ts";
import { readUpstreamFailure } from "../upstream-failure.ts";
import { createReader, readAnswer } from "./read-answer.ts";
import { mergeUsage, readUsage } from "./usage.ts";
import { writeRequest } from "./write-request.ts";

/** `POST /v1/messages` of Anthropic and of those who took it over. */
export const anthropicProvider: ProviderDialect = {
  name: "anthropic",
  writeConversation: writeRequest,
  readAnswer,
  createReader,
  readFailure: readUpstreamFailure,
  createGauge,
};

function createGauge(): Gauge {
  return {
    ofAnswer: (body) => readUsage(objectIn(body).usage),
    ofStream(events) {
      const bodies = events.map(({ data }) => parseJson(data)).filter(isObject);
      const failed = bodies.some(({ type }) => type === "error");
      const told = bodies.flatMap(usageObjectsOf);
      const usage = told.length === 0 ? undefined : readUsage(told.reduce<Json>(mergeUsage, {}));
      const isWhole = !failed && bodies.some(({ type }) => type === "message_stop");
      // The first event counts the input, and of the output one token or none.
      const isKnown = isWhole || bodies.some((body) => body.type === "message_delta" && isObject(body.usage));
      if (isKnown || usage === undefined) return { usage, isWhole, failed };
      return { usage: undefined, isWhole, failed, begun: { ...usage, outputTokens: 0, reasoningTokens: 0 } };
    },
    // Blocks of Anthropic's own tools pass through as well, so every delta is read, whatever its block is.
    textOf: (events) => events.map(({ data }) => textOfDelta(objectIn(objectIn(parseJson(data)).delta))).join(""),
    endMarks: ["event: message_stop", "event:message_stop", '"message_stop"'],
  };
}

/** Where the events tell usage: the first one within its message, the one before the last beside its delta. */
const usageObjectsOf = (body: Json): Json[] => [objectIn(body.message).usage, body.usage].filter(isObject);

const textOfDelta = (delta: Json): string => textIn(delta.text) + textIn(delta.thinking) + textIn(delta.partial_json);
