import { apiKeyCalls, passwordCalls, sessionCalls, twoFactorCalls } from "./credentials.ts";
import { organizationCalls } from "./organizations.ts";
import { type AccountsOptions, createRequests } from "./request.ts";
import { deviceCalls, signInCalls } from "./sign-in.ts";

export type { AccountsOptions } from "./request.ts";

/** The client that {@link createAccounts} makes. */
export type AccountsClient = ReturnType<typeof createAccounts>;

/**
 * A client of the accounts of people at `/api/auth`. Every refusal is a `ReefError` with a code of the reef; an address
 * that is given as `callbackURL` or `redirectTo` must be a path of the reef.
 *
 * @example
 * ```ts
 * const accounts = createAccounts({ url: "https://reef.example.com" });
 * const outcome = await accounts.signIn({ email: "ada@example.com", password: "correct horse battery staple" });
 * if (outcome.isTwoFactorNeeded) await accounts.verifyTotp({ code: "123456" });
 * ```
 */
export function createAccounts(options: AccountsOptions) {
  const requests = createRequests(options);
  return {
    ...signInCalls(requests),
    ...passwordCalls(requests),
    ...sessionCalls(requests),
    ...twoFactorCalls(requests),
    ...apiKeyCalls(requests),
    ...organizationCalls(requests),
    ...deviceCalls(requests),
  };
}
