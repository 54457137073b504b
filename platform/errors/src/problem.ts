/** One wrong field of a request: `path` in dot notation (`body.tags.3`), and what is wrong with it. */
export interface FieldError {
  path: string;
  message: string;
}

/** RFC 9457 problem details, with the members that Reef adds. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  instance: string;
  requestId: string;
  errors?: FieldError[];
  retryAfterSeconds?: number;
  /** The version that `If-Match` should have named (412 only). */
  currentVersion?: number;
}

export interface ProblemOptions {
  /** Replaces the table's public text. It reaches the caller, so it must hold nothing secret. */
  detail?: string | undefined;
  /** For the log only. */
  internal?: Record<string, unknown> | undefined;
  errors?: FieldError[] | undefined;
  retryAfterSeconds?: number | undefined;
  currentVersion?: number | undefined;
  cause?: unknown;
}

/** A failure with a public face (`code`, `status`, `detail`) and an internal one (`internal`, `cause`). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly options: ProblemOptions;

  constructor(code: string, status: number, title: string, detail: string, options: ProblemOptions = {}) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.code = code;
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.options = options;
  }
}
