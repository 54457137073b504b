import type { Gauge } from "../dialect.ts";
import { isObject, objectIn, parseJson, textIn } from "../reading.ts";
import { partsOf, readStop, readUsage } from "./read-answer.ts";

/** Finds the tokens in an answer of Gemini's. Every event may tell them; the last one that does counts. */
export const geminiGauge: Gauge = {
  ofAnswer: (body) => (isObject(body) ? readUsage(body) : undefined),
  ofStream(events) {
    const read = events.map(({ data }) => objectIn(parseJson(data)));
    const stops = read.map((body) => readStop(body, false));
    return {
      usage: read.map(readUsage).findLast((usage) => usage !== undefined),
      isWhole: stops.some((stop) => typeof stop === "string"),
      failed: read.some(({ error }) => isObject(error)) || stops.some((stop) => typeof stop === "object"),
    };
  },
  textOf: (events) =>
    events
      .flatMap(({ data }) => partsOf(objectIn(parseJson(data))))
      .map((part) =>
        isObject(part.functionCall) ? JSON.stringify(objectIn(part.functionCall.args)) : textIn(part.text),
      )
      .join(""),
  endMarks: ['"finishReason"', '"blockReason"'],
};
