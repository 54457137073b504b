import { type Answer, type AnswerPart, type Delta, NO_USAGE } from "./conversation.ts";

/** The steps of an answer that is there as a whole; each part is said at once. */
export function stepsOf({ id, model, parts, stop, stopSequence, usage }: Answer): Delta[] {
  return [
    { type: "start", id, model, usage },
    ...parts.flatMap(stepsOfPart),
    { type: "end", stop, ...(stopSequence !== undefined && { stopSequence }), usage },
  ];
}

function stepsOfPart(part: AnswerPart, index: number): Delta[] {
  const end: Delta = { type: "part_end", index };
  if (part.type === "tool_call") {
    const { type, id, name } = part;
    return [
      { type: "part_start", index, part: { type, id, name } },
      { type: "arguments", index, json: part.arguments },
      end,
    ];
  }
  if (part.type === "text") {
    return [{ type: "part_start", index, part: { type: "text" } }, { type: "text", index, text: part.text }, end];
  }
  const { text, signature, redacted } = part;
  return [
    { type: "part_start", index, part: { type: "thinking", ...(redacted !== undefined && { redacted }) } },
    ...(text === "" ? [] : [{ type: "thinking", index, text } as const]),
    ...(signature === undefined ? [] : [{ type: "signature", index, signature } as const]),
    end,
  ];
}

/** The answer that steps amount to; undefined where they did not come to an end. */
export function answerOfSteps(steps: readonly Delta[]): Answer | undefined {
  let head: { id: string; model: string } | undefined;
  const parts: AnswerPart[] = [];
  for (const step of steps) {
    const part = parts.at(-1);
    switch (step.type) {
      case "start":
        head = { id: step.id, model: step.model };
        break;
      case "part_start":
        parts.push(step.part.type === "tool_call" ? { ...step.part, arguments: "" } : { ...step.part, text: "" });
        break;
      case "text":
      case "thinking":
        if (part !== undefined && part.type !== "tool_call") part.text += step.text;
        break;
      case "signature":
        if (part?.type === "thinking") part.signature = (part.signature ?? "") + step.signature;
        break;
      case "arguments":
        if (part?.type === "tool_call") part.arguments += step.json;
        break;
      case "end": {
        const { stop, stopSequence, usage = NO_USAGE } = step;
        return head && { ...head, parts, stop, ...(stopSequence !== undefined && { stopSequence }), usage };
      }
      case "failure":
        return undefined;
      case "part_end":
    }
  }
  return undefined;
}
