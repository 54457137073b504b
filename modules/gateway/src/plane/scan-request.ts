/** A value at the top of a JSON object: where its bytes begin and end. */
export interface Span {
  start: number;
  end: number;
}

/** What a look over a request's body found. */
export interface Scan {
  /** The wanted fields of the outermost object that are there. */
  spans: ReadonlyMap<string, Span>;
  /** Bytes of all its texts, names included; without the media. */
  textBytes: number;
  /** Texts that are no language: images and documents in base64. */
  media: number;
}

/** A body that is no JSON object, or that names a wanted field twice: two readers would not agree on what it asks. */
export class BadBody extends Error {}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** A text this long that begins and ends in base64's letters alone, but for what stands before its data, is taken for media. */
const MEDIA_BYTES = 2_048;
const LOOKED_AT_BYTES = 256;
const BASE64 = /^"(?:data:[\w/+.-]{1,100}(?:;[\w=.-]{1,100}){0,4},)?[A-Za-z0-9+/_\\-]+$/;
const BASE64_END = /^[A-Za-z0-9+/_\\-]+={0,2}"$/;
const SPACE = 0x20;
/** So many bytes of a text are looked at one by one. */
const NEAR_BYTES = 32;

/**
 * Finds fields of the outermost object without reading the rest: a body of megabytes is on its way after one pass over its
 * bytes, of which texts are leapt over. What stands inside is not checked; the upstream does that.
 *
 * @throws BadBody
 */
export function scanRequest(body: Buffer, wanted: ReadonlySet<string>): Scan {
  // A letter for each byte: looking into a text costs less than looking into a buffer.
  const text = body.toString("latin1");
  const spans = new Map<string, Span>();
  let textBytes = 0;
  let media = 0;
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== OPEN_BRACE) throw new BadBody("The body is no JSON object.");
  at = skipSpace(text, at + 1);
  if (text.charCodeAt(at) === CLOSE_BRACE) return finish(at);

  for (;;) {
    if (text.charCodeAt(at) !== QUOTE) throw new BadBody("The body is no JSON object.");
    const nameEnd = endOfText(text, at);
    const name = nameOf(body, text.slice(at + 1, nameEnd - 1), { start: at, end: nameEnd });
    textBytes += nameEnd - at;
    at = skipSpace(text, nameEnd);
    if (text.charCodeAt(at) !== COLON) throw new BadBody("The body is no JSON object.");
    const start = skipSpace(text, at + 1);
    const end = skipValue(start);
    if (wanted.has(name)) {
      if (spans.has(name)) throw new BadBody(`The body has \`${name}\` twice.`);
      spans.set(name, { start, end });
    }
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === CLOSE_BRACE) return finish(at);
    if (text.charCodeAt(at) !== COMMA) throw new BadBody("The body is no JSON object.");
    at = skipSpace(text, at + 1);
  }

  function finish(end: number): Scan {
    if (skipSpace(text, end + 1) !== text.length) throw new BadBody("Something stands behind the JSON object.");
    return { spans, textBytes, media };
  }

  /** The end of the value that begins at `from`: texts are leapt over, and of the rest only brackets are counted. */
  function skipValue(from: number): number {
    let depth = 0;
    for (let index = from; index < text.length; index += 1) {
      const byte = text.charCodeAt(index);
      if (byte === QUOTE) {
        const end = endOfText(text, index);
        countText(index, end);
        if (depth === 0) return end;
        index = end - 1;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        // A number or a word ends before the bracket that closes what it is in.
        if (depth === 0) return index;
        depth -= 1;
        if (depth === 0) return index + 1;
      } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return index;
    }
    throw new BadBody("The JSON object is cut off.");
  }

  function countText(start: number, end: number): void {
    const length = end - start;
    const isMedia =
      length > MEDIA_BYTES &&
      BASE64.test(text.slice(start, start + LOOKED_AT_BYTES)) &&
      BASE64_END.test(text.slice(end - LOOKED_AT_BYTES, end));
    if (isMedia) media += 1;
    else textBytes += length;
  }
}

const isSpace = (byte: number): boolean => byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** The index behind the quote that ends the text whose first quote is at `start`. */
function endOfText(text: string, start: number): number {
  // A name ends before a search would have begun.
  let near = start + 1;
  for (const end = Math.min(text.length, near + NEAR_BYTES); near < end; near += 1) {
    const byte = text.charCodeAt(near);
    if (byte === QUOTE) return near + 1;
    if (byte === BACKSLASH) break;
  }
  for (let from = near; ; ) {
    const quote = text.indexOf('"', from);
    if (quote === -1) throw new BadBody("The JSON object is cut off.");
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

/** A name as every other reader understands it, also where it is written with escapes. */
const nameOf = (body: Buffer, name: string, span: Span): string =>
  name.includes("\\") ? String(parse(body, span)) : name;

/** The value of a span. @throws BadBody when it is no JSON. */
export function parse(body: Buffer, { start, end }: Span): unknown {
  try {
    return JSON.parse(body.toString("utf8", start, end)) as unknown;
  } catch {
    throw new BadBody("The body is no JSON.");
  }
}
