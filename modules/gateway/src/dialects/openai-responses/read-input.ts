import {
  BadPrompt,
  type CacheMark,
  type MediaPart,
  type Message,
  type Part,
  type TextPart,
  type ToolResultPart,
} from "../conversation.ts";
import { sourceOfAddress } from "../media.ts";
import { defined, type Json, listAt, objectAt, optionalString, stringAt } from "../reading.ts";
import { readThought } from "./thoughts.ts";

/** What stands in `input`: instructions, and messages in which items of one side that follow each other are one. */
interface Input {
  system: TextPart[];
  messages: Message[];
}

/** Reads `input`: a text, or items. @throws BadPrompt */
export function readInput(input: unknown): Input {
  const read: Input = { system: [], messages: [] };
  if (input === undefined || input === null) return read;
  if (typeof input === "string") {
    read.messages.push({ role: "user", parts: [{ type: "text", text: input }] });
    return read;
  }
  for (const [index, value] of listAt(input, "input").entries()) {
    const path = `input[${index}]`;
    readItem(objectAt(value, path), path, read);
  }
  return read;
}

function readItem(item: Json, path: string, { system, messages }: Input): void {
  const type = item.type ?? (item.role === undefined ? "item_reference" : "message");
  switch (type) {
    case "message": {
      const { role } = item;
      if (role === "system" || role === "developer") system.push(...readInstructions(item.content, `${path}.content`));
      else if (role === "user" || role === "assistant")
        append(messages, role, readContent(item.content, `${path}.content`));
      else throw new BadPrompt(`${path}.role`, `${path}.role must be user, assistant, system or developer.`);
      return;
    }
    case "function_call":
      append(messages, "assistant", [
        {
          type: "tool_call",
          id: stringAt(item.call_id, `${path}.call_id`),
          name: stringAt(item.name, `${path}.name`),
          arguments: stringAt(item.arguments, `${path}.arguments`),
        },
      ]);
      return;
    case "function_call_output":
      append(messages, "user", [readResult(item, path)]);
      return;
    case "reasoning":
      append(messages, "assistant", [readThought(item)]);
      return;
    case "item_reference":
      throw new BadPrompt(path, "This model's provider keeps no items: send the item itself instead of its id.");
    default:
      throw new BadPrompt(`${path}.type`, `An item of type ${String(type)} means nothing to this model's provider.`);
  }
}

/** A turn may be spelled as many items; elsewhere it is one message. */
function append(messages: Message[], role: Message["role"], parts: Part[]): void {
  const last = messages.at(-1);
  if (last?.role === role) last.parts.push(...parts);
  else messages.push({ role, parts });
}

function readInstructions(content: unknown, path: string): TextPart[] {
  return readContent(content, path).map((part, index) => {
    if (part.type === "text") return part;
    throw new BadPrompt(`${path}[${index}].type`, "Instructions are text: put images and files into a user's message.");
  });
}

function readContent(content: unknown, path: string): (TextPart | MediaPart)[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return listAt(content, path).map((value, index) => {
    const at = `${path}[${index}]`;
    return readPart(objectAt(value, at), at);
  });
}

function readResult(item: Json, path: string): ToolResultPart {
  const callId = stringAt(item.call_id, `${path}.call_id`);
  return { type: "tool_result", callId, parts: readContent(item.output, `${path}.output`) };
}

function readPart(part: Json, path: string): TextPart | MediaPart {
  const cache = readCacheMark(part.prompt_cache_breakpoint);
  switch (part.type) {
    case "input_text":
    case "output_text":
    case "text":
      return defined({ type: "text", text: stringAt(part.text, `${path}.text`), cache });
    case "refusal":
      return defined({ type: "text", text: stringAt(part.refusal, `${path}.refusal`), cache });
    case "input_image": {
      const url = optionalString(part.image_url, `${path}.image_url`);
      if (url === undefined) throw withoutFile(`${path}.file_id`);
      // `original` is the highest that there is elsewhere.
      const detail = part.detail === "original" ? "high" : part.detail;
      return defined({
        type: "image",
        source: sourceOfAddress(url),
        detail: detail === "auto" || detail === "low" || detail === "high" ? detail : undefined,
        cache,
      });
    }
    case "input_file": {
      const name = optionalString(part.filename, `${path}.filename`);
      const bytes = optionalString(part.file_data, `${path}.file_data`);
      const url = optionalString(part.file_url, `${path}.file_url`);
      if (bytes === undefined && url === undefined) throw withoutFile(`${path}.file_id`);
      const source = bytes === undefined ? { url: url ?? "" } : readBytes(bytes);
      return defined({ type: "file", source, name, cache });
    }
    default:
      throw new BadPrompt(
        `${path}.type`,
        `Content of type ${String(part.type)} means nothing to this model's provider.`,
      );
  }
}

const withoutFile = (path: string): BadPrompt =>
  new BadPrompt(path, "This model's provider keeps no files: send its bytes or its address instead of its id.");

/** OpenAI takes a file's bytes as a data URL, and without its beginning as a PDF. */
function readBytes(bytes: string): MediaPart["source"] {
  return bytes.startsWith("data:") ? sourceOfAddress(bytes) : { mediaType: "application/pdf", base64: bytes };
}

/** Their shortest times are longer than an hour; the longest that others know is that. */
function readCacheMark(value: unknown): CacheMark | undefined {
  if (value === undefined || value === null) return undefined;
  const { ttl } = objectAt(value, "prompt_cache_breakpoint");
  return ttl === undefined ? {} : { ttl: "1h" };
}
