import type { ClientDialect } from "../dialects/dialect.ts";
import { clientDialects } from "../dialects/index.ts";
import type { Operation } from "../providers/provider.ts";

/** What programs call, by method and path. */
export interface PlaneEndpoint {
  operation: Operation;
  /** In which refusals and failures are spelled, and answers where one is translated. */
  client: ClientDialect;
  /** The fields in which a caller may declare the longest answer. */
  limitFields: readonly string[];
  /** All fields that the way of a call depends on. */
  fields: ReadonlySet<string>;
}

/** Fields that matter whatever the dialect. */
const FIELDS = ["model", "stream", "stream_options", "n", "background"];

const endpoint = (
  operation: Operation,
  dialect: keyof typeof clientDialects,
  ...limitFields: string[]
): PlaneEndpoint => ({
  operation,
  client: clientDialects[dialect],
  limitFields,
  fields: new Set([...FIELDS, ...limitFields]),
});

const endpoints: Readonly<Record<string, PlaneEndpoint>> = {
  "/v1/chat/completions": endpoint("openai-chat", "openai-chat", "max_completion_tokens", "max_tokens"),
  "/v1/responses": endpoint("openai-responses", "openai-responses", "max_output_tokens"),
  "/v1/messages": endpoint("anthropic", "anthropic", "max_tokens"),
  "/v1/messages/count_tokens": endpoint("count-tokens", "anthropic"),
  "/v1/embeddings": endpoint("embeddings", "openai-chat"),
};

/** The endpoint of an operation. */
export function endpointOf(operation: Operation): PlaneEndpoint {
  const found = Object.values(endpoints).find((known) => known.operation === operation);
  if (found === undefined) throw new Error(`Nobody calls for ${operation}.`);
  return found;
}

/** The endpoint of a path; undefined where there is none. */
export const findEndpoint = (path: string): PlaneEndpoint | undefined =>
  Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
