import {
  BadPrompt,
  type CacheMark,
  type MediaPart,
  type Message,
  type Part,
  type TextPart,
  type ThinkingPart,
  type ToolResultPart,
} from "../conversation.ts";
import { defined, isObject, type Json, parseJson } from "../reading.ts";
import { bareSignature } from "../signatures.ts";

/**
 * The messages: those of one role that follow each other are one, results of tools lead a user's turn, and empty texts,
 * which the dialect refuses, are left out. Thoughts without a signature are another provider's, and are left out as well.
 * @throws BadPrompt
 */
export function writeMessages(messages: readonly Message[]): Json[] {
  const turns: { role: Message["role"]; content: Json[] }[] = [];
  for (const [index, { role, parts }] of messages.entries()) {
    const content = parts.flatMap((part, at) => writePart(part, `messages[${index}].parts[${at}]`));
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) turns.push({ role, content });
  }
  if (turns.length === 0)
    throw new BadPrompt("messages", "The provider of this model wants a message besides the system's.");
  return turns.map(({ role, content }) => ({ role, content: role === "user" ? resultsFirst(content) : content }));
}

/** A cache mark as it stands at a block or a tool. */
export const writeCacheMark = (cache: CacheMark | undefined): Json | undefined =>
  cache === undefined ? undefined : { type: "ephemeral", ...cache };

const resultsFirst = (content: readonly Json[]): Json[] => [
  ...content.filter(({ type }) => type === "tool_result"),
  ...content.filter(({ type }) => type !== "tool_result"),
];

function writePart(part: Part, path: string): Json[] {
  switch (part.type) {
    case "text":
      return writeText(part);
    case "image":
    case "file":
      return [writeMedia(part, path)];
    case "thinking":
      return writeThought(part);
    case "tool_call":
      return [
        defined({
          type: "tool_use",
          id: writeId(part.id),
          name: part.name,
          input: readArguments(part.arguments),
          cache_control: writeCacheMark(part.cache),
        }),
      ];
    case "tool_result":
      return [writeResult(part, path)];
  }
}

function writeThought({ text, signature, redacted }: ThinkingPart): Json[] {
  if (redacted !== undefined) return [{ type: "redacted_thinking", data: redacted }];
  const own = bareSignature(signature);
  return own === undefined ? [] : [{ type: "thinking", thinking: text, signature: own }];
}

const writeText = ({ text, cache }: TextPart): Json[] =>
  text.trim() === "" ? [] : [defined({ type: "text", text, cache_control: writeCacheMark(cache) })];

/** Ids are letters, digits, `_` and `-` here; others write `functions.search:0`. The result's id changes with the call's. */
const writeId = (id: string): string => id.replace(/[^a-zA-Z0-9_-]/g, "_") || "_";

/** The input of a tool is an object here: what a model wrote badly is passed on as it is, so that it can see its mistake. */
function readArguments(text: string): Json {
  if (text.trim() === "") return {};
  const value = parseJson(text);
  return isObject(value) ? value : { arguments: text };
}

function writeResult({ callId, parts, isError, cache }: ToolResultPart, path: string): Json {
  const content = parts.flatMap((part) => (part.type === "text" ? writeText(part) : [writeMedia(part, path)]));
  return defined({
    type: "tool_result",
    tool_use_id: writeId(callId),
    content: content.length === 0 ? undefined : content,
    is_error: isError,
    cache_control: writeCacheMark(cache),
  });
}

function writeMedia({ type, source, name, cache }: MediaPart, path: string): Json {
  const mark = writeCacheMark(cache);
  const isImage = type === "image" || ("mediaType" in source && source.mediaType.startsWith("image/"));
  if ("url" in source) {
    const written = { type: "url", url: source.url };
    return isImage
      ? defined({ type: "image", source: written, cache_control: mark })
      : defined({ type: "document", source: written, title: name, cache_control: mark });
  }
  const { mediaType, base64 } = source;
  if (isImage) {
    return defined({
      type: "image",
      source: { type: "base64", media_type: mediaType === "image/jpg" ? "image/jpeg" : mediaType, data: base64 },
      cache_control: mark,
    });
  }
  return defined({
    type: "document",
    source: writeDocument(mediaType, base64, path),
    title: name,
    cache_control: mark,
  });
}

function writeDocument(mediaType: string, base64: string, path: string): Json {
  if (mediaType === "application/pdf") return { type: "base64", media_type: mediaType, data: base64 };
  if (mediaType.startsWith("text/") || mediaType === "application/json") {
    return { type: "text", media_type: "text/plain", data: Buffer.from(base64, "base64").toString("utf8") };
  }
  throw new BadPrompt(path, "The provider of this model takes files of PDF and text.");
}
