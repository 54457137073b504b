import {
  BadPrompt,
  type CacheMark,
  type MediaPart,
  type Part,
  type TextPart,
  type ToolResultPart,
} from "../conversation.ts";
import {
  defined,
  isObject,
  type Json,
  listAt,
  objectAt,
  optionalBoolean,
  optionalString,
  stringAt,
} from "../reading.ts";

/** A cache mark of a block or a tool. */
export function readCacheMark({ cache_control: mark }: Json): CacheMark | undefined {
  if (!isObject(mark)) return undefined;
  return mark.ttl === "5m" || mark.ttl === "1h" ? { ttl: mark.ttl } : {};
}

/** Reads what a message or the system prompt holds: a text or blocks. @throws BadPrompt */
export function readBlocks(content: unknown, path: string): Part[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return listAt(content, path).flatMap((item, index) =>
    readBlock(objectAt(item, `${path}[${index}]`), `${path}[${index}]`),
  );
}

function readBlock(block: Json, path: string): Part[] {
  switch (block.type) {
    case "thinking":
      return [
        defined<Part>({
          type: "thinking",
          text: stringAt(block.thinking, `${path}.thinking`),
          signature: optionalString(block.signature, `${path}.signature`) || undefined,
        }),
      ];
    case "redacted_thinking":
      return [{ type: "thinking", text: "", redacted: stringAt(block.data, `${path}.data`) }];
    case "tool_use":
      return [
        defined<Part>({
          type: "tool_call",
          id: stringAt(block.id, `${path}.id`),
          name: stringAt(block.name, `${path}.name`),
          arguments: JSON.stringify(block.input ?? {}),
          cache: readCacheMark(block),
        }),
      ];
    case "tool_result":
      return [readToolResult(block, path)];
    default:
      return readContent(block, path);
  }
}

function readToolResult(block: Json, path: string): ToolResultPart {
  const { content } = block;
  const items = content === undefined || content === null ? [] : content;
  const parts: (TextPart | MediaPart)[] =
    typeof items === "string"
      ? [{ type: "text", text: items }]
      : listAt(items, `${path}.content`).flatMap((item, index) => {
          const at = `${path}.content[${index}]`;
          return readContent(objectAt(item, at), at);
        });
  return defined<ToolResultPart>({
    type: "tool_result",
    callId: stringAt(block.tool_use_id, `${path}.tool_use_id`),
    parts,
    isError: optionalBoolean(block.is_error, `${path}.is_error`) || undefined,
    cache: readCacheMark(block),
  });
}

/** What a message may hold as well as the result of a tool. */
function readContent(block: Json, path: string): (TextPart | MediaPart)[] {
  switch (block.type) {
    case "text":
      return [
        defined<TextPart>({ type: "text", text: stringAt(block.text, `${path}.text`), cache: readCacheMark(block) }),
      ];
    case "image":
      return [
        defined<MediaPart>({
          type: "image",
          source: readSource(block.source, `${path}.source`),
          cache: readCacheMark(block),
        }),
      ];
    case "document":
      return readDocument(block, path);
    case "search_result":
      return [readSearchResult(block, path)];
    default:
      throw new BadPrompt(
        `${path}.type`,
        `A block of type ${String(block.type).slice(0, 64)} cannot be translated for the provider of this model.`,
      );
  }
}

function readSource(value: unknown, path: string): MediaPart["source"] {
  const source = objectAt(value, path);
  switch (source.type) {
    case "base64":
      return {
        mediaType: stringAt(source.media_type, `${path}.media_type`),
        base64: stringAt(source.data, `${path}.data`),
      };
    case "url":
      return { url: stringAt(source.url, `${path}.url`) };
    case "text":
      return plainText(stringAt(source.data, `${path}.data`));
    case "content":
      return plainText(textsIn(source.content, `${path}.content`));
    default:
      throw new BadPrompt(`${path}.type`, "What was uploaded to one provider is unknown to another. Send its bytes.");
  }
}

const plainText = (text: string): MediaPart["source"] => ({
  mediaType: "text/plain",
  base64: Buffer.from(text).toString("base64"),
});

function textsIn(content: unknown, path: string): string {
  if (typeof content === "string") return content;
  return listAt(content, path)
    .map((item, index) => stringAt(objectAt(item, `${path}[${index}]`).text, `${path}[${index}].text`))
    .join("\n\n");
}

/** What is said of a document stands before it, where no other dialect has a field for it. */
function readDocument(block: Json, path: string): (TextPart | MediaPart)[] {
  if (isObject(block.citations) && block.citations.enabled === true) {
    throw new BadPrompt(
      `${path}.citations`,
      "Citations cannot be had from the provider of this model. Leave them out.",
    );
  }
  const context = optionalString(block.context, `${path}.context`);
  const file = defined<MediaPart>({
    type: "file",
    source: readSource(block.source, `${path}.source`),
    name: optionalString(block.title, `${path}.title`),
    cache: readCacheMark(block),
  });
  return context === undefined ? [file] : [{ type: "text", text: context }, file];
}

function readSearchResult(block: Json, path: string): TextPart {
  const title = stringAt(block.title, `${path}.title`);
  const source = stringAt(block.source, `${path}.source`);
  const text = `${title}\n${source}\n\n${textsIn(block.content, `${path}.content`)}`;
  return defined<TextPart>({ type: "text", text, cache: readCacheMark(block) });
}
