import type { CapturedText, RedactionKind } from "../../contract/captures.ts";
import type { Delta } from "../../dialects/conversation.ts";
import type { DialectName } from "../../dialects/dialect.ts";
import { providerDialects } from "../../dialects/index.ts";
import { createSseParser } from "../../dialects/sse.ts";
import type { Operation } from "../../providers/provider.ts";
import { keepJson, keepText } from "./keep-text.ts";
import { createRedact, type Redact, type Redactions } from "./redact.ts";

/** A call as its thread is given it. */
export interface RawCall {
  operation: Operation;
  request: Uint8Array;
  /** All that went to the client, or its beginning. */
  answer: Uint8Array;
  /** Of the answer, also of what was not noted. */
  answerBytes: number;
  kinds: readonly RedactionKind[];
  words: readonly string[];
}

/** A call as it is kept. */
export interface KeptCall {
  request: CapturedText;
  answer: CapturedText;
  redactions: { kind: string; count: number }[];
}

/** Takes out of a call what must not be kept, and puts the text of a stream together. It takes long: only its thread and tests call it. */
export function keepCall({ operation, request, answer, answerBytes, kinds, words }: RawCall): KeptCall {
  const redact = createRedact(kinds, words);
  const redactions: Redactions = new Map();
  const kept = {
    request: keepBody(textOf(request), request.length, redact, redactions),
    answer: keepAnswer(operation, answer, answerBytes, redact, redactions),
  };
  if (answer.length < answerBytes) kept.answer.isCut = true;
  return { ...kept, redactions: [...redactions].map(([kind, count]) => ({ kind, count })) };
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");

function keepBody(text: string, sizeBytes: number, redact: Redact, redactions: Redactions): CapturedText {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return keepText(text, sizeBytes, redact, redactions);
  }
  return keepJson(body, sizeBytes, redact, redactions);
}

function keepAnswer(
  operation: Operation,
  bytes: Uint8Array,
  sizeBytes: number,
  redact: Redact,
  redactions: Redactions,
): CapturedText {
  const text = textOf(bytes);
  const dialect = providerDialects[operation as DialectName];
  if (dialect === undefined || /^\s*[{[]/.test(text)) return keepBody(text, sizeBytes, redact, redactions);
  const reader = dialect.createReader();
  const parser = createSseParser();
  try {
    const events = [...parser.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)), ...parser.close()];
    const told = tell(events.flatMap((event) => reader.read(event)));
    return keepText(told, sizeBytes, redact, redactions);
  } catch {
    // What the reader cannot read is kept as it came.
    return keepText(text, sizeBytes, redact, redactions);
  }
}

/** What a stream said, as one text: thoughts and calls of tools stand in it as such. */
function tell(deltas: readonly Delta[]): string {
  const parts: string[] = [];
  const add = (text: string) => {
    parts[parts.length - 1] = (parts.at(-1) ?? "") + text;
  };
  for (const delta of deltas) {
    if (delta.type === "part_start") {
      const { part } = delta;
      parts.push(part.type === "tool_call" ? `[calls ${part.name}] ` : part.type === "thinking" ? "[thinks] " : "");
    } else if (delta.type === "text" || delta.type === "thinking") add(delta.text);
    else if (delta.type === "arguments") add(delta.json);
    else if (delta.type === "failure") parts.push(`[failed] ${delta.failure.message}`);
  }
  return parts.filter((part) => part !== "").join("\n\n");
}
