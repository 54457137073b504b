import type {
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  DocumentFormat,
  ImageBlock,
  ImageFormat,
  Message,
  SystemContentBlock,
  Tool,
  ToolConfiguration,
  ToolResultBlock,
} from "@aws-sdk/client-bedrock-runtime";
import { thinkingFor, traitsOf } from "../../dialects/anthropic/models.ts";
import {
  BadPrompt,
  type CacheMark,
  type Conversation,
  type MediaPart,
  type Part,
} from "../../dialects/conversation.ts";
import { defined, isObject, parseJson } from "../../dialects/reading.ts";
import { bareSignature } from "../../dialects/signatures.ts";

type Document = NonNullable<ConverseRequest["additionalModelRequestFields"]>;

/** Room for an answer with its thoughts, of which those are taken that the caller did not count. */
const DEFAULT_MAX_TOKENS = 16_384;

const JSON_INSTRUCTION = "Answer with one JSON object and nothing else: no words around it and no code fence.";

/**
 * The request of `Converse` and `ConverseStream`. Left out: `seed` and penalties, and that calls of tools come one by one,
 * for which it has no words.
 * @throws BadPrompt
 */
export function writeConversation(conversation: Conversation): ConverseRequest {
  const { model, messages, maxOutputTokens, stop, format } = conversation;
  const isClaude = model.includes("claude");
  const marks = isClaude || model.includes("nova");
  const isFree = !isClaude || traitsOf(model).takesSampling;
  const sampling = isFree ? { temperature: conversation.temperature, topP: conversation.topP } : {};
  const inference = defined({ maxTokens: maxOutputTokens, ...sampling, stopSequences: stop });
  const outputConfig =
    format?.type === "json_schema"
      ? ({ textFormat: writeFormat(format) } as ConverseRequest["outputConfig"])
      : undefined;
  return defined<ConverseRequest>({
    modelId: model,
    system: writeSystem(conversation, marks),
    messages: writeMessages(messages, marks),
    toolConfig: writeTools(conversation, marks),
    inferenceConfig: Object.keys(inference).length === 0 ? undefined : inference,
    outputConfig,
    additionalModelRequestFields: writeOwnFields(conversation, isClaude),
  });
}

/** What each maker's models take beside what all take. */
function writeOwnFields(conversation: Conversation, isClaude: boolean): Document | undefined {
  const { model, reasoning, topK, maxOutputTokens = DEFAULT_MAX_TOKENS } = conversation;
  const fields: Record<string, unknown> = {};
  if (isClaude) {
    const { thinking, effort } = thinkingFor(conversation, maxOutputTokens);
    if (thinking !== undefined) fields.thinking = thinking;
    if (effort !== undefined) fields.output_config = { effort };
    if (topK !== undefined && traitsOf(model).takesSampling && thinking?.type !== "enabled") fields.top_k = topK;
  } else if (model.includes("gpt-oss") && reasoning?.effort !== undefined) {
    const { effort } = reasoning;
    fields.reasoning_effort =
      effort === "medium" ? "medium" : effort === "none" || effort === "minimal" ? "low" : effort;
    if (effort === "xhigh" || effort === "max") fields.reasoning_effort = "high";
  }
  return Object.keys(fields).length === 0 ? undefined : (fields as Document);
}

const writeFormat = ({ name, description, schema }: Extract<Conversation["format"], { type: "json_schema" }>) => ({
  type: "json_schema" as const,
  structure: { jsonSchema: defined({ name, description, schema: JSON.stringify(schema) }) },
});

const cachePoint = (cache: CacheMark | undefined, marks: boolean): { cachePoint: { type: "default" } }[] =>
  cache === undefined || !marks ? [] : [{ cachePoint: { type: "default", ...cache } }];

function writeSystem({ system, format }: Conversation, marks: boolean): SystemContentBlock[] | undefined {
  const blocks = system
    .filter(({ text }) => text.trim() !== "")
    .flatMap(({ text, cache }): SystemContentBlock[] => [{ text }, ...cachePoint(cache, marks)]);
  if (format?.type === "json") blocks.push({ text: JSON_INSTRUCTION });
  return blocks.length === 0 ? undefined : blocks;
}

/** Sides take turns here: what one of them says in several messages is one. */
function writeMessages(messages: Conversation["messages"], marks: boolean): Message[] {
  const written: { role: "user" | "assistant"; content: ContentBlock[] }[] = [];
  for (const [index, { role, parts }] of messages.entries()) {
    const content = parts.flatMap((part) => writePart(part, `messages[${index}]`, marks));
    if (content.length === 0) continue;
    const last = written.at(-1);
    if (last?.role === role) last.content.push(...content);
    else written.push({ role, content });
  }
  return written;
}

function writePart(part: Part, path: string, marks: boolean): ContentBlock[] {
  if (part.type === "thinking") return writeThought(part);
  const after = cachePoint(part.cache, marks) as ContentBlock[];
  switch (part.type) {
    case "text":
      return part.text.trim() === "" ? [] : [{ text: part.text }, ...after];
    case "image":
      return [{ image: writeImage(part, path) }, ...after];
    case "file":
      return [{ document: writeDocument(part, path) }, ...after];
    case "tool_call": {
      const parsed = parseJson(part.arguments);
      const input = isObject(parsed) ? parsed : part.arguments.trim() === "" ? {} : { arguments: part.arguments };
      return [{ toolUse: { toolUseId: toolUseId(part.id), name: part.name, input: input as Document } }, ...after];
    }
    case "tool_result": {
      const content = part.parts.flatMap((each): NonNullable<ToolResultBlock["content"]> => {
        if (each.type === "text") return each.text === "" ? [] : [{ text: each.text }];
        return [each.type === "image" ? { image: writeImage(each, path) } : { document: writeDocument(each, path) }];
      });
      const toolResult: ToolResultBlock = {
        toolUseId: toolUseId(part.callId),
        content: content.length === 0 ? [{ text: "(no output)" }] : content,
        // Some models refuse the field, so it is said where it says something.
        ...(part.isError && { status: "error" }),
      };
      return [{ toolResult }, ...after];
    }
  }
}

/** Thoughts go back to those who signed them: of Bedrock's models that is Claude. */
function writeThought(part: Extract<Part, { type: "thinking" }>): ContentBlock[] {
  if (part.redacted !== undefined) {
    return [{ reasoningContent: { redactedContent: Buffer.from(part.redacted, "base64") } }];
  }
  const signature = bareSignature(part.signature);
  return signature === undefined ? [] : [{ reasoningContent: { reasoningText: { text: part.text, signature } } }];
}

/** Ids of other providers may hold what is refused here. */
const toolUseId = (id: string): string => id.replaceAll(/[^\w.:-]/g, "_").slice(-64);

const IMAGES: readonly ImageFormat[] = ["gif", "jpeg", "png", "webp"];

function writeImage({ source }: MediaPart, path: string): ImageBlock {
  if ("url" in source) throw withoutBytes(path);
  const format = IMAGES.find((each) => source.mediaType.toLowerCase() === `image/${each}`);
  if (format === undefined) {
    throw new BadPrompt(
      path,
      `This model's provider takes no image of type ${source.mediaType}: send PNG, JPEG, GIF or WebP.`,
    );
  }
  return { format, source: { bytes: Buffer.from(source.base64, "base64") } };
}

const DOCUMENTS: Readonly<Record<string, DocumentFormat>> = {
  "application/msword": "doc",
  "application/pdf": "pdf",
  "application/vnd.ms-excel": "xls",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "text/csv": "csv",
  "text/html": "html",
  "text/markdown": "md",
  "text/plain": "txt",
};

function writeDocument({ source, name = "" }: MediaPart, path: string): DocumentBlock {
  if ("url" in source) throw withoutBytes(path);
  const format = DOCUMENTS[source.mediaType.toLowerCase()];
  if (format === undefined) {
    throw new BadPrompt(path, `This model's provider takes no document of type ${source.mediaType}.`);
  }
  // Names may hold no more than these signs, and no two spaces in a row.
  const plain = name
    .replaceAll(/[^\p{L}\p{N}\s()[\]-]/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return {
    format,
    name: plain === "" ? "document" : plain.slice(0, 200),
    source: { bytes: Buffer.from(source.base64, "base64") },
  };
}

const withoutBytes = (path: string): BadPrompt =>
  new BadPrompt(
    path,
    "This model's provider fetches nothing: send the bytes of images and files instead of their address.",
  );

/** A history with calls of tools is refused without tools: those that it names stand in for them. */
function writeTools({ tools, toolChoice, messages }: Conversation, marks: boolean): ToolConfiguration | undefined {
  const called = new Set(
    messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === "tool_call" ? [part.name] : []))),
  );
  if (toolChoice === "none" && called.size === 0) return undefined;
  if (toolChoice === "none" && tools.length > 0) {
    throw new BadPrompt("tool_choice", "This model's provider cannot be kept from calling tools. Leave the tools out.");
  }
  const written: Tool[] = tools.flatMap((tool) => [
    {
      toolSpec: defined({
        name: tool.name,
        description: tool.description || undefined,
        inputSchema: { json: tool.parameters as Document },
        strict: tool.strict || undefined,
      }),
    },
    ...cachePoint(tool.cache, marks),
  ]);
  if (tools.length === 0) {
    for (const name of called) written.push({ toolSpec: { name, inputSchema: { json: { type: "object" } } } });
  }
  if (written.length === 0) return undefined;
  if (toolChoice === undefined || toolChoice === "none") return { tools: written };
  if (typeof toolChoice === "object") return { tools: written, toolChoice: { tool: { name: toolChoice.name } } };
  return { tools: written, toolChoice: toolChoice === "required" ? { any: {} } : { auto: {} } };
}
