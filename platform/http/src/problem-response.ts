import { Problem, type ProblemDocument } from "@reef/errors";
import { httpErrors } from "./errors.ts";

/** Turns whatever was thrown into the problem that the caller sees; what is not a {@link Problem} becomes `http.internal`. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return isDatabaseOutage(error) ? httpErrors.unavailable({ cause: error }) : httpErrors.internal({ cause: error });
}

const OUTAGE_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "57P01", "57P02", "57P03", "53300"]);

function isDatabaseOutage(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && OUTAGE_CODES.has(code);
}

/** The RFC 9457 document of a problem. `type` is the address of a page that explains the code. */
export function problemDocument(
  problem: Problem,
  at: { publicUrl: string; instance: string; requestId: string },
): ProblemDocument {
  const { errors, retryAfterSeconds, currentVersion } = problem.options;
  return {
    type: `${at.publicUrl}/problems/${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    instance: at.instance,
    requestId: at.requestId,
    ...(errors && { errors }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(currentVersion !== undefined && { currentVersion }),
  };
}

/** The header fields that go with a problem: how to sign in, when to come back, which version is current. */
export function problemHeaders(problem: Problem): Record<string, string> {
  const { retryAfterSeconds, currentVersion } = problem.options;
  return {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    // The rest of the body is not read, so the connection cannot carry another request.
    ...(problem.status === 413 && { Connection: "close" }),
    ...(problem.status === 401 && { "WWW-Authenticate": challenge(problem) }),
    ...(problem.code === "http.missing_scope" && {
      "WWW-Authenticate": 'Bearer realm="reef", error="insufficient_scope"',
    }),
    ...(retryAfterSeconds !== undefined && { "Retry-After": String(retryAfterSeconds) }),
    ...(currentVersion !== undefined && { ETag: `"${currentVersion}"` }),
  };
}

/** RFC 6750, section 3: a request without a token gets no error code. */
const challenge = (problem: Problem) =>
  problem.code === "http.unauthenticated" ? 'Bearer realm="reef"' : 'Bearer realm="reef", error="invalid_token"';
