import type { Problem } from "@reef/errors";

/** What an agent may do about a problem that any tool may meet, by its code. A tool's own next steps go before these. */
const COMMON: Readonly<Record<string, string>> = {
  "http.invalid_request": "correct the parameters that are named above, then call the tool again.",
  "http.payload_too_large": "send less in one call.",
  "http.missing_scope": "the user has to let you do this: ask for the scope by signing in again.",
  "http.internal": "look first whether it was done, then call the tool again; report the request's id if it stays.",
  "http.unavailable": "call the tool again in a moment.",
};

/** What the agent may do next, if more than the problem's own text says is known. */
export function findNextStep({ code }: Problem, ofTool: Readonly<Record<string, string>>): string | undefined {
  const known = ofTool[code] ?? COMMON[code];
  // An id that cannot be one names nothing, so what helps is what helps where nothing was found.
  if (known !== undefined || code !== "http.not_found") return known;
  return Object.entries(ofTool).find(([other]) => other.endsWith("not_found"))?.[1];
}

/** A path of the REST API, or a header that only it has: nothing that an agent could use in a tool. */
const REST = /\b(GET|POST|PUT|PATCH|DELETE) \/|\/api\/|\/oauth2\/|\bETag\b|Idempotency-Key|Retry-After/;

/** The text without the sentences that speak of REST. */
export const withoutRest = (text: string): string =>
  text
    .split(/(?<=[.;:]) /)
    .filter((part) => !REST.test(part))
    .join(" ")
    .replace(/[;:]$/, ".");
