import {
  type AnswerFormat,
  BadPrompt,
  type CacheMark,
  type Conversation,
  type Message,
  type Part,
  type Reasoning,
  type TextPart,
  type Tool,
  type ToolChoice,
} from "../conversation.ts";
import {
  defined,
  isObject,
  type Json,
  listAt,
  objectAt,
  optionalBoolean,
  optionalCount,
  optionalNumber,
  optionalString,
  refuseFields,
  stringAt,
} from "../reading.ts";
import { readBlocks, readCacheMark } from "./read-blocks.ts";

const EFFORTS: ReadonlySet<unknown> = new Set(["low", "medium", "high", "xhigh", "max"]);

const never = (): boolean => false;

/** What changes the answer or where it is made, and no other dialect has. `service_tier`, `speed` and the like only advise. */
const UNTRANSLATABLE: Readonly<Record<string, (value: unknown) => boolean>> = {
  container: never,
  context_management: never,
  inference_geo: never,
  mcp_servers: (value) => Array.isArray(value) && value.length === 0,
};

/**
 * Reads a request to `/v1/messages`. Messages of role `system` join those at the top, wherever they stood: no other dialect
 * may be relied on to have them between.
 * @throws BadPrompt
 */
export function readRequest(body: Json): Conversation {
  refuseFields(body, UNTRANSLATABLE);
  const maxOutputTokens = optionalCount(body.max_tokens, "max_tokens");
  if (maxOutputTokens === undefined) throw new BadPrompt("max_tokens", "max_tokens is required.");
  const choice = readToolChoice(body.tool_choice);
  const output = isObject(body.output_config) ? body.output_config : {};
  const { system, messages } = readMessages(body);
  return defined<Conversation>({
    model: stringAt(body.model, "model"),
    system,
    messages,
    tools: readTools(body.tools),
    toolChoice: choice.toolChoice,
    parallelToolCalls: choice.parallelToolCalls,
    maxOutputTokens,
    temperature: optionalNumber(body.temperature, "temperature"),
    topP: optionalNumber(body.top_p, "top_p"),
    topK: optionalCount(body.top_k, "top_k"),
    stop: readStop(body.stop_sequences),
    reasoning: readReasoning(body.thinking, output.effort),
    // `output_format` is what it was called at first.
    format: readFormat(output.format ?? body.output_format),
    user: isObject(body.metadata) ? optionalString(body.metadata.user_id, "metadata.user_id") : undefined,
    stream: optionalBoolean(body.stream, "stream") ?? false,
  });
}

function readMessages(body: Json): Pick<Conversation, "system" | "messages"> {
  const items = listAt(body.messages, "messages");
  if (items.length === 0) throw new BadPrompt("messages", "messages must hold at least one message.");
  const system = readSystem(body.system, "system");
  const messages: Message[] = [];
  for (const [index, item] of items.entries()) {
    const path = `messages[${index}]`;
    const message = objectAt(item, path);
    if (message.role === "system") system.push(...readSystem(message.content, `${path}.content`));
    else if (message.role === "user" || message.role === "assistant") {
      messages.push({ role: message.role, parts: readBlocks(message.content, `${path}.content`) });
    } else throw new BadPrompt(`${path}.role`, `${path}.role must be user, assistant or system.`);
  }
  const automatic = readCacheMark(body);
  if (automatic !== undefined) markLast(messages, automatic);
  return { system, messages };
}

/** A mark at the top of the request stands for one behind the last block. */
function markLast(messages: readonly Message[], cache: CacheMark): void {
  const last: Part | undefined = messages.at(-1)?.parts.at(-1);
  if (last !== undefined && last.type !== "thinking") last.cache ??= cache;
}

function readSystem(value: unknown, path: string): TextPart[] {
  if (value === undefined || value === null) return [];
  return readBlocks(value, path).map((part, index) => {
    if (part.type !== "text") throw new BadPrompt(`${path}[${index}].type`, `${path}[${index}].type must be text.`);
    return part;
  });
}

function readTools(value: unknown): Tool[] {
  if (value === undefined || value === null) return [];
  return listAt(value, "tools").map((item, index) => {
    const path = `tools[${index}]`;
    const tool = objectAt(item, path);
    if (tool.type !== undefined && tool.type !== null && tool.type !== "custom") {
      throw new BadPrompt(
        `${path}.type`,
        `A tool of type ${String(tool.type).slice(0, 64)} is Anthropic's own; the provider of this model has none like it.`,
      );
    }
    return defined<Tool>({
      name: stringAt(tool.name, `${path}.name`),
      description: optionalString(tool.description, `${path}.description`),
      parameters: objectAt(tool.input_schema, `${path}.input_schema`),
      strict: optionalBoolean(tool.strict, `${path}.strict`),
      cache: readCacheMark(tool),
    });
  });
}

function readToolChoice(value: unknown): { toolChoice?: ToolChoice; parallelToolCalls?: boolean } {
  if (value === undefined || value === null) return {};
  const choice = objectAt(value, "tool_choice");
  const isAlone = optionalBoolean(choice.disable_parallel_tool_use, "tool_choice.disable_parallel_tool_use");
  const parallel = isAlone === undefined ? {} : { parallelToolCalls: !isAlone };
  switch (choice.type) {
    case "auto":
    case "none":
      return { toolChoice: choice.type, ...parallel };
    case "any":
      return { toolChoice: "required", ...parallel };
    case "tool":
      return { toolChoice: { name: stringAt(choice.name, "tool_choice.name") }, ...parallel };
    default:
      throw new BadPrompt("tool_choice.type", "tool_choice.type must be auto, any, tool or none.");
  }
}

function readStop(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return listAt(value, "stop_sequences").map((item, index) => stringAt(item, `stop_sequences[${index}]`));
}

function readReasoning(value: unknown, effortValue: unknown): Reasoning | undefined {
  if (effortValue !== undefined && effortValue !== null && !EFFORTS.has(effortValue)) {
    throw new BadPrompt("output_config.effort", "output_config.effort must be low, medium, high, xhigh or max.");
  }
  const effort = (effortValue ?? undefined) as Reasoning["effort"];
  if (value === undefined || value === null) return effort === undefined ? undefined : { effort };
  const thinking = objectAt(value, "thinking");
  switch (thinking.type) {
    case "disabled":
      return { effort: "none" };
    case "enabled": {
      const budgetTokens = optionalCount(thinking.budget_tokens, "thinking.budget_tokens");
      return defined<Reasoning>({ effort, budgetTokens });
    }
    case "adaptive":
    case "between_tools":
      return defined<Reasoning>({ effort });
    default:
      throw new BadPrompt("thinking.type", "thinking.type must be enabled, adaptive, between_tools or disabled.");
  }
}

/** Anthropic holds an answer to its schema, and gives it no name. */
function readFormat(value: unknown): AnswerFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = objectAt(value, "output_config.format");
  if (format.type !== "json_schema") {
    throw new BadPrompt("output_config.format.type", "output_config.format.type must be json_schema.");
  }
  return {
    type: "json_schema",
    name: "answer",
    schema: objectAt(format.schema, "output_config.format.schema"),
    strict: true,
  };
}
