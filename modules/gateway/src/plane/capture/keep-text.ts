import { createHash } from "node:crypto";
import type { CapturedText } from "../../contract/captures.ts";
import type { Redact, Redactions } from "./redact.ts";

/** What is kept of a prompt, or of an answer, in bytes. */
const KEPT_BYTES = 262_144;
/** So much of a text is looked at: what is taken out makes room. */
const READ_CHARACTERS = 2 * KEPT_BYTES;
/** Where a text was cut before anything was taken out of it, a piece of a secret may stand at its end, which nobody knows again. */
const UNSURE_CHARACTERS = 4_096;
/** Whole numbers from here on may be those of a card. */
const LONG_NUMBER = 1e12;

const DATA_ADDRESS = /data:([\w/+.-]{1,100})(?:;[\w=.-]{1,100}){0,4}?;base64,([A-Za-z0-9+/_=-]+)/g;
const LONG_BASE64 = /^[A-Za-z0-9+/_-]{1024,}={0,2}$/;
/** Names of fields beside which bytes stand in base64, in some dialect. */
const MEDIA_TYPES = ["media_type", "mediaType", "mimeType", "mime_type", "format"];

/** What is kept of JSON: every text in it without what must not be kept, and without images and sounds; cut where it is long. */
export function keepJson(value: unknown, sizeBytes: number, redact: Redact, redactions: Redactions): CapturedText {
  let left = READ_CHARACTERS;

  function keepString(text: string): string {
    // Beyond what is looked at nothing is kept, so nothing is to be taken out of it.
    if (text === "" || left <= 0) return "";
    const read = text.slice(0, Math.max(0, left));
    left -= read.length;
    const kept = keepPlain(read, redact, redactions);
    return read.length === text.length ? kept : kept.slice(0, Math.max(0, kept.length - UNSURE_CHARACTERS));
  }

  function keep(item: unknown): unknown {
    if (typeof item === "string") return LONG_BASE64.test(item) ? mediaMark("", item, redactions) : keepString(item);
    if (typeof item === "number") return keepNumber(item);
    if (Array.isArray(item)) return item.map(keep);
    if (typeof item !== "object" || item === null) return item;
    const fields = item as Record<string, unknown>;
    const media = MEDIA_TYPES.map((name) => fields[name]).find((type) => typeof type === "string");
    const kept = createNamed();
    for (const [name, field] of Object.entries(fields)) {
      // Not a name of what is cut off: many a small field would take long, and say nothing.
      if (left <= 0) break;
      const isMedia = name === "data" && typeof field === "string" && media !== undefined;
      const keptName = keepString(name);
      kept.put(keptName, isMedia ? mediaMark(String(media), field, redactions) : keep(field));
    }
    return kept.named();
  }

  function keepNumber(number: number): unknown {
    if (left <= 0 || !Number.isInteger(number) || Math.abs(number) < LONG_NUMBER) return number;
    const text = String(number);
    left -= text.length;
    const kept = redact(text, redactions);
    return kept === text ? number : kept;
  }

  return { ...cut(JSON.stringify(keep(value)), left <= 0), form: "json", sizeBytes };
}

/** What is kept of a text without a form. */
export function keepText(text: string, sizeBytes: number, redact: Redact, redactions: Redactions): CapturedText {
  const read = text.slice(0, READ_CHARACTERS);
  const kept = keepPlain(read, redact, redactions);
  const isShortened = read.length < text.length;
  const sure = isShortened ? kept.slice(0, Math.max(0, kept.length - UNSURE_CHARACTERS)) : kept;
  return { ...cut(sure, isShortened), form: "text", sizeBytes };
}

const keepPlain = (text: string, redact: Redact, redactions: Redactions): string =>
  redact(
    text.replace(DATA_ADDRESS, (_address, type: string, base64: string) => mediaMark(type, base64, redactions)),
    redactions,
  );

/** In place of an image or a sound: by its digest people know it again, if they have it. */
function mediaMark(type: string, base64: string, redactions: Redactions): string {
  redactions.set("media", (redactions.get("media") ?? 0) + 1);
  const bytes = Buffer.from(base64, "base64");
  const digest = createHash("sha256").update(bytes).digest("hex");
  return `[media ${type.slice(0, 100)} of ${bytes.length} bytes, sha256 ${digest}]`.replace("media  of", "media of");
}

/** Fields under their names, of which two may become the same mark: each gets one of its own, in time that is that of their count. */
function createNamed() {
  const fields = new Map<string, unknown>();
  const counts = new Map<string, number>();

  function freeName(name: string): string {
    if (!fields.has(name)) return name;
    let number = (counts.get(name) ?? 1) + 1;
    while (fields.has(`${name} ${number}`)) number += 1;
    counts.set(name, number);
    return `${name} ${number}`;
  }

  return {
    put: (name: string, field: unknown): void => void fields.set(freeName(name), field),
    // Not by assignment: that would lose a field named `__proto__`.
    named: () => Object.fromEntries(fields),
  };
}

function cut(text: string, isShortened: boolean): Pick<CapturedText, "text" | "isCut"> {
  const bytes = Buffer.from(text);
  if (bytes.length <= KEPT_BYTES && !isShortened) return { text, isCut: false };
  // Not within a character: what is left of one would be a replacement mark.
  let end = Math.min(KEPT_BYTES, bytes.length);
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { text: `${bytes.toString("utf8", 0, end)}\n[cut off here]`, isCut: true };
}
