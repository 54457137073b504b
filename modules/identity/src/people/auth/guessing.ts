import { createHmac, randomUUID } from "node:crypto";
import { APIError, getSessionFromCtx } from "better-auth/api";
import type { Attempt, Attempts, Guesser } from "../attempts.ts";
import { CLIENT_ADDRESS_HEADER, COOKIE_PREFIX } from "../wire.ts";
import type { EndpointContext } from "./endpoint-rule.ts";
import { requestState } from "./request-state.ts";

/** Who signs in with a password; the account need not exist. */
const BY_ADDRESS = new Set(["/sign-in/email"]);
/** The second step of a sign-in, whose first left a cookie. */
const BY_CHALLENGE = new Set(["/two-factor/verify-totp", "/two-factor/verify-backup-code"]);
/** What a session alone must not be enough for: the password is asked again. */
const BY_SESSION = new Set([
  "/change-password",
  "/two-factor/enable",
  "/two-factor/disable",
  "/two-factor/generate-backup-codes",
  "/two-factor/get-totp-uri",
]);
/** What sends a mail to whomever the request names, whether anybody there has asked for it or not; and how it names them. */
const RECIPIENT_FIELDS: Readonly<Record<string, string>> = {
  "/sign-up/email": "email",
  "/send-verification-email": "email",
  "/request-password-reset": "email",
  "/change-email": "newEmail",
  "/organization/invite-member": "email",
};
const KNOWN_BROWSER_SECONDS = 180 * 86_400;

/** Counts wrong passwords and codes, by account and by address, around the endpoints that take them. */
export function createGuessing({ attempts, secret }: { attempts: Attempts; secret: string }) {
  const cookie = "known_browser";

  /** The browser's mark, if it has signed in to this account before (OWASP calls it a device cookie). */
  async function browserOf(context: EndpointContext, email: string): Promise<string | undefined> {
    const { name } = context.context.createAuthCookie(cookie);
    const value = await context.getSignedCookie(name, secret);
    const [browser, owner] = typeof value === "string" ? value.split("!") : [];
    return browser !== undefined && owner === ownerOf(email) ? browser : undefined;
  }
  /** Marks the browser as one of the account's owner. */
  async function remember(context: EndpointContext, email: string): Promise<void> {
    const { name, attributes } = context.context.createAuthCookie(cookie, { maxAge: KNOWN_BROWSER_SECONDS });
    await context.setSignedCookie(name, `${randomUUID()}!${ownerOf(email)}`, secret, attributes);
  }
  const ownerOf = (email: string) =>
    createHmac("sha256", secret).update(`${COOKIE_PREFIX} ${email}`).digest("base64url");

  /** The account that the request tries to get into or acts for, by its address; undefined for a request that is refused anyway. */
  async function accountOf(context: EndpointContext): Promise<string | undefined> {
    const { path, body } = context;
    if (BY_ADDRESS.has(path)) return typeof body?.email === "string" ? body.email.toLowerCase() : undefined;
    const session = await getSessionFromCtx(context);
    if (session !== null) return session.user.email;
    if (!BY_CHALLENGE.has(path)) return undefined;
    const { name } = context.context.createAuthCookie("two_factor");
    const challenge = await context.getSignedCookie(name, context.context.secret);
    if (typeof challenge !== "string") return undefined;
    const { internalAdapter } = context.context;
    const verification = await internalAdapter.findVerificationValue(challenge);
    return verification === null ? undefined : (await internalAdapter.findUserById(verification.value))?.email;
  }

  /**
   * What the attempt counts for. A known browser has a count of its own for passwords, and neither the account's nor its
   * address's holds it up: else whoever guesses could keep out the owner, or everybody in the same house. A code counts for
   * the account alone: whoever has the password may have it from any browser.
   */
  async function guessersOf(context: EndpointContext, account: string): Promise<Guesser[]> {
    const browser = await browserOf(context, account);
    const address = addressOf(context);
    const isCode = BY_CHALLENGE.has(context.path);
    if (isCode) return [...(browser === undefined ? [{ address }] : []), { code: account }];
    return browser === undefined ? [{ address }, { account, address }, { account }] : [{ browser }];
  }

  /** @throws APIError TOO_MANY_ATTEMPTS with how long to wait. */
  async function attemptBy(guessers: readonly Guesser[]): Promise<Attempt> {
    const attempt = await attempts.begin(guessers);
    if ("succeed" in attempt) return attempt;
    throw new APIError("TOO_MANY_REQUESTS", {
      code: "TOO_MANY_ATTEMPTS",
      message: "Wait, then try again.",
      retryAfterSeconds: attempt.retryAfterSeconds,
    });
  }

  return {
    /** @throws APIError TOO_MANY_ATTEMPTS with how long to wait. */
    async begin(context: EndpointContext): Promise<void> {
      const { path } = context;
      const recipient = context.body?.[RECIPIENT_FIELDS[path] ?? ""];
      if (typeof recipient === "string") await attemptBy([{ recipient: recipient.toLowerCase() }]);
      if (!BY_ADDRESS.has(path) && !BY_CHALLENGE.has(path) && !BY_SESSION.has(path)) return;
      const account = await accountOf(context);
      if (account === undefined) return;
      requestState().attempt = { ...(await attemptBy(await guessersOf(context, account))), account };
    },

    /** Takes the count back where the endpoint has not refused; a browser that has signed in is known from then on. */
    async end(context: EndpointContext): Promise<void> {
      const { attempt } = requestState();
      if (attempt === undefined) return;
      const { returned } = context.context;
      // The password was right where only the address is not confirmed yet.
      if (returned instanceof APIError && returned.body?.code !== "EMAIL_NOT_VERIFIED") return;
      await attempt.succeed();
      if (returned instanceof APIError || !hasSignedIn(context)) return;
      await remember(context, attempt.account);
    },

    remember,
  };
}

const addressOf = ({ headers }: EndpointContext): string => headers?.get(CLIENT_ADDRESS_HEADER) ?? "unknown";

/** Whether it was the last step of a sign-in; of an account with a second factor the password is not. */
function hasSignedIn({ path, context }: EndpointContext): boolean {
  if (BY_CHALLENGE.has(path)) return true;
  return BY_ADDRESS.has(path) && context.newSession?.user.twoFactorEnabled !== true;
}
