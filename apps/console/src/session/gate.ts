import { ReefError } from "@reef/sdk";

/** What an answer to "who is signed in?" that is no account means for the page. */
export type Refusal =
  /** Sign in, and come back to this path. */
  | { kind: "sign-in"; reason: "signed-out" | "unreachable" }
  /** The organization of the address or of the browser's memory is not the person's. */
  | { kind: "not-yours" };

/**
 * Whatever is not a known session leads to the sign-in page: nobody, a reef that fails, and a reef that cannot be reached.
 * Only so is it certain that nothing of an organization is painted for somebody whose session is not known.
 */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ReefError)) return { kind: "sign-in", reason: "unreachable" };
  if (error.status === 404) return { kind: "not-yours" };
  const isRefused = error.status >= 400 && error.status < 500 && error.status !== 429;
  return { kind: "sign-in", reason: isRefused ? "signed-out" : "unreachable" };
}

/** Whether an answer in the middle of the work says that the session has ended. */
export const isSignedOut = (error: unknown): boolean => error instanceof ReefError && error.status === 401;
