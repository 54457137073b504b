import type { IncomingMessage } from "node:http";
import { httpErrors } from "@reef/http";

/** No endpoint asks for more than a passkey's answer, which has four. */
const MOST_LEVELS = 8;
/** What a merge would take for the prototype of all objects; better-auth stores it, and then cannot read it any more. */
const MERGED_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/**
 * The body of a request, read within bounds and looked at before better-auth merges and stores what is in it.
 *
 * @returns the text of a JSON object; undefined for an empty body.
 * @throws http.payload_too_large, http.unsupported_media_type, http.invalid_json, http.invalid_request
 */
export async function readJson(
  incoming: IncomingMessage,
  mostBytes: number,
  { allowForm }: { allowForm: boolean },
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) throw httpErrors.payload_too_large();
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") return undefined;
  const mediaType = incoming.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  // Another service may send its answer as a form (OAuth 2.0 Form Post Response Mode).
  if (allowForm && mediaType === "application/x-www-form-urlencoded") return text;
  if (mediaType !== "application/json") throw httpErrors.unsupported_media_type();
  refuseStrange(parse(text), 0);
  return text;
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // It is told below, together with what is JSON but no object.
  }
  throw httpErrors.invalid_json();
}

/** @throws http.invalid_request */
export function refuseNul(search: string): void {
  if (search.includes("%00")) {
    throw httpErrors.invalid_request({ detail: "The query holds the character NUL, which cannot be stored." });
  }
}

/** The database takes no NUL, and what merges objects calls itself for each level. */
function refuseStrange(value: unknown, level: number): void {
  if (typeof value === "string" && value.includes("\u0000")) {
    throw httpErrors.invalid_request({ detail: "A text holds the character NUL, which cannot be stored." });
  }
  if (typeof value !== "object" || value === null) return;
  if (level === MOST_LEVELS)
    throw httpErrors.invalid_request({ detail: `The body nests more than ${MOST_LEVELS} levels deep.` });
  for (const [key, item] of Object.entries(value)) {
    if (MERGED_KEYS.has(key)) throw httpErrors.invalid_request({ detail: `No field is called ${key}.` });
    refuseStrange(key, level + 1);
    refuseStrange(item, level + 1);
  }
}
