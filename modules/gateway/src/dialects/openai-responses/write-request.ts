import {
  type AnswerFormat,
  BadPrompt,
  type Conversation,
  type MediaPart,
  type Message,
  type TextPart,
  type ThinkingPart,
  type ToolCallPart,
  type ToolChoice,
  type ToolResultPart,
} from "../conversation.ts";
import { addressOfSource } from "../media.ts";
import { effortFor, traitsOf } from "../openai-chat/models.ts";
import { defined, type Json } from "../reading.ts";
import { ownSignature } from "../signatures.ts";
import { summaryOf } from "./thoughts.ts";

/**
 * Writes the body of `POST /v1/responses`. Nothing is kept at the provider, so thoughts are asked for in encrypted form. How
 * tokens are drawn beyond temperature and `top_p` cannot be said here and is left out; where to stop must be said, and cannot.
 * @throws BadPrompt
 */
export function writeConversation(conversation: Conversation): Json {
  const { model, system, messages, tools, stop, format } = conversation;
  if (stop !== undefined && stop.length > 0) {
    throw new BadPrompt("stop", "This model's provider cannot stop at given texts. Leave them out.");
  }
  const { isOpenai, hasOwnTemperature } = traitsOf(model);
  return defined({
    model,
    instructions: system.length === 0 ? undefined : system.map(({ text }) => text).join("\n\n"),
    input: messages.flatMap(writeMessage),
    tools: tools.length === 0 ? undefined : tools.map(writeTool),
    tool_choice: writeToolChoice(conversation.toolChoice),
    parallel_tool_calls: conversation.parallelToolCalls,
    max_output_tokens: conversation.maxOutputTokens,
    temperature: hasOwnTemperature ? undefined : conversation.temperature,
    top_p: hasOwnTemperature ? undefined : conversation.topP,
    reasoning: writeReasoning(conversation),
    text: format && { format: writeFormat(format) },
    include: thinks(conversation) ? ["reasoning.encrypted_content"] : undefined,
    ...(isOpenai ? { safety_identifier: conversation.user } : { user: conversation.user }),
    store: false,
    stream: conversation.stream,
  });
}

/** The items of one message: what stands together in one becomes its content, calls and results stand alone. */
function writeMessage({ role, parts }: Message, index: number): Json[] {
  const items: Json[] = [];
  let content: Json[] = [];
  const flush = (): void => {
    if (content.length > 0) items.push({ type: "message", role, content });
    content = [];
  };
  for (const part of parts) {
    if (part.type === "thinking" || part.type === "tool_call" || part.type === "tool_result") {
      flush();
      const item = writeItem(part);
      if (item !== undefined) items.push(item);
    } else content.push(role === "assistant" ? writeAnswered(part, index) : writeAsked(part));
  }
  flush();
  return items;
}

function writeItem(part: ToolCallPart | ToolResultPart | ThinkingPart): Json | undefined {
  if (part.type === "tool_call") {
    return { type: "function_call", call_id: part.id, name: part.name, arguments: part.arguments };
  }
  if (part.type === "tool_result") {
    return { type: "function_call_output", call_id: part.callId, output: writeOutput(part) };
  }
  // What another provider's model thought means nothing here, and is refused.
  const sealed = ownSignature("openai-responses", part.signature);
  if (sealed === undefined) return undefined;
  return { type: "reasoning", summary: summaryOf(part.text), encrypted_content: sealed };
}

function writeOutput({ parts }: ToolResultPart): string | Json[] {
  const [only] = parts;
  if (only === undefined) return "";
  return parts.length === 1 && only.type === "text" ? only.text : parts.map(writeAsked);
}

function writeAnswered(part: TextPart | MediaPart, index: number): Json {
  if (part.type === "text") return { type: "output_text", text: part.text, annotations: [] };
  throw new BadPrompt(`messages[${index}]`, "This model's provider takes images and files from users only.");
}

function writeAsked(part: TextPart | MediaPart): Json {
  if (part.type === "text") return { type: "input_text", text: part.text };
  if (part.type === "image") {
    return defined({ type: "input_image", image_url: addressOfSource(part.source), detail: part.detail });
  }
  if ("url" in part.source) return defined({ type: "input_file", file_url: part.source.url, filename: part.name });
  return { type: "input_file", filename: part.name ?? "file", file_data: addressOfSource(part.source) };
}

const writeTool = ({ name, description, parameters, strict }: Conversation["tools"][number]): Json =>
  // OpenAI holds to the schema unless told not to, and then refuses most of those that were not written for it.
  defined({ type: "function", name, description, parameters, strict: strict ?? false });

const writeToolChoice = (choice: ToolChoice | undefined): unknown =>
  typeof choice === "object" ? { type: "function", name: choice.name } : choice;

function writeReasoning({ model, reasoning }: Conversation): Json | undefined {
  const effort = effortFor(model, reasoning);
  // Whoever counts thoughts speaks a dialect in which they are told without being asked for.
  const isTold = reasoning?.isTold ?? reasoning?.budgetTokens !== undefined;
  const summary = isTold && effort !== "none" ? "auto" : undefined;
  return effort === undefined && summary === undefined ? undefined : defined({ effort, summary });
}

/** Whether the model thinks, and its thoughts can come encrypted: others refuse the question for them. */
function thinks({ model, reasoning }: Conversation): boolean {
  if (reasoning !== undefined) return reasoning.effort !== "none";
  return traitsOf(model).hasOwnTemperature && !model.includes("-chat");
}

function writeFormat(format: AnswerFormat): Json {
  if (format.type === "json") return { type: "json_object" };
  const { name, description, schema, strict } = format;
  return defined({ type: "json_schema", name, description, schema, strict });
}
