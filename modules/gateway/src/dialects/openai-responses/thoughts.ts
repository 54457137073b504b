import { randomUUID } from "node:crypto";
import type { ThinkingPart } from "../conversation.ts";
import { isObject, type Json, listIn, textIn } from "../reading.ts";
import { markSignature, ownSignature } from "../signatures.ts";

/**
 * What a model thought, as a `reasoning` item. Its `encrypted_content` is what clients keep and send back without looking
 * into it, so it is where the signatures of other providers travel: `reef.signature.…` holds one, and `reef.redacted.…`
 * thoughts that the provider shows to nobody. What begins otherwise is OpenAI's own.
 */
const SIGNATURE = "reef.signature.";
const REDACTED = "reef.redacted.";

/** An item's id: not more than the 64 characters that OpenAI takes back. */
export const createItemId = (prefix: "msg" | "rs" | "fc"): string => `${prefix}_${randomUUID().replaceAll("-", "")}`;

/** The `encrypted_content` of a thought, for a client. */
export function sealThought({ signature, redacted }: Pick<ThinkingPart, "signature" | "redacted">): string | null {
  if (redacted !== undefined) return REDACTED + redacted;
  if (signature === undefined) return null;
  return ownSignature("openai-responses", signature) ?? SIGNATURE + signature;
}

/** What stands in an `encrypted_content`, from a client or from a provider. */
export function openThought(sealed: unknown): Pick<ThinkingPart, "signature" | "redacted"> {
  if (typeof sealed !== "string" || sealed === "") return {};
  if (sealed.startsWith(SIGNATURE)) return { signature: sealed.slice(SIGNATURE.length) };
  if (sealed.startsWith(REDACTED)) return { redacted: sealed.slice(REDACTED.length) };
  return { signature: markSignature("openai-responses", sealed) };
}

/** Reads a `reasoning` item: its text where the model tells it, else the summary of it. */
export function readThought(item: Json): ThinkingPart {
  const told = listIn(item.content)
    .filter(isObject)
    .map((part) => textIn(part.text));
  const summary = listIn(item.summary)
    .filter(isObject)
    .map((part) => textIn(part.text));
  const text = (told.length > 0 ? told : summary).join("\n\n");
  return { type: "thinking", text, ...openThought(item.encrypted_content) };
}

/** The summary of a `reasoning` item; empty for thoughts without text. */
export const summaryOf = (text: string): { type: "summary_text"; text: string }[] =>
  text === "" ? [] : [{ type: "summary_text", text }];
