import { uuidOf } from "./ids.ts";
import { addPasskey } from "./passkeys.ts";
import type { Requests } from "./request.ts";
import type { AccountApiKey, AccountSession, LinkedLogin, Passkey, SocialProvider, TwoFactorSetup } from "./types.ts";

/** Addresses and passwords. */
export const passwordCalls = ({ act, get }: Requests) => ({
  sendVerificationEmail: (input: { email: string; callbackURL?: string }) => act("/send-verification-email", input),
  /** With the token of a mail's link. */
  verifyEmail: (token: string) => get<unknown>("/verify-email", { token }),
  requestPasswordReset: (input: { email: string; redirectTo: string }) => act("/request-password-reset", input),
  resetPassword: (input: { token: string; newPassword: string }) => act("/reset-password", input),
  changePassword: (input: { currentPassword: string; newPassword: string; revokeOtherSessions?: boolean }) =>
    act("/change-password", input),
  /** A link goes to the old address first, then one to the new. */
  changeEmail: (input: { newEmail: string; callbackURL?: string }) => act("/change-email", input),
  updatePerson: (input: { name: string }) => act("/update-user", input),
});

/** Sessions and other ways in. */
export const sessionCalls = ({ act, get, post }: Requests) => ({
  listSessions: () => get<AccountSession[]>("/list-sessions"),
  revokeSession: (token: string) => act("/revoke-session", { token }),
  revokeOtherSessions: () => act("/revoke-other-sessions"),
  /** Ends every session, this one too. */
  revokeAllSessions: () => act("/revoke-sessions"),
  listLogins: () => get<LinkedLogin[]>("/list-accounts"),
  linkProvider: (input: { provider: SocialProvider; callbackURL: string; errorCallbackURL?: string }) =>
    post<{ url: string }>("/link-social", { ...input, disableRedirect: true }),
  /** By the login's `id`, as it is listed; the last one stays. */
  unlinkLogin: (id: string) => act("/unlink-account", { accountId: id }),
});

/** Passkeys and two-factor. */
export const twoFactorCalls = ({ ask, act, get, post }: Requests) => ({
  listPasskeys: () => get<Passkey[]>("/passkey/list-user-passkeys"),
  addPasskey: (name: string) => addPasskey(ask, name),
  renamePasskey: (input: { id: string; name: string }) => act("/passkey/update-passkey", input),
  deletePasskey: (id: string) => act("/passkey/delete-passkey", { id }),
  /** Begins two-factor; it is on after the first right code ({@link verifyTotp}). */
  enableTwoFactor: (password: string) => post<TwoFactorSetup>("/two-factor/enable", { password }),
  disableTwoFactor: (password: string) => act("/two-factor/disable", { password }),
  verifyTotp: (input: { code: string; trustDevice?: boolean }) => act("/two-factor/verify-totp", input),
  verifyBackupCode: (input: { code: string; trustDevice?: boolean }) => act("/two-factor/verify-backup-code", input),
  /** New codes; the old ones end. */
  generateBackupCodes: (password: string) =>
    post<{ backupCodes: string[] }>("/two-factor/generate-backup-codes", { password }),
});

/** Keys for scripts. */
export const apiKeyCalls = ({ act, get, post }: Requests) => ({
  async listApiKeys(): Promise<AccountApiKey[]> {
    return (await get<{ apiKeys: AccountApiKey[] }>("/api-key/list")).apiKeys;
  },
  /** `key` is shown this once. `expiresInSeconds` null: it does not end. */
  createApiKey: ({
    name,
    expiresInSeconds,
    organizationId,
    scopes,
  }: {
    name: string;
    expiresInSeconds: number | null;
    /** What the key is for; without it, the session's organization. */
    organizationId?: string;
    /** What the key may do; without them all that its owner may do, but not operating the reef. */
    scopes?: string[];
  }) =>
    post<AccountApiKey & { key: string }>("/api-key/create", {
      name,
      expiresIn: expiresInSeconds,
      ...(organizationId !== undefined && { organizationId: uuidOf(organizationId) }),
      ...(scopes !== undefined && { scopes }),
    }),
  deleteApiKey: (keyId: string) => act("/api-key/delete", { keyId }),
});
