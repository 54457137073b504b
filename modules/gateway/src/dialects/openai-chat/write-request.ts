import { createHash } from "node:crypto";
import {
  type AnswerFormat,
  BadPrompt,
  type Conversation,
  type MediaPart,
  type Message,
  type Part,
  type TextPart,
  type ThinkingPart,
  type Tool,
  type ToolChoice,
  type ToolResultPart,
} from "../conversation.ts";
import { addressOfSource } from "../media.ts";
import { defined, type Json } from "../reading.ts";
import { ownSignature } from "../signatures.ts";
import { effortFor, type ModelTraits, traitsOf } from "./models.ts";
import { writeThoughtDetail } from "./write-answer.ts";

/**
 * The body of a request. Left out, since providers of this dialect refuse fields that they do not know: cache marks (OpenAI
 * and most others cache by themselves), the user's name but for OpenAI's own models, and a temperature for models that have
 * their own.
 * @throws BadPrompt
 */
export function writeRequest(conversation: Conversation): Json {
  const { model, tools } = conversation;
  const traits = traitsOf(model);
  const limit = conversation.maxOutputTokens;
  return defined({
    model,
    messages: writeMessages(conversation, traits),
    tools: tools.length === 0 ? undefined : tools.map(writeTool),
    tool_choice: tools.length === 0 ? undefined : writeToolChoice(conversation.toolChoice),
    parallel_tool_calls: tools.length === 0 ? undefined : conversation.parallelToolCalls,
    ...(traits.isOpenai ? { max_completion_tokens: limit } : { max_tokens: limit }),
    temperature: traits.hasOwnTemperature ? undefined : conversation.temperature,
    top_p: traits.hasOwnTemperature ? undefined : conversation.topP,
    // OpenAI has none, and refuses it.
    top_k: traits.isOpenai ? undefined : conversation.topK,
    stop: conversation.stop,
    seed: conversation.seed,
    presence_penalty: conversation.presencePenalty,
    frequency_penalty: conversation.frequencyPenalty,
    reasoning_effort: effortFor(model, conversation.reasoning),
    response_format: writeFormat(conversation.format),
    safety_identifier: traits.isOpenai ? shortIdentifier(conversation.user) : undefined,
    ...(conversation.stream && { stream: true, stream_options: { include_usage: true } }),
  });
}

/** OpenAI takes 64 characters: a longer name is told by its SHA-256, which is as good for telling users apart. */
const shortIdentifier = (user: string | undefined): string | undefined =>
  user === undefined || user.length <= 64 ? user : createHash("sha256").update(user).digest("hex");

const writeTool = ({ name, description, parameters, strict }: Tool): Json => ({
  type: "function",
  function: defined({ name, description, parameters, strict }),
});

const writeToolChoice = (choice: ToolChoice | undefined): unknown =>
  typeof choice === "object" ? { type: "function", function: { name: choice.name } } : choice;

function writeFormat(format: AnswerFormat | undefined): Json | undefined {
  if (format === undefined) return undefined;
  if (format.type === "json") return { type: "json_object" };
  const { name, description, schema, strict } = format;
  return { type: "json_schema", json_schema: defined({ name, description, schema, strict }) };
}

function writeMessages({ system, messages }: Conversation, traits: ModelTraits): Json[] {
  const written: Json[] = system.map(({ text }) => ({ role: "system", content: text }));
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    if (message.role === "assistant") written.push(writeAssistant(message, traits, path));
    else written.push(...writeUser(message, path));
  }
  return written;
}

function writeAssistant({ parts }: Message, traits: ModelTraits, path: string): Json {
  const texts: string[] = [];
  const calls: Json[] = [];
  const thoughts = parts.filter((part) => part.type === "thinking");
  for (const [index, part] of parts.entries()) {
    if (part.type === "text") texts.push(part.text);
    else if (part.type === "tool_call") {
      calls.push({ id: part.id, type: "function", function: { name: part.name, arguments: part.arguments || "{}" } });
    } else if (part.type !== "thinking") {
      throw new BadPrompt(
        `${path}.parts[${index}]`,
        "A picture or a file in an answer cannot be said to this provider.",
      );
    }
  }
  const reasoning = traits.wantsThoughts ? thoughts.map(({ text }) => text).join("") : "";
  const details = traits.signsThoughts ? thoughts.flatMap(writeOwnThought) : [];
  return {
    role: "assistant",
    content: texts.length === 0 ? (calls.length > 0 ? null : "") : texts.join(""),
    ...(reasoning !== "" && { reasoning_content: reasoning }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

const writeOwnThought = ({ text, signature }: ThinkingPart): Json[] => {
  const own = ownSignature("openai-chat", signature);
  return own === undefined ? [] : writeThoughtDetail({ type: "thinking", text, signature: own });
};

/** Results first, each a message of its own; then pictures that results hold, which this dialect has only of users. */
function writeUser({ parts }: Message, path: string): Json[] {
  const results = parts.filter((part) => part.type === "tool_result");
  const media = results.flatMap((result) => result.parts.filter((part) => part.type !== "text"));
  const others: Part[] = [...media, ...parts.filter((part) => part.type !== "tool_result")];
  const written = results.map(writeResult);
  const [only] = others;
  if (others.length === 1 && only?.type === "text") return [...written, { role: "user", content: only.text }];
  if (others.length > 0)
    return [...written, { role: "user", content: others.map((part) => writeUserPart(part, path)) }];
  return written.length > 0 ? written : [{ role: "user", content: "" }];
}

/** The dialect has no mark for a result that is an error, so its text says so. */
function writeResult({ callId, parts, isError }: ToolResultPart): Json {
  const text = parts
    .filter((part): part is TextPart => part.type === "text")
    .map((part) => part.text)
    .join("\n");
  const media = parts.some((part) => part.type !== "text") ? "The pictures and files of this result follow." : "";
  const content = [text, media].filter((line) => line !== "").join("\n");
  return {
    role: "tool",
    tool_call_id: callId,
    content: isError && !/error/i.test(text) ? `Error: ${content}` : content,
  };
}

function writeUserPart(part: Part, path: string): Json {
  if (part.type === "text") return { type: "text", text: part.text };
  if (part.type === "image") {
    return { type: "image_url", image_url: defined({ url: addressOfSource(part.source), detail: part.detail }) };
  }
  if (part.type === "file") return writeFile(part, path);
  throw new BadPrompt(path, "Thoughts and tool calls stand in answers, not in what a user says.");
}

function writeFile({ source, name }: MediaPart, path: string): Json {
  if ("url" in source) {
    throw new BadPrompt(path, "This provider takes files by their bytes alone, not by an address.");
  }
  // What is text anyway is read as text: providers of this dialect know few kinds of files but PDF.
  if (source.mediaType.startsWith("text/")) {
    const text = Buffer.from(source.base64, "base64").toString("utf8");
    return { type: "text", text: name === undefined ? text : `${name}\n\n${text}` };
  }
  return { type: "file", file: { filename: name ?? "file.pdf", file_data: addressOfSource(source) } };
}
