import { randomUUID } from "node:crypto";
import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from "node:http";

import type { Caller } from "./call.ts";

/**
 * Sent with every response unless it sets its own; the values follow the OWASP Secure Headers Project for an API.
 * All names are in lower case, as those of the fetch standard are, so that one name cannot be sent twice.
 */
const STANDARD_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const STANDARD_FIELDS: readonly string[] = Object.entries(STANDARD_HEADERS).flat();

const REQUEST_ID_FORM = /^[\w.-]{8,64}$/;

/**
 * Node's response with the header fields that every response of a reef has. They are joined with the handler's own at the
 * moment of writing: setting each by itself would cost more than all the rest of a small read.
 */
export class ReefResponse extends ServerResponse {
  /** The client's own request id where it looks like one, so that its log and ours meet; else a new one. */
  readonly requestId: string;
  /** What answers, and for whom, once it is known: for the log and the metrics. */
  operation: string | undefined;
  caller: Caller | undefined;
  /** Further fields of this response, by lower-case name. */
  readonly extraHeaders: Record<string, string> = {};

  constructor(request: IncomingMessage) {
    super(request);
    const given = request.headers["x-request-id"];
    this.requestId = typeof given === "string" && REQUEST_ID_FORM.test(given) ? given : randomUUID();
  }

  /** A flat list of names and values costs less than an object; it names none of the fields that every response has. */
  override writeHead(status: number, ...rest: unknown[]): this {
    const last = rest.at(-1);
    const isFirst = this.getHeaderNames().length === 0;
    if (Array.isArray(last) && isFirst) {
      const fields = STANDARD_FIELDS.concat("x-request-id", this.requestId, last);
      for (const name in this.extraHeaders) fields.push(name, this.extraHeaders[name] ?? "");
      return super.writeHead(status, fields);
    }
    const given = typeof last === "object" && last !== null ? (last as OutgoingHttpHeaders) : {};
    const own = { ...STANDARD_HEADERS, ...this.extraHeaders, "x-request-id": this.requestId };
    if (isFirst) return super.writeHead(status, Object.assign(own, given));
    for (const [name, value] of Object.entries(own)) {
      if (!this.hasHeader(name)) this.setHeader(name, value);
    }
    return super.writeHead(status, given);
  }
}
