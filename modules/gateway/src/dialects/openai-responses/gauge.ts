import type { Gauge } from "../dialect.ts";
import { isObject, type Json, objectIn, parseJson, textIn } from "../reading.ts";
import type { SseEvent } from "../sse.ts";
import { readUsage } from "./usage.ts";

/** The types of the events that end a stream. */
const WHOLE = ["response.completed", "response.incomplete"];
const FAILED = ["response.failed", "error"];

/** The events whose `delta` is delivered text. */
const DELTAS = [
  "response.output_text.delta",
  "response.refusal.delta",
  "response.reasoning_summary_text.delta",
  "response.reasoning_text.delta",
  "response.function_call_arguments.delta",
  "response.custom_tool_call_input.delta",
  "response.code_interpreter_call_code.delta",
  "response.mcp_call_arguments.delta",
];

/** Finds the tokens in a response that passes through. */
export const responsesGauge: Gauge = {
  ofAnswer: (body) => (isObject(body) ? readUsage(body.usage) : undefined),
  ofStream(events) {
    const read = events.map(readEvent);
    const last = read.findLast(({ type }) => [...WHOLE, ...FAILED].includes(textIn(type)));
    const usages = read.map((event) => readUsage(objectIn(event.response).usage));
    return {
      usage: usages.findLast((usage) => usage !== undefined),
      isWhole: WHOLE.includes(textIn(last?.type)),
      failed: read.some(({ type }) => FAILED.includes(textIn(type))),
    };
  },
  textOf: (events) =>
    events
      .map(readEvent)
      .map((event) => (DELTAS.includes(textIn(event.type)) ? textIn(event.delta) : ""))
      .join(""),
  // With their quotes: within a text of the model these are escaped.
  endMarks: [...WHOLE, "response.failed"].map((type) => `"${type}"`).concat('"type":"error"', '"type": "error"'),
};

/** An event with its type, which some servers say beside the data alone. */
function readEvent({ event, data }: SseEvent): Json {
  const parsed = objectIn(parseJson(data));
  return typeof parsed.type !== "string" ? { ...parsed, type: event } : parsed;
}
