import { ReefError } from "@reef/sdk";

/** What the program's exit code tells its caller. */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrongUse: 2,
  notSignedIn: 3,
  notFound: 4,
  unreachable: 5,
  interrupted: 130,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * A failure that this program found by itself: one line of what, one line of what to do. Where the reef's refusal is its `cause`,
 * these two lines are told in place of that one's, and all else of it stays.
 */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly mend: string;
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, what: string, mend: string, options?: ErrorOptions) {
    super(what, options);
    this.exitCode = exitCode;
    this.mend = mend;
  }
}

/** One wrong field of a request: where it stands there (`body.tags.3`), and the option that it came from, where there is one. */
interface WrongField {
  path: string;
  option?: string | undefined;
  message: string;
}

/** A failure as a person or a program gets it. */
export interface Failure {
  exitCode: ExitCode;
  code: string;
  what: string;
  mend: string;
  status?: number | undefined;
  requestId?: string | undefined;
  errors?: readonly WrongField[] | undefined;
  retryAfterSeconds?: number | undefined;
}

/** Codes of OAuth's token endpoint (RFC 6749, section 5.2) by which the reef says that it does not know this agent. */
const UNKNOWN_AGENT = new Set(["invalid_client", "unauthorized_client", "invalid_grant"]);
/** What people are refused with, who are not registered but sign in. */
const SIGNED_OUT = new Set(["identity.signed_out", "identity.invalid_api_key"]);
const NO_CREDENTIALS = new Set(["sdk.no_credentials", "sdk.locked_keyring"]);
const PROXY_WITHOUT_REEF = new Set([502, 503, 504]);

/** Turns anything that was thrown into two lines and an exit code. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ReefError) return describeReefError(error);
  if (error instanceof CommandError) {
    const { exitCode, message: what, mend, cause } = error;
    const behind = cause instanceof ReefError ? describeReefError(cause) : { code: "cli.failed" };
    return { ...behind, exitCode, what, mend };
  }
  const what = error instanceof Error ? error.message : String(error);
  return { exitCode: exitCodes.failed, code: "cli.failed", what, mend: "Run `reef doctor` to see what is wrong here." };
}

function describeReefError(error: ReefError): Failure {
  const { code, status, title, requestId, retryAfterSeconds, errors } = error;
  const exitCode = exitCodeOf(error);
  return {
    exitCode,
    code,
    what: title,
    mend: mendOf(error, exitCode),
    status,
    requestId,
    errors: errors.length > 0 ? errors : undefined,
    retryAfterSeconds,
  };
}

function mendOf({ code, status, detail }: ReefError, exitCode: ExitCode): string {
  // A request that names another organization than one's own gets no more than that.
  if (code === "http.404") return `${detail} If you named an organization, \`reef organizations\` lists yours.`;
  if (code === "http.people_only")
    return `${detail} Here: \`reef login\`, then --profile me, or \`reef config use me\` for all that follows.`;
  if (status === 0 || exitCode !== exitCodes.notSignedIn || SIGNED_OUT.has(code)) return detail;
  const said = detail.endsWith(".") ? detail : `${detail}.`;
  return `${said} If the agent is disabled, an admin can enable it again; if it is gone for good, join anew with \`reef register --force\`, which makes it another key.`;
}

function exitCodeOf({ code, status }: ReefError): ExitCode {
  if (code === "network" || PROXY_WITHOUT_REEF.has(status)) return exitCodes.unreachable;
  if (status === 401 || NO_CREDENTIALS.has(code) || UNKNOWN_AGENT.has(code)) return exitCodes.notSignedIn;
  if (status === 404) return exitCodes.notFound;
  return exitCodes.failed;
}
