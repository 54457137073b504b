/** What the reef says when it refuses a call (RFC 9457), or `code: "network"` when it could not be reached. */
export class ReefError extends Error {
  override readonly name = "ReefError";
  /** For example `memory.not_found`; OAuth's own codes at the token endpoint; `network` without an answer. */
  readonly code: string;
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
  readonly title: string;
  /** What went wrong and what to do. */
  readonly detail: string;
  /** Names the request in the reef's log. */
  readonly requestId: string | undefined;
  /** Each wrong field of the request. */
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;
  /** The version that `ifMatch` should have named (status 412 only). */
  readonly currentVersion: number | undefined;

  constructor(problem: ProblemLike, cause?: unknown) {
    super(`${problem.title}: ${problem.detail}`, { cause });
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.requestId = problem.requestId;
    this.errors = problem.errors ?? [];
    this.retryAfterSeconds = problem.retryAfterSeconds;
    this.currentVersion = problem.currentVersion;
  }
}

/** One wrong field: `path` in dot notation (`body.tags.3`), and what is wrong with it. */
export interface FieldError {
  path: string;
  message: string;
}

interface ProblemLike {
  code: string;
  status: number;
  title: string;
  detail: string;
  requestId?: string | undefined;
  errors?: FieldError[] | undefined;
  retryAfterSeconds?: number | undefined;
  currentVersion?: number | undefined;
}

/** RFC 6749, section 5.2. */
interface OAuthError {
  error?: string;
  error_description?: string;
}

/** The reef did not answer at all, or not to the end. */
export const networkError = (url: string, cause: unknown): ReefError =>
  new ReefError(
    {
      code: "network",
      status: 0,
      title: "The reef cannot be reached",
      detail: `Nothing answers at ${url}. Is it running, and is the address right?`,
    },
    cause,
  );

/** A mistake or a danger that was seen on this side; nothing was sent. */
export const localError = (code: string, title: string, detail: string): ReefError =>
  new ReefError({ code: `sdk.${code}`, status: 0, title, detail });

/** The error of a response that is no success; a body that is no problem document is not trusted with the text. */
export async function errorOf(response: Response): Promise<ReefError> {
  const body = await bodyOf(response);
  return new ReefError({
    code: body.code ?? body.error ?? `http.${response.status}`,
    status: response.status,
    title: body.title ?? (body.error ? "The token was refused" : `The server answered ${response.status}`),
    detail: body.detail ?? body.error_description ?? "It is perhaps no reef, or a proxy before it.",
    errors: Array.isArray(body.errors) ? body.errors : undefined,
    retryAfterSeconds: retryAfterSecondsOf(response) ?? body.retryAfterSeconds,
    currentVersion: body.currentVersion,
    requestId: response.headers.get("x-request-id") ?? undefined,
  });
}

/** The error of a success whose body is not JSON: whatever answered, it was no reef. */
export const unreadableError = (response: Response, cause: unknown): ReefError =>
  new ReefError(
    {
      code: "sdk.unreadable_answer",
      status: response.status,
      title: "The answer is not a reef's",
      detail: `What answers at ${new URL(response.url).origin} does not speak JSON. Is the address right?`,
      requestId: response.headers.get("x-request-id") ?? undefined,
    },
    cause,
  );

async function bodyOf(response: Response): Promise<Partial<ProblemLike> & OAuthError> {
  const body: unknown = await response.json().catch(() => undefined);
  return typeof body === "object" && body !== null ? body : {};
}

/** `Retry-After` in either of its two forms: seconds, or a date. */
function retryAfterSecondsOf(response: Response): number | undefined {
  const header = response.headers.get("retry-after");
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
