import type { Dispatcher } from "undici";

/** What a library wants to be sent. */
interface LibraryRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
}

/**
 * Sends the requests of AWS's library over the gateway's own connections: so they are guarded against private addresses,
 * limited and timed as all others are, and closed with them.
 */
export const createRequestHandler = (dispatcher: Dispatcher) => ({
  metadata: { handlerProtocol: "http/1.1" },
  async handle({ method, path, headers, body }: LibraryRequest, options: { abortSignal?: unknown } = {}) {
    const answer = await dispatcher.request({
      method: method as Dispatcher.HttpMethod,
      path,
      headers,
      body: (body ?? null) as Dispatcher.DispatchOptions["body"],
      signal: options.abortSignal as AbortSignal | undefined,
    });
    const fields = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    return {
      response: {
        statusCode: answer.statusCode,
        headers: Object.fromEntries(fields) as Record<string, string>,
        body: answer.body,
      },
    };
  },
});
