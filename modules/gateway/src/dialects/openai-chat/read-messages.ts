import {
  BadPrompt,
  type CacheMark,
  type Conversation,
  type MediaPart,
  type Message,
  type Part,
  type TextPart,
  type ThinkingPart,
  type ToolCallPart,
  type ToolResultPart,
} from "../conversation.ts";
import { sourceOfAddress } from "../media.ts";
import {
  defined,
  isObject,
  type Json,
  listAt,
  listIn,
  objectAt,
  objectIn,
  optionalString,
  stringAt,
  textIn,
} from "../reading.ts";

/** Reads the messages of a request; `name` is left out. @throws BadPrompt */
export function readMessages(items: unknown[]): Pick<Conversation, "system" | "messages"> {
  if (items.length === 0) throw new BadPrompt("messages", "messages must hold at least one message.");
  const system: TextPart[] = [];
  const messages: Message[] = [];
  for (const [index, item] of items.entries()) {
    const path = `messages[${index}]`;
    const message = objectAt(item, path);
    switch (message.role) {
      case "system":
      case "developer":
        system.push(...readTexts(message, path));
        break;
      case "user":
        messages.push({ role: "user", parts: readUserParts(message.content, `${path}.content`) });
        break;
      case "assistant":
        messages.push({ role: "assistant", parts: readAssistantParts(message, path) });
        break;
      case "tool":
        addToolResult(messages, readToolResult(message, path));
        break;
      case "function":
        throw new BadPrompt(
          `${path}.role`,
          "Messages of role function are of the past. Send role tool with tool_call_id.",
        );
      default:
        throw new BadPrompt(`${path}.role`, `${path}.role must be system, developer, user, assistant or tool.`);
    }
  }
  return { system, messages };
}

/** Results that follow each other answer one turn of the model, so they are one message. */
function addToolResult(messages: Message[], result: ToolResultPart): void {
  const last = messages.at(-1);
  if (last?.role === "user" && last.parts.every(({ type }) => type === "tool_result")) last.parts.push(result);
  else messages.push({ role: "user", parts: [result] });
}

/**
 * A cache mark as OpenAI writes it (`prompt_cache_breakpoint`), and as OpenRouter and LiteLLM took it over from Anthropic
 * (`cache_control`). What OpenAI keeps for half a day is kept for an hour elsewhere.
 */
export function readCacheMark(item: Json): CacheMark | undefined {
  if (isObject(item.cache_control)) {
    const { ttl } = item.cache_control;
    return ttl === "5m" || ttl === "1h" ? { ttl } : {};
  }
  if (!isObject(item.prompt_cache_breakpoint)) return undefined;
  return item.prompt_cache_breakpoint.ttl === undefined ? {} : { ttl: "1h" };
}

function readTexts(message: Json, path: string): TextPart[] {
  const { content } = message;
  if (typeof content === "string")
    return [defined<TextPart>({ type: "text", text: content, cache: readCacheMark(message) })];
  return listAt(content, `${path}.content`).map((item, index) => {
    const at = `${path}.content[${index}]`;
    const part = objectAt(item, at);
    if (part.type !== "text") throw new BadPrompt(`${at}.type`, `${at}.type must be text.`);
    return readText(part, at);
  });
}

const readText = (part: Json, path: string): TextPart =>
  defined<TextPart>({ type: "text", text: stringAt(part.text, `${path}.text`), cache: readCacheMark(part) });

function readUserParts(content: unknown, path: string): Part[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return listAt(content, path).map((item, index) => {
    const at = `${path}[${index}]`;
    const part = objectAt(item, at);
    switch (part.type) {
      case "text":
        return readText(part, at);
      case "image_url":
        return readImage(part, at);
      case "file":
        return readFile(part, at);
      default:
        throw new BadPrompt(
          `${at}.type`,
          "Only parts of type text, image_url and file can be translated for the provider.",
        );
    }
  });
}

function readImage(part: Json, path: string): MediaPart {
  // Some clients send the address itself where OpenAI wants an object.
  const image =
    typeof part.image_url === "string" ? { url: part.image_url } : objectAt(part.image_url, `${path}.image_url`);
  const url = stringAt(image.url, `${path}.image_url.url`);
  if (!/^(https?|data):/i.test(url)) {
    throw new BadPrompt(`${path}.image_url.url`, `${path}.image_url.url must be an http, https or data address.`);
  }
  const detail = image.detail === "original" ? "high" : image.detail;
  return defined<MediaPart>({
    type: "image",
    source: sourceOfAddress(url),
    detail: detail === "auto" || detail === "low" || detail === "high" ? detail : undefined,
    cache: readCacheMark(part),
  });
}

function readFile(part: Json, path: string): MediaPart {
  const file = objectAt(part.file, `${path}.file`);
  if (file.file_data === undefined || file.file_data === null) {
    throw new BadPrompt(
      `${path}.file`,
      "A file that was uploaded to one provider is unknown to another. Send file_data.",
    );
  }
  const data = stringAt(file.file_data, `${path}.file.file_data`);
  return defined<MediaPart>({
    type: "file",
    source: /^(https?|data):/i.test(data) ? sourceOfAddress(data) : { mediaType: "application/pdf", base64: data },
    name: optionalString(file.filename, `${path}.file.filename`),
    cache: readCacheMark(part),
  });
}

function readAssistantParts(message: Json, path: string): Part[] {
  if (message.function_call !== undefined && message.function_call !== null) {
    throw new BadPrompt(`${path}.function_call`, "function_call is of the past. Send tool_calls.");
  }
  if (message.audio !== undefined && message.audio !== null) {
    throw new BadPrompt(`${path}.audio`, "An answer in sound cannot be translated for the provider of this model.");
  }
  const refusal = optionalString(message.refusal, `${path}.refusal`);
  const calls = message.tool_calls === undefined || message.tool_calls === null ? [] : message.tool_calls;
  return [
    ...readThoughts(message),
    ...readAnswerTexts(message.content, `${path}.content`),
    ...(refusal ? [{ type: "text" as const, text: refusal }] : []),
    ...listAt(calls, `${path}.tool_calls`).map((item, index) => readToolCall(item, `${path}.tool_calls[${index}]`)),
  ];
}

/** What the model thought, as providers send it beside OpenAI's own fields; `reasoning_details` is OpenRouter's. */
export function readThoughts(message: Json): ThinkingPart[] {
  const details = listIn(message.reasoning_details).map(objectIn);
  const kept = details.flatMap((detail): ThinkingPart[] => {
    if (detail.type === "reasoning.encrypted" && textIn(detail.data) !== "") {
      return [{ type: "thinking", text: "", redacted: textIn(detail.data) }];
    }
    const signature = textIn(detail.signature);
    if (detail.type !== "reasoning.text" || signature === "") return [];
    return [{ type: "thinking", text: textIn(detail.text), signature }];
  });
  if (kept.length > 0) return kept;
  const text = textIn(message.reasoning_content) || textIn(message.reasoning);
  return text === "" ? [] : [{ type: "thinking", text }];
}

function readAnswerTexts(content: unknown, path: string): Part[] {
  if (content === undefined || content === null || content === "") return [];
  if (typeof content === "string") return [{ type: "text", text: content }];
  return listAt(content, path).map((item, index) => {
    const at = `${path}[${index}]`;
    const part = objectAt(item, at);
    if (part.type === "text") return readText(part, at);
    if (part.type === "refusal") return { type: "text", text: stringAt(part.refusal, `${at}.refusal`) };
    throw new BadPrompt(`${at}.type`, `${at}.type must be text or refusal.`);
  });
}

function readToolCall(item: unknown, path: string): ToolCallPart {
  const call = objectAt(item, path);
  if (call.type !== undefined && call.type !== "function") {
    throw new BadPrompt(
      `${path}.type`,
      "Only tool calls of type function can be translated for the provider of this model.",
    );
  }
  const called = objectAt(call.function, `${path}.function`);
  return {
    type: "tool_call",
    id: stringAt(call.id, `${path}.id`),
    name: stringAt(called.name, `${path}.function.name`),
    arguments: stringAt(called.arguments ?? "{}", `${path}.function.arguments`),
  };
}

function readToolResult(message: Json, path: string): ToolResultPart {
  const { content } = message;
  return defined<ToolResultPart>({
    type: "tool_result",
    callId: stringAt(message.tool_call_id, `${path}.tool_call_id`),
    // Pictures are not OpenAI's own here, yet several providers take them.
    parts: (content === null || content === undefined ? [] : readUserParts(content, `${path}.content`)) as (
      | TextPart
      | MediaPart
    )[],
    cache: readCacheMark(message),
  });
}
