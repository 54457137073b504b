/** Pages that sign people in; going back to one of them would only sign in again. */
const SIGN_IN = /^\/(sign-in|sign-up|sign-out)(?=$|[/?#])/;

/**
 * The path to go to after signing in, or `/`: only a path on our own origin, so that a link cannot lead people from our
 * sign-in page to somebody else's (CWE-601). Browsers read `\` as `/` and drop tabs and line ends, so both are resolved
 * as the browser would before the origin is looked at.
 */
export function safeReturnTo(given: unknown, origin: string): string {
  if (typeof given !== "string" || !given.startsWith("/") || given.length > 2_000) return "/";
  if (!URL.canParse(given, origin)) return "/";
  const { origin: target, pathname, search, hash } = new URL(given, origin);
  if (target !== new URL(origin).origin || pathname.startsWith("//")) return "/";
  const path = `${pathname}${search}${hash}`;
  return SIGN_IN.test(path) ? "/" : path;
}
