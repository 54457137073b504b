import unhomoglyph from "unhomoglyph";

/** A text inside a text inside a text is looked for, and no further. */
const MOST_LAYERS = 3;
/** Readings of one window together, in times of its length: what is decoded must not become a burden. */
const MOST_EXPANSION = 3;

/** Characters that nobody sees: soft hyphens, joiners, marks of direction, fillers, variation selectors, tags. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** The tag characters mirror ASCII, invisibly (Unicode, section 23.9). */
const TAG = /[\u{e0020}-\u{e007e}]/gu;
const ASCII_ONLY = /^[\t\n\r -~]*$/;

/**
 * A window of text in all the ways in which a model may read it: as it is meant to be seen, without what hides in it; and
 * what was hidden or encoded in it, each as a text of its own.
 */
export function readingsOf(text: string): string[] {
  const readings: string[] = [];
  let room = text.length * MOST_EXPANSION + 1_000;
  const add = (given: string, layer: number): void => {
    if (given === "" || room <= 0) return;
    // Some single characters stand for whole sentences of others, so what counts is how long it has become.
    const seen = asSeen(given).slice(0, room);
    room -= seen.length;
    readings.push(seen);
    if (layer === MOST_LAYERS) return;
    for (const hidden of hiddenIn(given, seen)) add(hidden, layer + 1);
  };
  add(text, 1);
  return readings;
}

/** The text without disguise: one form of each letter, nothing invisible, escapes replaced by what they stand for. */
function asSeen(text: string): string {
  const plain = ASCII_ONLY.test(text) ? text : text.normalize("NFKC").replace(INVISIBLE, "");
  return joinSpacedLetters(decodeEscapes(plain));
}

function hiddenIn(text: string, seen: string): string[] {
  const hidden = decodeBase64Runs(seen);
  const tags = text.match(TAG);
  if (tags !== null) hidden.push(tags.map((tag) => String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000)).join(""));
  // Reversed and rotated texts are looked at only where a word shows that there is one.
  if (/snoitcurtsni|tpmorp|selur/i.test(seen)) hidden.push(Array.from(seen).reverse().join(""));
  if (/vafgehpgvba|cebzcg|vtaber/i.test(seen)) hidden.push(rotate13(seen));
  return hidden;
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  lbrack: "[",
  rbrack: "]",
};
const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos|nbsp|lbrack|rbrack));/g;
const ESCAPED_BYTES = /(?:%[0-9a-fA-F]{2}){3,}|(?:\\x[0-9a-fA-F]{2}){3,}/g;
const ESCAPED_UNITS = /(?:\\u[0-9a-fA-F]{4}){3,}/g;

function decodeEscapes(text: string): string {
  let decoded = text;
  if (decoded.includes("&")) {
    decoded = decoded.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED_ENTITIES[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "0", 16) : Number(decimal);
      return code >= 32 && code <= 0x10ffff ? String.fromCodePoint(code) : " ";
    });
  }
  if (decoded.includes("%") || decoded.includes("\\x")) {
    // Between words a percent-encoded text often keeps its letters: then single escapes are what separates them.
    decoded = decoded
      .replace(/%20|%0[aAdD]/g, " ")
      .replace(/%3[cC]/g, "<")
      .replace(/%3[eE]/g, ">")
      .replace(/%5[bB]/g, "[")
      .replace(/%5[dD]/g, "]")
      .replace(ESCAPED_BYTES, (run) => Buffer.from(run.replace(/%|\\x/g, ""), "hex").toString("utf8"));
  }
  if (decoded.includes("\\u")) {
    decoded = decoded.replace(ESCAPED_UNITS, (run) =>
      String.fromCharCode(...(run.match(/[0-9a-fA-F]{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16))),
    );
  }
  return decoded;
}

const SPACED = /(?<![\p{L}\p{N}])[\p{L}\p{N}](?: [\p{L}\p{N}]){3,}(?![\p{L}\p{N}])/gu;

/** `i g n o r e   a l l` is read as two words. */
const joinSpacedLetters = (text: string): string => text.replace(SPACED, (run) => run.replaceAll(" ", ""));

/** Shorter runs hold no sentence worth hiding. */
const BASE64_RUN = /[A-Za-z0-9+/_-]{20,}/g;

/** Every run of base64 that is a text. A run may begin anywhere in a longer one, so each of the four alignments is read. */
function decodeBase64Runs(text: string): string[] {
  const decoded: string[] = [];
  for (const [run] of text.matchAll(BASE64_RUN)) {
    for (let offset = 0; offset < 4; offset += 1) {
      const found = readableText(Buffer.from(run.slice(offset), "base64"));
      if (found === undefined) continue;
      decoded.push(found);
      break;
    }
  }
  return decoded;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The bytes as text, if that is what they are: UTF-8, and nearly all of it letters and spaces. */
function readableText(bytes: Buffer): string | undefined {
  // The first bytes tell enough to leave out what is no text at all, as most runs are.
  for (const byte of bytes.subarray(0, 12)) if (byte < 9 || (byte > 13 && byte < 32) || byte === 127) return undefined;
  for (let end = bytes.length; end >= Math.max(0, bytes.length - 3); end -= 1) {
    let text: string;
    try {
      text = decoder.decode(bytes.subarray(0, end));
    } catch {
      continue;
    }
    const letters = text.match(/[\p{L}\p{N}\s+/=]/gu)?.length ?? 0;
    return letters >= Array.from(text).length * 0.8 ? text : undefined;
  }
  return undefined;
}

const rotate13 = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0);
    const first = code < 97 ? 65 : 97;
    return String.fromCharCode(((code - first + 13) % 26) + first);
  });

/** Small capitals and a few look-alikes that the standard's list keeps as letters of their own, each with what it is read as. */
const SMALL_CAPITALS = new Map(
  Array.from(
    "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkĸkʟlᴍmʍmɴnᴎnπnᴏoᴘpʀrᴛtᴜuᴠvᴡwʏyᴢz".matchAll(/(.)(.)/gu),
    ([, capital = "", letter = ""]) => [capital, letter],
  ),
);

/** The shape of a word (Unicode Technical Standard 39, "skeleton"): words that look alike have one. */
export const shapeOf = (word: string): string =>
  unhomoglyph(Array.from(word, (letter) => SMALL_CAPITALS.get(letter) ?? letter).join("")).replace(
    /[ᴀ-ᴢɢɪʀʏʙʜʟɴĸʍπ]/gu,
    (letter) => SMALL_CAPITALS.get(letter) ?? letter,
  );

/** A word as word lists have it: lower case, without accents. */
export function foldWord(word: string): string {
  const lower = word.toLowerCase();
  return ASCII_ONLY.test(lower)
    ? lower
    : lower
        .normalize("NFD")
        .replace(/[\u0300-\u036f]/g, "")
        .normalize("NFC");
}
