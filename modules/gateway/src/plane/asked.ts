import type { PlaneEndpoint } from "./endpoints.ts";
import { BadBody, parse, type Scan, scanRequest } from "./scan-request.ts";

/** What a request's body asks for, as far as the way to its answer depends on it. */
export interface Asked extends AskedFields {
  body: Buffer;
  /** All of the body, read when it is first asked for: what passes through never is. @throws BadBody */
  request(): Record<string, unknown>;
  /** What an answer may repeat of it, or depends on; of a large one without its longest parts. @throws BadBody */
  echo(): Record<string, unknown>;
}

/** What is read of a body in any case. */
export interface AskedFields {
  scan: Scan;
  /** A name or an alias, as the client wrote it. */
  model: string;
  streamed: boolean;
  /** The longest answer that the caller allows, of one choice; undefined where it does not say. */
  maxOutputTokens: number | undefined;
  /** How many answers are asked for at once. */
  choices: number;
  /** Rather too high than too low. */
  estimatedInputTokens: number;
}

/** English has four bytes a token, and JSON more; other scripts have fewer. */
const BYTES_PER_TOKEN = 3;
/** What providers count for a large image at most, or for a page or two. */
const TOKENS_PER_MEDIA = 2_000;

const LONGEST_MODEL = 256;
/** As OpenAI has it. More would declare so much that nothing could be reckoned with it. */
const MOST_CHOICES = 128;

/** Reads what matters of a body. @throws BadBody */
export const readAsked = (body: Buffer, endpoint: PlaneEndpoint): Asked => askedOf(body, readFields(body, endpoint));

/** A body with what was read of it. */
export function askedOf(body: Buffer, fields: AskedFields, echo?: Record<string, unknown>): Asked {
  let request: Record<string, unknown> | undefined;
  const readAll = () => {
    request ??= parse(body, { start: 0, end: body.length }) as Record<string, unknown>;
    return request;
  };
  return { ...fields, body, request: readAll, echo: echo === undefined ? readAll : () => echo };
}

function readFields(body: Buffer, { fields, limitFields }: PlaneEndpoint): AskedFields {
  const scan = scanRequest(body, fields);
  const read = (field: string): unknown => {
    const span = scan.spans.get(field);
    return span === undefined ? undefined : parse(body, span);
  };
  const model = read("model");
  if (typeof model !== "string" || model === "" || model.length > LONGEST_MODEL)
    throw new BadBody("`model` must name a model, as GET /v1/models lists them.");
  // Its answer could not be fetched, and what it goes on to use nobody would count.
  if (read("background") === true) throw new BadBody("`background` is not offered here. Leave it out, and stream.");
  const limits = limitFields.map(read).filter((limit): limit is number => isCount(limit));
  const choices = read("n");
  if (isCount(choices) && choices > MOST_CHOICES) throw new BadBody(`\`n\` must be at most ${MOST_CHOICES}.`);
  return {
    scan,
    model,
    streamed: read("stream") === true,
    maxOutputTokens: limits.length === 0 ? undefined : Math.max(...limits),
    choices: isCount(choices) ? Math.max(1, choices) : 1,
    estimatedInputTokens: Math.ceil(scan.textBytes / BYTES_PER_TOKEN) + scan.media * TOKENS_PER_MEDIA,
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
