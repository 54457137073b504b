import { ProviderRefusal } from "../../providers/provider.ts";
import { type Answer, type AnswerPart, NO_USAGE, type StopReason } from "../conversation.ts";
import { isObject, type Json, listIn, objectIn, textIn } from "../reading.ts";
import { readStreamFailure } from "../upstream-failure.ts";
import { readThought } from "./thoughts.ts";
import { readUsage } from "./usage.ts";

/** Reads a whole response. @throws Error when it is none, ProviderRefusal when it says that it failed. */
export function readAnswer(body: unknown): Answer {
  if (!isObject(body) || !Array.isArray(body.output)) throw new Error("The provider's answer is no response.");
  if (body.status === "failed") throw new ProviderRefusal(readStreamFailure({ error: objectIn(body.error) }));
  return {
    id: textIn(body.id),
    model: textIn(body.model),
    parts: readParts(body),
    stop: readStop(body),
    usage: readUsage(body.usage) ?? NO_USAGE,
  };
}

/** The parts of a response, in order. */
export const readParts = (response: Json): AnswerPart[] =>
  listIn(response.output)
    .filter(isObject)
    .flatMap((item): AnswerPart[] => {
      if (item.type === "reasoning") return [readThought(item)];
      if (item.type === "function_call") {
        return [
          {
            type: "tool_call",
            id: textIn(item.call_id),
            name: textIn(item.name),
            arguments: textIn(item.arguments),
          },
        ];
      }
      if (item.type !== "message") return [];
      return listIn(item.content)
        .filter(isObject)
        .map((part) => ({ type: "text", text: textIn(part.type === "refusal" ? part.refusal : part.text) }));
    });

/** Why a response ended. */
export function readStop(response: Json): StopReason {
  const { reason } = objectIn(response.incomplete_details);
  if (response.status === "incomplete" && reason === "content_filter") return "refusal";
  if (response.status === "incomplete") return "length";
  const items = listIn(response.output).filter(isObject);
  if (items.some((item) => item.type === "function_call")) return "tool_calls";
  const isRefusal = items.some((item) => listIn(item.content).some((part) => objectIn(part).type === "refusal"));
  return isRefusal ? "refusal" : "end";
}
