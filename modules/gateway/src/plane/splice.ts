import type { Span } from "./scan-request.ts";

/** A change of one field of a body: its span in place of which `json` stands; or a field that is not there yet. */
export type Splice = { span: Span; json: string } | { field: string; json: string };

/** The body with some fields changed, every other byte as it was. The body is a JSON object with at least one field. */
export function splice(body: Buffer, splices: readonly Splice[]): Buffer {
  if (splices.length === 0) return body;
  const pieces: Buffer[] = [];
  let at = 0;
  const changes = splices
    .filter((change) => "span" in change)
    .toSorted((one, other) => one.span.start - other.span.start);
  const additions = splices.filter((change) => "field" in change);
  if (additions.length > 0) {
    const brace = body.indexOf("{") + 1;
    const fields = additions.map(({ field, json }) => `${JSON.stringify(field)}:${json},`).join("");
    pieces.push(body.subarray(0, brace), Buffer.from(fields));
    at = brace;
  }
  for (const { span, json } of changes) {
    pieces.push(body.subarray(at, span.start), Buffer.from(json));
    at = span.end;
  }
  pieces.push(body.subarray(at));
  return Buffer.concat(pieces);
}
