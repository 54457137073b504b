import type { Gauge, ProviderDialect } from "../dialect.ts";
import { isObject, listIn, objectIn, parseJson, textIn } from "../reading.ts";
import { readUpstreamFailure } from "../upstream-failure.ts";
import { createReader, readAnswer, textOfDelta } from "./read-answer.ts";
import { readUsage } from "./usage.ts";
import { writeRequest } from "./write-request.ts";

/** `POST /v1/chat/completions` of OpenAI and of all who took it over. */
export const openaiChatProvider: ProviderDialect = {
  name: "openai-chat",
  writeConversation: writeRequest,
  readAnswer,
  createReader,
  readFailure: readUpstreamFailure,
  createGauge,
};

/** Only chunks with one of these say how a stream stands; the others, which are most, are not read for it. */
const TELLING = /"usage"|"error"|"finish_reason"\s*:\s*"/;

function createGauge(): Gauge {
  return {
    ofAnswer: (body) => (isObject(body) ? readUsage(body) : undefined),
    ofStream(events) {
      const chunks = events
        .filter(({ data }) => TELLING.test(data))
        .map(({ data }) => parseJson(data))
        .filter(isObject);
      const failed =
        events.some(({ event }) => event === "error") || chunks.some(({ error }) => (error ?? null) !== null);
      return {
        usage: chunks.reduce<ReturnType<typeof readUsage>>((last, chunk) => readUsage(chunk) ?? last, undefined),
        isWhole: !failed && (events.some(({ data }) => data.trim() === "[DONE]") || chunks.some(isFinished)),
        failed,
      };
    },
    // Of every choice: one that passes through may have been asked for several.
    textOf: (events) =>
      events
        .flatMap(({ data }) => listIn(objectIn(parseJson(data)).choices))
        .map((choice) => textOfDelta(objectIn(objectIn(choice).delta)))
        .join(""),
    endMarks: ["data: [DONE]", "data:[DONE]"],
  };
}

/** Some leave [DONE] out; a choice that says why it finished is as good. */
const isFinished = ({ choices }: Record<string, unknown>): boolean =>
  Array.isArray(choices) && choices.some((choice) => isObject(choice) && textIn(choice.finish_reason) !== "");
