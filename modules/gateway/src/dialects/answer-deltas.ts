import type { Answer, AnswerPart, Delta, Usage } from "./conversation.ts";

/**
 * A whole answer as the steps of a stream, for a client that asked for one and an upstream that made none. `usage` is
 * undefined where the provider told none.
 */
export function deltasOf({ id, model, parts, stop, stopSequence }: Answer, usage: Usage | undefined): Delta[] {
  return [
    {
      type: "start",
      id,
      model,
      ...(usage !== undefined && { usage: { ...usage, outputTokens: 0, reasoningTokens: 0 } }),
    },
    ...parts.flatMap(deltasOfPart),
    { type: "end", stop, ...(stopSequence !== undefined && { stopSequence }), ...(usage !== undefined && { usage }) },
  ];
}

function deltasOfPart(part: AnswerPart, index: number): Delta[] {
  const end: Delta = { type: "part_end", index };
  switch (part.type) {
    case "text":
      return [{ type: "part_start", index, part: { type: "text" } }, { type: "text", index, text: part.text }, end];
    case "thinking": {
      const { text, signature, redacted } = part;
      const deltas: Delta[] = [
        { type: "part_start", index, part: { type: "thinking", ...(redacted !== undefined && { redacted }) } },
      ];
      if (text !== "") deltas.push({ type: "thinking", index, text });
      if (signature !== undefined) deltas.push({ type: "signature", index, signature });
      return [...deltas, end];
    }
    case "tool_call":
      return [
        { type: "part_start", index, part: { type: "tool_call", id: part.id, name: part.name } },
        { type: "arguments", index, json: part.arguments },
        end,
      ];
  }
}

/** What a step delivers of the answer's text: thoughts and arguments of tools included. */
export function deliveredBy(delta: Delta): string {
  if (delta.type === "text" || delta.type === "thinking") return delta.text;
  return delta.type === "arguments" ? delta.json : "";
}
