import type { MediaPart } from "./conversation.ts";

const DATA_ADDRESS = /^data:([^;,]*)((?:;[^;,]*)*),/i;

/** What an address of a picture or a file stands for: a `data:` address holds the bytes themselves. */
export function sourceOfAddress(url: string): MediaPart["source"] {
  const match = DATA_ADDRESS.exec(url.slice(0, 1_000));
  if (match === null) return { url };
  const [head, mediaType = "", parameters = ""] = match;
  const body = url.slice(head.length);
  const base64 = /;base64$/i.test(parameters) ? body : Buffer.from(unescaped(body)).toString("base64");
  return { mediaType: mediaType.toLowerCase() || "text/plain", base64 };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An address for a picture or a file, where the bytes go into the address. */
export const addressOfSource = (source: MediaPart["source"]): string =>
  "url" in source ? source.url : `data:${source.mediaType};base64,${source.base64}`;
