import {
  type AnswerPart,
  type Delta,
  NO_USAGE,
  type StopReason,
  type UpstreamFailure,
  type Usage,
} from "../conversation.ts";
import type { AnswerWriter, WriterOptions } from "../dialect.ts";
import type { Json } from "../reading.ts";
import { itemIdOf, writeEnd, writeHead, writeItem, writeText } from "./write-answer.ts";

/** The part that is being written; text, thoughts and arguments gather in its `text`. */
interface OpenPart {
  part: AnswerPart;
  id: string;
  place: number;
  /** Whether the summary of a thought has begun: those without text have none. */
  hasSummary: boolean;
}

/** Spells one answer as the typed events of a response, each with its number. */
export function createResponsesWriter({ model, request, createdSeconds }: WriterOptions): AnswerWriter {
  let number = 0;
  let head: Json | undefined;
  let usage: Usage = NO_USAGE;
  let open: OpenPart | undefined;
  const output: Json[] = [];

  const event = (type: string, fields: Json): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...fields })}\n\n`;
  const at = ({ id, place }: OpenPart): Json => ({ item_id: id, output_index: place });

  function begin(part: AnswerPart): string {
    const begun: OpenPart = { part, id: itemIdOf(part), place: output.length, hasSummary: false };
    open = begun;
    const item = writeItem(part, begun.id, "in_progress");
    if (part.type === "text") item.content = [];
    const added = event("response.output_item.added", { output_index: begun.place, item });
    if (part.type !== "text") return added;
    return added + event("response.content_part.added", { ...at(begun), content_index: 0, part: writeText("") });
  }

  function grow(piece: string): string {
    if (open === undefined || piece === "") return "";
    const { part } = open;
    if (part.type === "text") {
      part.text += piece;
      return event("response.output_text.delta", { ...at(open), content_index: 0, delta: piece, logprobs: [] });
    }
    if (part.type === "tool_call") {
      part.arguments += piece;
      return event("response.function_call_arguments.delta", { ...at(open), delta: piece });
    }
    part.text += piece;
    const summary = { ...at(open), summary_index: 0 };
    const added = open.hasSummary
      ? ""
      : event("response.reasoning_summary_part.added", { ...summary, part: { type: "summary_text", text: "" } });
    open.hasSummary = true;
    return added + event("response.reasoning_summary_text.delta", { ...summary, delta: piece });
  }

  function finish(status: "completed" | "incomplete"): string {
    if (open === undefined) return "";
    const { part, id, place, hasSummary } = open;
    const item = writeItem(part, id, status);
    const content = finishContent(open, part, hasSummary);
    output.push(item);
    open = undefined;
    return content + event("response.output_item.done", { output_index: place, item });
  }

  function finishContent(place: OpenPart, part: AnswerPart, hasSummary: boolean): string {
    if (part.type === "text") {
      const content = { ...at(place), content_index: 0 };
      return (
        event("response.output_text.done", { ...content, text: part.text, logprobs: [] }) +
        event("response.content_part.done", { ...content, part: writeText(part.text) })
      );
    }
    if (part.type === "tool_call") {
      return event("response.function_call_arguments.done", {
        ...at(place),
        name: part.name,
        arguments: part.arguments,
      });
    }
    if (!hasSummary) return "";
    const summary = { ...at(place), summary_index: 0 };
    return (
      event("response.reasoning_summary_text.done", { ...summary, text: part.text }) +
      event("response.reasoning_summary_part.done", { ...summary, part: { type: "summary_text", text: part.text } })
    );
  }

  function end(stop: StopReason): string {
    const fields = writeEnd(stop, usage);
    const before = finish(fields.status === "incomplete" ? "incomplete" : "completed");
    const response = { ...head, ...fields, output };
    return before + event(fields.status === "incomplete" ? "response.incomplete" : "response.completed", { response });
  }

  /** Both events that say it: clients look for one or the other, and OpenAI's own throws at `error`. */
  function fail(failure: UpstreamFailure): string {
    const { message } = failure;
    const code = failure.code || (failure.status === 429 ? "rate_limit_exceeded" : "server_error");
    const before =
      head === undefined
        ? ""
        : finish("incomplete") +
          event("response.failed", { response: { ...head, status: "failed", error: { code, message }, output } });
    return before + event("error", { code, message, param: null });
  }

  return {
    write(delta: Delta): string {
      switch (delta.type) {
        case "start": {
          if (delta.usage !== undefined) usage = delta.usage;
          head = writeHead({ id: delta.id, model, request, createdSeconds });
          const response = head;
          return event("response.created", { response }) + event("response.in_progress", { response });
        }
        case "part_start":
          if (delta.part.type === "text") return begin({ type: "text", text: "" });
          if (delta.part.type === "tool_call") return begin({ ...delta.part, arguments: "" });
          return begin({ ...delta.part, text: "" });
        case "text":
        case "thinking":
          return grow(delta.text);
        case "arguments":
          return grow(delta.json);
        case "signature":
          if (open?.part.type === "thinking") open.part.signature = (open.part.signature ?? "") + delta.signature;
          return "";
        case "part_end":
          return finish("completed");
        case "end":
          if (delta.usage !== undefined) usage = delta.usage;
          return end(delta.stop);
        case "failure":
          return fail(delta.failure);
      }
    },
  };
}
