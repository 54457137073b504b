import { ReefError } from "./errors.ts";
import { exchange, type TransportOptions, type TransportRequest } from "./exchange.ts";
import type { TokenSource } from "./tokens.ts";

/** Sends a request, again after a passing fault, and once more with a new token after a 401. Gives the JSON of the answer. */
export async function sendRequest(
  request: TransportRequest,
  tokens: TokenSource | undefined,
  options: TransportOptions,
): Promise<unknown> {
  if (tokens === undefined) return exchange(request, options);
  const authorized = (token: string): TransportRequest => {
    const headers = new Headers(request.headers);
    headers.set("Authorization", `Bearer ${token}`);
    return { ...request, headers };
  };
  const token = await tokens.token(request.signal);
  try {
    return await exchange(authorized(token), options);
  } catch (error) {
    // A 401 is answered before anything is done, so every request may be sent again.
    if (!(error instanceof ReefError) || error.status !== 401 || !tokens.discard(token)) throw error;
    return exchange(authorized(await tokens.token(request.signal)), options);
  }
}
