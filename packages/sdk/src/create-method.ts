import type { CallOptions, Operation, Page, StreamOptions } from "./client-types.ts";
import type { TransportOptions, TransportRequest } from "./exchange.ts";
import { followEvents } from "./follow-events.ts";
import type { TokenSource } from "./tokens.ts";
import { sendRequest } from "./transport.ts";

type Input = Readonly<Record<string, unknown>>;

/** The function behind `reef.<module>.<verb>`; a list's has `all` as well, and a stream's gives its events. */
export function createMethod(operation: Operation, tokens: TokenSource | undefined, transport: TransportOptions) {
  const { event } = operation;
  if (event !== undefined) {
    return (input: Input = {}, options: StreamOptions = {}) =>
      followEvents({
        event,
        request: requestOf(operation, input, options),
        transport,
        onConnection: options.onConnection,
      });
  }
  const call = async (input: Input = {}, options: CallOptions = {}): Promise<unknown> =>
    sendRequest(requestOf(operation, input, options), operation.needsToken ? tokens : undefined, transport);
  if (!operation.query.includes("cursor")) return call;
  return Object.assign(call, {
    async *all(input: Input = {}, options: CallOptions = {}) {
      let cursor = input.cursor as string | null | undefined;
      do {
        const page = (await call({ ...input, cursor: cursor ?? undefined }, options)) as Page<unknown>;
        yield* page.items;
        cursor = page.nextCursor;
      } while (cursor !== null);
    },
  });
}

/** The input's fields, each where the operation wants it: in the path, in the query, or in the body. */
function requestOf(operation: Operation, input: Input, options: CallOptions): TransportRequest {
  const rest = { ...input };
  const take = (name: string) => {
    const value = rest[name];
    delete rest[name];
    return value;
  };
  const path = operation.path.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = take(name);
    if (typeof value !== "string" || value === "") throw new TypeError(`${operation.path} needs ${name}.`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const name of operation.query) {
    const value = take(name);
    // A list is comma-separated in a query, as `String` writes it.
    if (value !== undefined) query.set(name, String(value));
  }
  const headers = new Headers({ Accept: "application/json" });
  const idempotencyKey = options.idempotencyKey ?? (operation.isIdempotent ? crypto.randomUUID() : undefined);
  if (idempotencyKey !== undefined) headers.set("Idempotency-Key", idempotencyKey);
  if (options.ifMatch !== undefined) headers.set("If-Match", `"${options.ifMatch}"`);
  if (operation.hasBody) headers.set("Content-Type", "application/json");
  return {
    method: operation.method,
    path: query.size === 0 ? path : `${path}?${query}`,
    headers,
    body: operation.hasBody ? JSON.stringify(rest) : undefined,
    // The reef heeds a key only where the operation takes one.
    isSafeToRepeat: operation.isRead || operation.isIdempotent,
    signal: options.signal,
  };
}
