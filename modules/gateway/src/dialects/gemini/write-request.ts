import {
  BadPrompt,
  type Conversation,
  type MediaPart,
  type Message,
  type TextPart,
  type ToolResultPart,
} from "../conversation.ts";
import { defined, isObject, type Json, parseJson } from "../reading.ts";
import { ownSignature } from "../signatures.ts";
import { isThird, thinkingConfigFor } from "./models.ts";

/** What stands for a signature where a call was another model's: https://ai.google.dev/gemini-api/docs/thought-signatures */
const WITHOUT_SIGNATURE = "skip_thought_signature_validator";

/**
 * Writes the body of `generateContent` and `streamGenerateContent`; which of them, and the model, stand in the address. That
 * calls of tools come one by one cannot be said here, and is left out.
 * @throws BadPrompt
 */
export function writeConversation(conversation: Conversation): Json {
  const { model, system, messages, tools } = conversation;
  const names = new Map<string, string>();
  for (const part of messages.flatMap(({ parts }) => parts))
    if (part.type === "tool_call") names.set(part.id, part.name);
  return defined({
    systemInstruction: system.length === 0 ? undefined : { parts: system.map(({ text }) => ({ text })) },
    contents: messages
      .map((message, index) => writeContent(message, { model, names, path: `messages[${index}]` }))
      .filter(({ parts }) => parts.length > 0),
    tools: tools.length === 0 ? undefined : [{ functionDeclarations: tools.map(writeTool) }],
    toolConfig: writeToolConfig(conversation),
    generationConfig: writeGeneration(conversation),
  });
}

interface Context {
  model: string;
  /** Of calls of tools, by their ids: results say the name again. */
  names: ReadonlyMap<string, string>;
  path: string;
}

function writeContent({ role, parts }: Message, context: Context): { role: string; parts: Json[] } {
  const written: Json[] = [];
  let signature: string | undefined;
  let hasCall = false;
  for (const part of parts) {
    switch (part.type) {
      case "text":
        if (part.text !== "") written.push({ text: part.text });
        break;
      case "image":
      case "file":
        written.push(writeMedia(part));
        break;
      case "thinking":
        // What was thought is not sent back; the signature stands at the call that followed it.
        signature = ownSignature("gemini", part.signature) ?? signature;
        break;
      case "tool_call":
        // Of calls that were made together, the first one alone is signed.
        signature ??= isThird(context.model) && !hasCall ? WITHOUT_SIGNATURE : undefined;
        written.push(
          defined({
            functionCall: { id: part.id, name: part.name, args: readArguments(part.arguments) },
            thoughtSignature: signature,
          }),
        );
        hasCall = true;
        signature = undefined;
        break;
      case "tool_result":
        written.push(...writeResult(part, context));
        break;
    }
  }
  return { role: role === "assistant" ? "model" : "user", parts: written };
}

/** Arguments are an object here; what a model wrote instead is kept as a text in one. */
function readArguments(text: string): Json {
  if (text.trim() === "") return {};
  const parsed = parseJson(text);
  return isObject(parsed) ? parsed : { arguments: text };
}

function writeResult(result: ToolResultPart, { model, names, path }: Context): Json[] {
  const name = names.get(result.callId);
  if (name === undefined) {
    throw new BadPrompt(path, `The result of the call ${result.callId} stands without that call. Send both.`);
  }
  const text = result.parts.filter((part): part is TextPart => part.type === "text").map((part) => part.text);
  const media = result.parts.filter((part): part is MediaPart => part.type !== "text").map(writeMedia);
  const response = { [result.isError ? "error" : "output"]: text.join("\n") };
  const isWithin = isThird(model) && media.length > 0;
  const written = { functionResponse: { id: result.callId, name, response, ...(isWithin && { parts: media }) } };
  return isWithin ? [written] : [written, ...media];
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  gif: "image/gif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  pdf: "application/pdf",
  png: "image/png",
  webp: "image/webp",
};

function writeMedia({ source }: MediaPart): Json {
  if ("base64" in source) return { inlineData: { mimeType: source.mediaType, data: source.base64 } };
  const ending = /\.(\w+)(?:[?#]|$)/.exec(source.url)?.[1]?.toLowerCase() ?? "";
  return { fileData: defined({ mimeType: MEDIA_TYPES[ending], fileUri: source.url }) };
}

const writeTool = ({ name, description, parameters }: Conversation["tools"][number]): Json =>
  defined({ name, description, parametersJsonSchema: parameters });

function writeToolConfig({ toolChoice }: Conversation): Json | undefined {
  if (toolChoice === undefined) return undefined;
  if (typeof toolChoice === "object") {
    return { functionCallingConfig: { mode: "ANY", allowedFunctionNames: [toolChoice.name] } };
  }
  return { functionCallingConfig: { mode: { auto: "AUTO", none: "NONE", required: "ANY" }[toolChoice] } };
}

function writeGeneration(conversation: Conversation): Json | undefined {
  const { format } = conversation;
  const config = defined({
    maxOutputTokens: conversation.maxOutputTokens,
    temperature: conversation.temperature,
    topP: conversation.topP,
    topK: conversation.topK,
    stopSequences: conversation.stop,
    seed: conversation.seed,
    presencePenalty: conversation.presencePenalty,
    frequencyPenalty: conversation.frequencyPenalty,
    responseMimeType: format === undefined ? undefined : "application/json",
    responseJsonSchema: format?.type === "json_schema" ? format.schema : undefined,
    thinkingConfig: thinkingConfigFor(conversation.model, conversation.reasoning),
  });
  return Object.keys(config).length === 0 ? undefined : config;
}
