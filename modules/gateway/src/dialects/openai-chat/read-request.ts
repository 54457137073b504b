import {
  type AnswerFormat,
  BadPrompt,
  type Conversation,
  type Reasoning,
  type Tool,
  type ToolChoice,
} from "../conversation.ts";
import {
  defined,
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
import { readCacheMark, readMessages } from "./read-messages.ts";

const EFFORTS: ReadonlySet<unknown> = new Set(["none", "minimal", "low", "medium", "high", "xhigh", "max"]);

const never = (): boolean => false;
const isEmpty = (value: unknown): boolean => typeof value === "object" && Object.keys(value ?? {}).length === 0;

/** What changes the answer, and no other dialect has. What only advises (`verbosity`, `prediction`, `store`) is left out. */
const UNTRANSLATABLE: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: (value) => value === 1,
  logprobs: (value) => value === false,
  top_logprobs: (value) => value === 0,
  logit_bias: isEmpty,
  functions: isEmpty,
  function_call: never,
  audio: never,
  modalities: (value) => Array.isArray(value) && value.every((modality) => modality === "text"),
  moderation: never,
  web_search_options: never,
};

/**
 * Reads a request to `/v1/chat/completions`. All `system` and `developer` messages stand above the others afterwards,
 * wherever they stood: no other dialect may be relied on to have them between.
 * @throws BadPrompt
 */
export function readRequest(body: Json): Conversation {
  refuseFields(body, UNTRANSLATABLE);
  const { system, messages } = readMessages(listAt(body.messages, "messages"));
  const choice = readToolChoice(body.tool_choice);
  const tools = readTools(body.tools);
  return defined<Conversation>({
    model: stringAt(body.model, "model"),
    system,
    messages,
    tools: choice.allowed === undefined ? tools : tools.filter(({ name }) => choice.allowed?.has(name)),
    toolChoice: choice.toolChoice,
    parallelToolCalls: optionalBoolean(body.parallel_tool_calls, "parallel_tool_calls"),
    maxOutputTokens:
      optionalCount(body.max_completion_tokens, "max_completion_tokens") ??
      optionalCount(body.max_tokens, "max_tokens"),
    temperature: optionalNumber(body.temperature, "temperature"),
    topP: optionalNumber(body.top_p, "top_p"),
    // Not OpenAI's own, yet vLLM, OpenRouter and others take it.
    topK: readTopK(body.top_k),
    stop: readStop(body.stop),
    seed: optionalNumber(body.seed, "seed"),
    presencePenalty: optionalNumber(body.presence_penalty, "presence_penalty"),
    frequencyPenalty: optionalNumber(body.frequency_penalty, "frequency_penalty"),
    reasoning: readReasoning(body.reasoning_effort),
    format: readFormat(body.response_format),
    user: optionalString(body.safety_identifier, "safety_identifier") ?? optionalString(body.user, "user"),
    stream: optionalBoolean(body.stream, "stream") ?? false,
  });
}

/** Nought and minus one say that there is none. */
function readTopK(value: unknown): number | undefined {
  const topK = optionalNumber(value, "top_k");
  return topK === undefined || topK < 1 ? undefined : topK;
}

function readTools(value: unknown): Tool[] {
  if (value === undefined || value === null) return [];
  return listAt(value, "tools").map((item, index) => {
    const path = `tools[${index}]`;
    const tool = objectAt(item, path);
    if (tool.type !== "function") {
      throw new BadPrompt(
        `${path}.type`,
        "Only tools of type function can be translated for the provider of this model.",
      );
    }
    const called = objectAt(tool.function, `${path}.function`);
    const parameters = called.parameters ?? { type: "object", properties: {} };
    return defined<Tool>({
      name: stringAt(called.name, `${path}.function.name`),
      description: optionalString(called.description, `${path}.function.description`),
      parameters: objectAt(parameters, `${path}.function.parameters`),
      strict: optionalBoolean(called.strict, `${path}.function.strict`),
      cache: readCacheMark(tool) ?? readCacheMark(called),
    });
  });
}

function readToolChoice(value: unknown): { toolChoice?: ToolChoice; allowed?: ReadonlySet<string> } {
  if (value === undefined || value === null) return {};
  if (value === "auto" || value === "none" || value === "required") return { toolChoice: value };
  const choice = objectAt(value, "tool_choice");
  if (choice.type === "function") {
    return {
      toolChoice: {
        name: stringAt(objectAt(choice.function, "tool_choice.function").name, "tool_choice.function.name"),
      },
    };
  }
  if (choice.type !== "allowed_tools") {
    throw new BadPrompt("tool_choice", "tool_choice must be none, auto, required, a function or allowed_tools.");
  }
  // A model that is told of no other tools can call no others.
  const path = "tool_choice.allowed_tools";
  const allowed = objectAt(choice.allowed_tools, path);
  const names = listAt(allowed.tools, `${path}.tools`).map((item, index) => {
    const tool = objectAt(item, `${path}.tools[${index}]`);
    return stringAt(
      objectAt(tool.function, `${path}.tools[${index}].function`).name,
      `${path}.tools[${index}].function.name`,
    );
  });
  return { toolChoice: allowed.mode === "required" ? "required" : "auto", allowed: new Set(names) };
}

function readStop(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string"
    ? [value]
    : listAt(value, "stop").map((item, index) => stringAt(item, `stop[${index}]`));
}

function readReasoning(value: unknown): Reasoning | undefined {
  if (value === undefined || value === null) return undefined;
  if (!EFFORTS.has(value)) {
    throw new BadPrompt("reasoning_effort", "reasoning_effort must be none, minimal, low, medium, high, xhigh or max.");
  }
  return { effort: value as NonNullable<Reasoning["effort"]> };
}

function readFormat(value: unknown): AnswerFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = objectAt(value, "response_format");
  if (format.type === "text") return undefined;
  if (format.type === "json_object") return { type: "json" };
  if (format.type !== "json_schema") {
    throw new BadPrompt("response_format.type", "response_format.type must be text, json_object or json_schema.");
  }
  const path = "response_format.json_schema";
  const described = objectAt(format.json_schema, path);
  return defined<AnswerFormat>({
    type: "json_schema",
    name: stringAt(described.name, `${path}.name`),
    description: optionalString(described.description, `${path}.description`),
    schema: objectAt(described.schema ?? {}, `${path}.schema`),
    strict: optionalBoolean(described.strict, `${path}.strict`),
  });
}
