import { type Context, context, ROOT_CONTEXT } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";

const propagator = new W3CTraceContextPropagator();

/** Headers by lower-case name, as node:http has them. */
export type HeaderMap = Record<string, string | string[] | undefined>;

/** The context of the caller's trace (W3C `traceparent`), or an empty one when the headers carry none. */
export function remoteContext(headers: HeaderMap): Context {
  return propagator.extract(ROOT_CONTEXT, headers, {
    get: (carrier, key) => carrier[key],
    keys: (carrier) => Object.keys(carrier),
  });
}

/** Runs `work` as a part of the caller's trace, so that spans started inside become its children. */
export function withRemoteParent<Result>(headers: HeaderMap, work: () => Result): Result {
  return context.with(remoteContext(headers), work);
}

/** `traceparent` and `tracestate` of the active span, for a call to another server; empty when nothing is traced. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagator.inject(context.active(), headers, {
    set: (carrier, key, value) => {
      carrier[key] = value;
    },
  });
  return headers;
}
