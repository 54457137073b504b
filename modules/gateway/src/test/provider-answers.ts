import type { DialectName } from "../dialects/dialect.ts";

/** What a test's provider answers, in no dialect's own words. */
export interface Reply {
  thinking?: string;
  text?: string;
  call?: { id: string; name: string; arguments: Record<string, unknown> };
  /** Null for a provider that counts nothing. */
  usage?: ReplyUsage | null;
}

/** As the reef reckons: the cached ones within the input, the thought ones within the output. */
interface ReplyUsage {
  input: number;
  cached: number;
  output: number;
  reasoning: number;
}

export const USAGE: ReplyUsage = { input: 40, cached: 10, output: 12, reasoning: 3 };

/** One server-sent event, and what of the answer it delivers. */
export interface SpelledEvent {
  text: string;
  /** Text, thoughts or arguments; empty for events that only hold the others together. */
  delivers: string;
}

/** Spells replies as a provider of one dialect does. */
export interface Speller {
  whole(reply: Reply, model: string): object;
  events(reply: Reply, model: string, request: Record<string, unknown>): SpelledEvent[];
}

const usageOf = ({ usage }: Reply): ReplyUsage | undefined => (usage === null ? undefined : (usage ?? USAGE));

/** A text in pieces, each with the space before it. */
const pieces = (text: string): string[] => text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];

const event = (body: object, delivers = "", name?: string): SpelledEvent => ({
  text: `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(body)}\n\n`,
  delivers,
});

const chatUsage = ({ input, cached, output, reasoning }: ReplyUsage) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: cached },
  completion_tokens_details: { reasoning_tokens: reasoning },
});

const chatCall = ({ id, name, arguments: given }: NonNullable<Reply["call"]>) => ({
  id,
  type: "function",
  function: { name, arguments: JSON.stringify(given) },
});

const openaiChat: Speller = {
  whole(reply, model) {
    const usage = usageOf(reply);
    return {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1_700_000_000,
      model,
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: reply.text ?? null,
            ...(reply.thinking !== undefined && { reasoning_content: reply.thinking }),
            ...(reply.call !== undefined && { tool_calls: [chatCall(reply.call)] }),
          },
          finish_reason: reply.call === undefined ? "stop" : "tool_calls",
        },
      ],
      ...(usage !== undefined && { usage: chatUsage(usage) }),
      system_fingerprint: "fp_only_this_provider_knows",
    };
  },
  events(reply, model, request) {
    const usage = usageOf(reply);
    const base = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model };
    const chunk = (delta: object, delivers = "", finish: string | null = null) =>
      event({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] }, delivers);
    const events = [chunk({ role: "assistant", content: "" })];
    for (const piece of pieces(reply.thinking ?? "")) events.push(chunk({ reasoning_content: piece }, piece));
    for (const piece of pieces(reply.text ?? "")) events.push(chunk({ content: piece }, piece));
    if (reply.call !== undefined) {
      const { function: called, ...call } = chatCall(reply.call);
      const half = called.arguments.length >> 1;
      const [first, second] = [called.arguments.slice(0, half), called.arguments.slice(half)];
      events.push(chunk({ tool_calls: [{ index: 0, ...call, function: { name: called.name, arguments: "" } }] }));
      events.push(chunk({ tool_calls: [{ index: 0, function: { arguments: first } }] }, first));
      events.push(chunk({ tool_calls: [{ index: 0, function: { arguments: second } }] }, second));
    }
    events.push(chunk({}, "", reply.call === undefined ? "stop" : "tool_calls"));
    const { include_usage: wanted } = (request.stream_options ?? {}) as { include_usage?: boolean };
    if (wanted === true && usage !== undefined) events.push(event({ ...base, choices: [], usage: chatUsage(usage) }));
    return [...events, { text: "data: [DONE]\n\n", delivers: "" }];
  },
};

const responsesUsage = ({ input, cached, output, reasoning }: ReplyUsage) => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cached },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning },
  total_tokens: input + output,
});

function responsesItems({ text, thinking, call }: Reply): Record<string, unknown>[] {
  const items: Record<string, unknown>[] = [];
  if (thinking !== undefined) {
    items.push({ type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: thinking }] });
  }
  if (text !== undefined) {
    const content = [{ type: "output_text", text, annotations: [] }];
    items.push({ type: "message", id: "msg_1", status: "completed", role: "assistant", content });
  }
  if (call !== undefined) {
    const { id, name, arguments: given } = call;
    const written = JSON.stringify(given);
    items.push({ type: "function_call", id: "fc_1", call_id: id, name, arguments: written, status: "completed" });
  }
  return items;
}

const openaiResponses: Speller = {
  whole(reply, model) {
    const usage = usageOf(reply);
    return {
      id: "resp_1",
      object: "response",
      created_at: 1_700_000_000,
      status: "completed",
      model,
      output: responsesItems(reply),
      ...(usage !== undefined && { usage: responsesUsage(usage) }),
    };
  },
  events(reply, model) {
    const events: SpelledEvent[] = [];
    const add = (type: string, fields: object, delivers = "") =>
      events.push(event({ type, sequence_number: events.length, ...fields }, delivers, type));
    const whole = openaiResponses.whole(reply, model);
    add("response.created", { response: { ...whole, status: "in_progress", output: [], usage: null } });
    for (const [output_index, item] of responsesItems(reply).entries()) {
      const at = { output_index, item_id: item.id };
      if (item.type === "message") {
        add("response.output_item.added", { output_index, item: { ...item, status: "in_progress", content: [] } });
        const part = { type: "output_text", text: "", annotations: [] };
        add("response.content_part.added", { ...at, content_index: 0, part });
        for (const delta of pieces(reply.text ?? "")) {
          add("response.output_text.delta", { ...at, content_index: 0, delta }, delta);
        }
        add("response.output_text.done", { ...at, content_index: 0, text: reply.text });
        add("response.content_part.done", { ...at, content_index: 0, part: { ...part, text: reply.text } });
      } else if (item.type === "reasoning") {
        add("response.output_item.added", { output_index, item: { ...item, summary: [] } });
        add("response.reasoning_summary_part.added", {
          ...at,
          summary_index: 0,
          part: { type: "summary_text", text: "" },
        });
        for (const delta of pieces(reply.thinking ?? "")) {
          add("response.reasoning_summary_text.delta", { ...at, summary_index: 0, delta }, delta);
        }
        add("response.reasoning_summary_text.done", { ...at, summary_index: 0, text: reply.thinking });
      } else {
        add("response.output_item.added", { output_index, item: { ...item, status: "in_progress", arguments: "" } });
        const written = String(item.arguments);
        add("response.function_call_arguments.delta", { ...at, delta: written }, written);
        add("response.function_call_arguments.done", { ...at, arguments: written });
      }
      add("response.output_item.done", { output_index, item });
    }
    add("response.completed", { response: whole });
    return events;
  },
};

const anthropicUsage = ({ input, cached, output, reasoning }: ReplyUsage) => ({
  input_tokens: input - cached,
  cache_read_input_tokens: cached,
  cache_creation_input_tokens: 0,
  output_tokens: output,
  output_tokens_details: { thinking_tokens: reasoning },
});

const anthropicBlocks = ({ text, thinking, call }: Reply): Record<string, unknown>[] => [
  ...(thinking === undefined ? [] : [{ type: "thinking", thinking, signature: "c2lnbmVk" }]),
  ...(text === undefined ? [] : [{ type: "text", text }]),
  ...(call === undefined ? [] : [{ type: "tool_use", id: call.id, name: call.name, input: call.arguments }]),
];

const anthropic: Speller = {
  whole: (reply, model) => ({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model,
    content: anthropicBlocks(reply),
    stop_reason: reply.call === undefined ? "end_turn" : "tool_use",
    stop_sequence: null,
    ...(usageOf(reply) && { usage: anthropicUsage(usageOf(reply) as ReplyUsage) }),
  }),
  events(reply, model) {
    const events: SpelledEvent[] = [];
    const add = (type: string, fields: object = {}, delivers = "") =>
      events.push(event({ type, ...fields }, delivers, type));
    const usage = usageOf(reply);
    const told = usage && anthropicUsage(usage);
    const message = { ...anthropic.whole(reply, model), content: [], stop_reason: null };
    add("message_start", { message: { ...message, usage: told && { ...told, output_tokens: 1 } } });
    add("ping");
    for (const [index, block] of anthropicBlocks(reply).entries()) {
      const delta = (fields: object, delivers = "") => add("content_block_delta", { index, delta: fields }, delivers);
      if (block.type === "thinking") {
        add("content_block_start", { index, content_block: { type: "thinking", thinking: "", signature: "" } });
        for (const piece of pieces(reply.thinking ?? "")) delta({ type: "thinking_delta", thinking: piece }, piece);
        delta({ type: "signature_delta", signature: block.signature });
      } else if (block.type === "text") {
        add("content_block_start", { index, content_block: { type: "text", text: "" } });
        for (const piece of pieces(reply.text ?? "")) delta({ type: "text_delta", text: piece }, piece);
      } else {
        add("content_block_start", { index, content_block: { ...block, input: {} } });
        const written = JSON.stringify(block.input);
        delta({ type: "input_json_delta", partial_json: written }, written);
      }
      add("content_block_stop", { index });
    }
    const ending = { stop_reason: reply.call === undefined ? "end_turn" : "tool_use", stop_sequence: null };
    add("message_delta", { delta: ending, ...(told && { usage: told }) });
    add("message_stop");
    return events;
  },
};

const geminiUsage = ({ input, cached, output, reasoning }: ReplyUsage) => ({
  promptTokenCount: input,
  cachedContentTokenCount: cached,
  candidatesTokenCount: output - reasoning,
  thoughtsTokenCount: reasoning,
  totalTokenCount: input + output,
});

const gemini: Speller = {
  whole(reply, model) {
    const usage = usageOf(reply);
    return {
      candidates: [{ index: 0, content: { role: "model", parts: geminiParts(reply) }, finishReason: "STOP" }],
      modelVersion: model,
      responseId: "gem-1",
      ...(usage && { usageMetadata: geminiUsage(usage) }),
    };
  },
  events(reply, model) {
    const usage = usageOf(reply);
    const chunk = (parts: object[], delivers: string, last = false) =>
      event(
        {
          candidates: [{ index: 0, content: { role: "model", parts }, ...(last && { finishReason: "STOP" }) }],
          modelVersion: model,
          responseId: "gem-1",
          ...(last && usage && { usageMetadata: geminiUsage(usage) }),
        },
        delivers,
      );
    return [
      ...pieces(reply.thinking ?? "").map((text) => chunk([{ text, thought: true }], text)),
      ...pieces(reply.text ?? "").map((text) => chunk([{ text }], text)),
      ...(reply.call ? [chunk(geminiParts({ call: reply.call }), JSON.stringify(reply.call.arguments))] : []),
      chunk([{ text: "" }], "", true),
    ];
  },
};

const geminiParts = ({ text, thinking, call }: Reply): object[] => [
  ...(thinking === undefined ? [] : [{ text: thinking, thought: true }]),
  ...(text === undefined ? [] : [{ text }]),
  ...(call === undefined ? [] : [{ functionCall: { id: call.id, name: call.name, args: call.arguments } }]),
];

/** The spellers of all dialects that are spoken over plain HTTP. */
export const spellers: Readonly<Record<Exclude<DialectName, "bedrock">, Speller>> = {
  "openai-chat": openaiChat,
  "openai-responses": openaiResponses,
  anthropic,
  gemini,
};
