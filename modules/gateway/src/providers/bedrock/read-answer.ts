import type { ContentBlock, ConverseCommandOutput, TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import { type Answer, type AnswerPart, NO_USAGE, type StopReason, type Usage } from "../../dialects/conversation.ts";
import { ProviderRefusal } from "../provider.ts";

/** Reads a whole answer. @throws ProviderRefusal when the model wrote what nobody can read. */
export function readAnswer(output: ConverseCommandOutput, model: string): Answer {
  return {
    id: output.$metadata.requestId ?? "",
    model,
    parts: (output.output?.message?.content ?? []).flatMap(readBlock),
    stop: readStop(output.stopReason),
    usage: readUsage(output.usage) ?? NO_USAGE,
  };
}

function readBlock({ text, toolUse, reasoningContent }: ContentBlock): AnswerPart[] {
  if (text !== undefined) return [{ type: "text", text }];
  if (toolUse !== undefined) {
    const { toolUseId = "", name = "", input } = toolUse;
    return [{ type: "tool_call", id: toolUseId, name, arguments: JSON.stringify(input ?? {}) }];
  }
  if (reasoningContent?.reasoningText !== undefined) {
    const { text = "", signature } = reasoningContent.reasoningText;
    return [{ type: "thinking", text, ...(signature !== undefined && { signature }) }];
  }
  if (reasoningContent?.redactedContent === undefined) return [];
  return [{ type: "thinking", text: "", redacted: Buffer.from(reasoningContent.redactedContent).toString("base64") }];
}

const STOPS: Readonly<Record<string, StopReason>> = {
  content_filtered: "refusal",
  end_turn: "end",
  guardrail_intervened: "refusal",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  pause_turn: "paused",
  refusal: "refusal",
  stop_sequence: "stop_sequence",
  tool_use: "tool_calls",
};

/** Why an answer ended. @throws ProviderRefusal when the model wrote what nobody can read. */
export function readStop(reason: string | undefined): StopReason {
  if (reason === "malformed_model_output" || reason === "malformed_tool_use") {
    const message = "The model's answer cannot be read. Ask again.";
    throw new ProviderRefusal({ status: 502, code: reason, message });
  }
  return STOPS[reason ?? ""] ?? "end";
}

/** What a cache is read from or written to is counted beside the input, which the total tells. */
export function readUsage(usage: TokenUsage | undefined): Usage | undefined {
  if (usage === undefined) return undefined;
  const { inputTokens = 0, outputTokens = 0, totalTokens, cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = usage;
  const hourWrites = (usage.cacheDetails ?? []).filter(({ ttl }) => ttl === "1h");
  const hourTokens = hourWrites.reduce((sum, { inputTokens: written = 0 }) => sum + written, 0);
  const isWithin = totalTokens === inputTokens + outputTokens;
  return {
    inputTokens: isWithin ? inputTokens : inputTokens + cacheReadInputTokens + cacheWriteInputTokens,
    cachedInputTokens: cacheReadInputTokens,
    cacheWriteTokens: cacheWriteInputTokens,
    ...(hourTokens > 0 && { hourCacheWriteTokens: Math.min(hourTokens, cacheWriteInputTokens) }),
    outputTokens,
    reasoningTokens: 0,
  };
}
