import { BadPrompt, type Conversation, type TextPart, type Tool, type ToolChoice } from "../conversation.ts";
import { defined, type Json } from "../reading.ts";
import { thinkingFor, traitsOf } from "./models.ts";
import { closedSchema } from "./schema.ts";
import { writeCacheMark, writeMessages } from "./write-messages.ts";

/** The dialect wants a limit in every request. For a conversation without one: room for an answer with its thoughts. */
export const DEFAULT_MAX_TOKENS = 16_384;

/** No model of this dialect has a mode for JSON without a schema. */
const JSON_INSTRUCTION = "Answer with one JSON object and nothing else: no words around it and no code fence.";

/**
 * The body of a request, for API version 2023-06-01: the later one refuses `temperature` for all models. A JSON schema is
 * said as the dialect's own structured output (`output_config.format`), never as a tool that must be called. Left out:
 * `seed` and penalties, which the dialect does not have; sampling where a model or its thinking refuses it.
 * @throws BadPrompt
 */
export function writeRequest(conversation: Conversation): Json {
  const { tools, format } = conversation;
  const maxTokens = conversation.maxOutputTokens ?? DEFAULT_MAX_TOKENS;
  const { thinking, effort } = thinkingFor(conversation, maxTokens);
  const isThinking = thinking !== undefined && thinking.type !== "disabled";
  const schema =
    format?.type === "json_schema" ? { type: "json_schema", schema: closedSchema(format.schema) } : undefined;
  const output = defined({ effort, format: schema });
  return defined({
    model: conversation.model,
    max_tokens: maxTokens,
    system: writeSystem(conversation.system, format?.type === "json"),
    messages: writeMessages(conversation.messages),
    tools: tools.length === 0 ? undefined : tools.map(writeTool),
    tool_choice:
      tools.length === 0 ? undefined : writeToolChoice(conversation.toolChoice, conversation.parallelToolCalls),
    thinking,
    output_config: Object.keys(output).length === 0 ? undefined : output,
    stop_sequences: writeStop(conversation.stop),
    ...(traitsOf(conversation.model).takesSampling && writeSampling(conversation, isThinking)),
    metadata: conversation.user === undefined ? undefined : { user_id: conversation.user },
    ...(conversation.stream && { stream: true }),
  });
}

function writeStop(stop: string[] | undefined): string[] | undefined {
  const blank = stop?.findIndex((text) => text.trim() === "") ?? -1;
  if (blank === -1) return stop;
  throw new BadPrompt(`stop[${blank}]`, "The provider of this model cannot stop at white space alone.");
}

/** Thinking goes with the model's own sampling alone, but for a `top_p` near one. */
function writeSampling({ temperature, topP, topK }: Conversation, isThinking: boolean): Json {
  const isNarrow = topP !== undefined && topP < 1;
  if (isThinking) return defined({ top_p: isNarrow && topP >= 0.95 ? topP : undefined });
  if (temperature !== undefined && temperature > 1) {
    throw new BadPrompt("temperature", "The provider of this model takes a temperature from 0 to 1.");
  }
  // Newer models refuse both at once, and a top_p of one says nothing.
  return defined({ temperature, top_p: isNarrow ? topP : undefined, top_k: topK });
}

function writeSystem(system: readonly TextPart[], asksForJson: boolean): Json[] | undefined {
  const parts: readonly TextPart[] = asksForJson ? [...system, { type: "text", text: JSON_INSTRUCTION }] : system;
  const blocks = parts
    .filter(({ text }) => text.trim() !== "")
    .map(({ text, cache }) => defined({ type: "text", text, cache_control: writeCacheMark(cache) }));
  return blocks.length === 0 ? undefined : blocks;
}

const writeTool = ({ name, description, parameters, strict, cache }: Tool): Json =>
  defined({
    name,
    description,
    input_schema: { ...(strict ? closedSchema(parameters) : parameters), type: "object" },
    strict,
    cache_control: writeCacheMark(cache),
  });

function writeToolChoice(choice: ToolChoice | undefined, isParallel: boolean | undefined): Json | undefined {
  const alone = isParallel === undefined ? {} : { disable_parallel_tool_use: !isParallel };
  if (choice === undefined) return isParallel === undefined ? undefined : { type: "auto", ...alone };
  if (choice === "none") return { type: "none" };
  if (choice === "auto") return { type: "auto", ...alone };
  return choice === "required" ? { type: "any", ...alone } : { type: "tool", name: choice.name, ...alone };
}
