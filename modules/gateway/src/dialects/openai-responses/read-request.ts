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
  stringAt,
} from "../reading.ts";
import { readInput } from "./read-input.ts";

const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

/** Reads the body of `POST /v1/responses`. @throws BadPrompt */
export function readConversation(body: Json): Conversation {
  refuseWhatIsKept(body);
  const { system, messages } = readInput(body.input);
  const instructions = optionalString(body.instructions, "instructions");
  if (instructions !== undefined && instructions !== "") system.unshift({ type: "text", text: instructions });
  const { tools, toolChoice } = readTools(body);
  return defined({
    model: stringAt(body.model, "model"),
    system,
    messages,
    tools,
    toolChoice,
    parallelToolCalls: optionalBoolean(body.parallel_tool_calls, "parallel_tool_calls"),
    maxOutputTokens: optionalCount(body.max_output_tokens, "max_output_tokens"),
    temperature: optionalNumber(body.temperature, "temperature"),
    topP: optionalNumber(body.top_p, "top_p"),
    reasoning: readReasoning(body.reasoning),
    format: readFormat(body.text),
    user: optionalString(body.safety_identifier ?? body.user, "safety_identifier"),
    stream: body.stream === true,
  });
}

/** The reef keeps no conversations: what refers to one, or wants one kept, can only be passed on to whoever does. */
function refuseWhatIsKept(body: Json): void {
  for (const name of ["previous_response_id", "conversation", "prompt"]) {
    if (body[name] === undefined || body[name] === null) continue;
    throw new BadPrompt(
      name,
      `This model's provider keeps no conversations: send all items as input instead of ${name}.`,
    );
  }
  if (body.store === true) {
    throw new BadPrompt("store", "This model's provider keeps no responses: leave store out, or set it to false.");
  }
  if (body.background === true) {
    throw new BadPrompt("background", "This model's provider answers at once only: leave background out.");
  }
  if (typeof body.top_logprobs === "number" && body.top_logprobs > 0) {
    throw new BadPrompt(
      "top_logprobs",
      "This model's provider tells no probabilities of tokens: leave top_logprobs out.",
    );
  }
}

function readTools(body: Json): { tools: Tool[]; toolChoice?: ToolChoice } {
  const list = body.tools === undefined || body.tools === null ? [] : listAt(body.tools, "tools");
  const tools = list.map((tool, index) => readTool(objectAt(tool, `tools[${index}]`), `tools[${index}]`));
  const choice = body.tool_choice;
  if (choice === undefined || choice === null) return { tools };
  if (choice === "auto" || choice === "none" || choice === "required") return { tools, toolChoice: choice };
  const { type, name, mode, tools: allowed } = objectAt(choice, "tool_choice");
  if (type === "function") return { tools, toolChoice: { name: stringAt(name, "tool_choice.name") } };
  if (type === "allowed_tools") {
    const names = listAt(allowed, "tool_choice.tools").map((tool, index) => {
      const path = `tool_choice.tools[${index}]`;
      return stringAt(objectAt(tool, path).name, `${path}.name`);
    });
    return {
      tools: tools.filter((tool) => names.includes(tool.name)),
      toolChoice: mode === "required" ? "required" : "auto",
    };
  }
  throw new BadPrompt("tool_choice.type", "Only functions can be chosen here: this model's provider has no such tool.");
}

function readTool(tool: Json, path: string): Tool {
  if (tool.type !== "function") {
    const type = typeof tool.type === "string" ? tool.type : "without a type";
    throw new BadPrompt(
      `${path}.type`,
      `A tool ${type} runs at OpenAI, and this model's provider does not have it: only tools of type function can be used.`,
    );
  }
  return defined({
    name: stringAt(tool.name, `${path}.name`),
    description: optionalString(tool.description, `${path}.description`),
    parameters:
      tool.parameters === undefined || tool.parameters === null
        ? { type: "object", properties: {} }
        : objectAt(tool.parameters, `${path}.parameters`),
    strict: optionalBoolean(tool.strict, `${path}.strict`),
  });
}

function readReasoning(value: unknown): Reasoning | undefined {
  if (value === undefined || value === null) return undefined;
  const { effort, summary, generate_summary } = objectAt(value, "reasoning");
  const name = optionalString(effort, "reasoning.effort");
  const known = EFFORTS.find((each) => each === name);
  if (name !== undefined && known === undefined) {
    throw new BadPrompt("reasoning.effort", `reasoning.effort must be one of ${EFFORTS.join(", ")}.`);
  }
  const isTold = (summary ?? generate_summary ?? null) !== null;
  if (known === undefined && !isTold) return undefined;
  return { ...(known !== undefined && { effort: known }), ...(isTold && { isTold }) };
}

function readFormat(value: unknown): AnswerFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const { format } = objectAt(value, "text");
  if (format === undefined || format === null) return undefined;
  const { type, name, description, schema, strict } = objectAt(format, "text.format");
  if (type === "text") return undefined;
  if (type === "json_object") return { type: "json" };
  if (type !== "json_schema") {
    throw new BadPrompt("text.format.type", "text.format.type must be text, json_object or json_schema.");
  }
  return defined<AnswerFormat>({
    type: "json_schema",
    name: stringAt(name, "text.format.name"),
    description: optionalString(description, "text.format.description"),
    schema: objectAt(schema, "text.format.schema"),
    strict: optionalBoolean(strict, "text.format.strict"),
  });
}
