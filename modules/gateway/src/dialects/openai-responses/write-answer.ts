import type { Answer, AnswerPart, StopReason, Usage } from "../conversation.ts";
import type { Json } from "../reading.ts";
import { createItemId, sealThought, summaryOf } from "./thoughts.ts";
import { writeUsage } from "./usage.ts";

/** What a response says of itself and of its request, as long as nothing is answered. */
interface ResponseHead {
  id: string;
  model: string;
  request: Json;
  createdSeconds: number;
}

/** A response that is under way, with the settings of its request, as OpenAI repeats them. */
export function writeHead({ id, model, request, createdSeconds }: ResponseHead): Json {
  return {
    id: id.startsWith("resp_") ? id : `resp_${id}`,
    object: "response",
    created_at: createdSeconds,
    status: "in_progress",
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: request.metadata ?? {},
    model,
    output: [],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: request.reasoning ?? { effort: null, summary: null },
    store: false,
    temperature: request.temperature ?? null,
    text: request.text ?? { format: { type: "text" } },
    tool_choice: request.tool_choice ?? "auto",
    tools: request.tools ?? [],
    top_p: request.top_p ?? null,
    truncation: "disabled",
    usage: null,
  };
}

/** What ends a response: whether all of it is there, and if not, why. */
export function writeEnd(stop: StopReason, usage: Usage): Json {
  const reason = stop === "length" ? "max_output_tokens" : stop === "refusal" ? "content_filter" : undefined;
  return {
    status: reason === undefined ? "completed" : "incomplete",
    completed_at: reason === undefined ? Math.floor(Date.now() / 1_000) : null,
    incomplete_details: reason === undefined ? null : { reason },
    usage: writeUsage(usage),
  };
}

/** One part of an answer as an item of its own. */
export function writeItem(part: AnswerPart, id: string, status: "in_progress" | "completed" | "incomplete"): Json {
  switch (part.type) {
    case "text":
      return { id, type: "message", status, role: "assistant", content: [writeText(part.text)] };
    case "thinking":
      return { id, type: "reasoning", summary: summaryOf(part.text), encrypted_content: sealThought(part) };
    case "tool_call":
      return { id, type: "function_call", status, call_id: part.id, name: part.name, arguments: part.arguments };
  }
}

/** The content of a message. */
export const writeText = (text: string): Json => ({ type: "output_text", text, annotations: [], logprobs: [] });

/** The id of a part's item. */
export const itemIdOf = ({ type }: Pick<AnswerPart, "type">): string =>
  createItemId(type === "text" ? "msg" : type === "thinking" ? "rs" : "fc");

/** The body of a whole answer. */
export function writeAnswer(answer: Answer, model: string, request: Json = {}): Json {
  const end = writeEnd(answer.stop, answer.usage);
  const texts = answer.parts.map((part) => (part.type === "text" ? part.text : ""));
  return {
    ...writeHead({ id: answer.id, model, request, createdSeconds: Math.floor(Date.now() / 1_000) }),
    ...end,
    output: answer.parts.map((part, index) => {
      const isCut = end.status === "incomplete" && index === answer.parts.length - 1;
      return writeItem(part, itemIdOf(part), isCut ? "incomplete" : "completed");
    }),
    output_text: texts.join(""),
  };
}
