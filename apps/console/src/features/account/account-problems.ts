import { ReefError } from "@reef/sdk";

/** A refusal in the words of a page. */
export interface AccountProblemWords {
  title: string;
  detail: string;
  /** Whether signing in again is the way out. */
  needsSignIn?: boolean;
}

/** Refusals whose own advice names addresses of the API, which are for programs. By code, without `account.`. */
const words: Readonly<Record<string, AccountProblemWords>> = {
  email_not_verified: {
    title: "Your address is not confirmed yet",
    detail: "Open the link in the mail that was sent to it. It works for an hour.",
  },
  session_not_fresh: {
    title: "You signed in a while ago",
    detail: "This needs a session of less than a day, so that an open window is not enough.",
    needsSignIn: true,
  },
  sign_in_to_change_email: {
    title: "Sign in first",
    detail: "Sign in to the account whose address is to change; then this page goes on.",
    needsSignIn: true,
  },
  credential_account_not_found: {
    title: "No password yet",
    detail: "This account has none. Sign out, and choose “Forgot the password?” to set one by mail.",
  },
  unauthorized: { title: "You are signed out", detail: "The session has ended.", needsSignIn: true },
  session_expired: { title: "You are signed out", detail: "The session has ended.", needsSignIn: true },
  session_required: { title: "You are signed out", detail: "The session has ended.", needsSignIn: true },
  invalid_email: { title: "Not an address", detail: "Give a mail address, such as ada@example.org." },
  passkey_not_found: { title: "The passkey is gone", detail: "It was removed elsewhere. Load the page again." },
  key_not_found: { title: "The key is gone", detail: "It was deleted elsewhere. Load the page again." },
  account_not_found: { title: "The login is gone", detail: "It was removed elsewhere. Load the page again." },
  failed_to_unlink_last_account: {
    title: "The last way to sign in",
    detail: "Set a password or connect another login first; else nobody could get in again.",
  },
  provider_not_found: { title: "Not offered", detail: "This reef is not set up for that service any more." },
  user_is_already_invited_to_this_organization: {
    title: "Invited already",
    detail: "An invitation to this address waits. Send it again from the list, or cancel it first.",
  },
};

/** The words for a refusal; undefined where the reef's own are good. */
export function accountProblem(error: unknown): AccountProblemWords | undefined {
  if (!(error instanceof ReefError)) return undefined;
  const name = error.code.replace(/^account\./, "");
  return Object.hasOwn(words, name) ? words[name] : undefined;
}

/** The seconds that the reef asks to wait; 0 when it does not. */
export const pauseSeconds = (error: unknown): number =>
  error instanceof ReefError && error.status === 429 ? (error.retryAfterSeconds ?? 0) : 0;

/** Whether a refusal has one of these codes, named without `account.`. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof ReefError && codes.includes(error.code.replace(/^account\./, ""));

/** What other services' sign-in ends with, as `/sign-in?error=` tells it (better-auth's codes and the reef's own). */
const callbackErrors: Readonly<Record<string, string>> = {
  access_denied: "You said no over there, so nothing happened. Try again, or sign in another way.",
  account_not_linked:
    "There is an account with this address already. Sign in with its password, then connect the other login in your account.",
  email_not_verified: "The other service has not confirmed your address. Confirm it there, then try again.",
  link_in_settings:
    "This account asks for a second factor. Sign in with the password, then connect the other login in your account.",
  sign_up_by_invitation: "This reef takes new people by invitation. Ask an owner or admin to invite your address.",
  signup_disabled: "This reef takes new people by invitation. Ask an owner or admin to invite your address.",
  unable_to_get_user_info: "The other service did not say who you are. Try again, or sign in another way.",
  email_not_found: "The other service did not tell your address. Allow it to, or sign in another way.",
  account_already_linked_to_different_user: "That login belongs to another account here. Sign in with it instead.",
  unable_to_link_account: "The other login could not be connected. Try again.",
};

const began = "The sign-in was begun elsewhere or too long ago. Begin again here.";
const stale = [
  "state_mismatch",
  "state_not_found",
  "state_invalid",
  "state_security_mismatch",
  "invalid_code",
  "no_code",
];

/** What to say about `/sign-in?error=CODE`; the code comes from the address, so nothing of it is shown. */
export function callbackError(code: string): string {
  const name = code.toLowerCase();
  if (Object.hasOwn(callbackErrors, name)) return callbackErrors[name] ?? "";
  if (stale.includes(name)) return began;
  return "Signing in by the other service did not work. Try again, or sign in another way.";
}
