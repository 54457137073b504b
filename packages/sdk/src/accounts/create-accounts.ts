import { uuidOf } from "./ids.ts";
import {
  addPasskey,
  arePasskeysSupported,
  cancelPasskey,
  isPasskeyAutofillSupported,
  signInWithPasskey,
} from "./passkeys.ts";
import { type AccountsOptions, createAsk } from "./request.ts";
import type {
  AccountApiKey,
  AccountPerson,
  AccountSession,
  CurrentSession,
  DeviceLogin,
  DeviceTokens,
  Invitation,
  InvitationOfMine,
  InvitationToMe,
  LinkedLogin,
  Member,
  OrganizationRole,
  Passkey,
  SignInOutcome,
  SocialProvider,
  TwoFactorSetup,
} from "./types.ts";

export type { AccountsOptions } from "./request.ts";

/** The client that {@link createAccounts} makes. */
export type AccountsClient = ReturnType<typeof createAccounts>;

/** RFC 8628, section 3.4. */
const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

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
  const ask = createAsk(options);
  /** A request whose answer says no more than that it was done. */
  const act = async (path: string, body: object = {}): Promise<void> => void (await ask(path, { body }));
  const get = async <Answer>(path: string, query?: Record<string, string | undefined>): Promise<Answer> =>
    (await ask(path, { ...(query && { query }) })) as Answer;
  const post = async <Answer>(path: string, body: object): Promise<Answer> => (await ask(path, { body })) as Answer;

  return {
    // Signing in and out.
    /** Signs in; with two-factor on, a code is needed before there is a session. */
    async signIn(input: { email: string; password: string; rememberMe?: boolean }): Promise<SignInOutcome> {
      const answer = await post<{ twoFactorRedirect?: boolean }>("/sign-in/email", input);
      return { isTwoFactorNeeded: answer.twoFactorRedirect === true };
    },
    /** Makes an account; a mail with a link confirms the address. Says the same whether or not the address is known. */
    signUp: (input: {
      name: string;
      email: string;
      password: string;
      callbackURL?: string;
      /** With the token of the invitation's mail the address is confirmed at once. */
      invitationId?: string;
      invitationToken?: string;
    }) => act("/sign-up/email", input),
    /** Gives the provider's address to go to; it leads back to `callbackURL`. */
    signInWithProvider: (input: { provider: SocialProvider; callbackURL: string; errorCallbackURL?: string }) =>
      post<{ url: string }>("/sign-in/social", { ...input, disableRedirect: true }),
    signInWithPasskey: ({ useAutofill = false }: { useAutofill?: boolean } = {}) => signInWithPasskey(ask, useAutofill),
    arePasskeysSupported,
    isPasskeyAutofillSupported,
    cancelPasskey,
    signOut: () => act("/sign-out"),
    /** Who is signed in, or null. */
    async getPerson(): Promise<AccountPerson | null> {
      return (await get<{ user: AccountPerson } | null>("/get-session"))?.user ?? null;
    },
    /** Which session this is, or null; a browser's session lives on because this is asked now and then. */
    getSession: () => get<CurrentSession | null>("/get-session"),

    // Addresses and passwords.
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

    // Sessions and other ways in.
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

    // Passkeys and two-factor.
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

    // Keys for scripts.
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

    // Organizations, members, invitations. An organization is named by its id (`org_…`) or by the UUID in it.
    createOrganization: (input: { name: string; slug: string }) =>
      post<{ id: string; name: string; slug: string }>("/organization/create", input),
    /** False for a slug that is taken, reserved or malformed. */
    isSlugFree: async (slug: string): Promise<boolean> =>
      post("/organization/check-slug", { slug }).then(
        () => true,
        (error: { status?: number }) => {
          if (error.status === 400 || error.status === 409) return false;
          throw error;
        },
      ),
    updateOrganization: (input: { organizationId: string; data: { name?: string; slug?: string } }) =>
      act("/organization/update", inOrganization(input)),
    setActiveOrganization: (organizationId: string) =>
      act("/organization/set-active", inOrganization({ organizationId })),
    listMembers: ({
      organizationId,
      limit = 100,
      offset = 0,
      role,
      userId,
    }: {
      organizationId: string;
      limit?: number;
      offset?: number;
      /** Only those with this role. */
      role?: OrganizationRole;
      /** Only this person; not together with a role. */
      userId?: string;
    }) =>
      get<{ members: Member[]; total: number }>("/organization/list-members", {
        organizationId: uuidOf(organizationId),
        limit: String(limit),
        offset: String(offset),
        ...(role !== undefined && { filterField: "role", filterValue: role }),
        ...(userId !== undefined && { filterField: "userId", filterValue: uuidOf(userId) }),
      }),
    changeRole: (input: { organizationId: string; memberId: string; role: OrganizationRole }) =>
      act("/organization/update-member-role", inOrganization(input)),
    removeMember: (input: { organizationId: string; memberIdOrEmail: string }) =>
      act("/organization/remove-member", inOrganization(input)),
    leaveOrganization: (organizationId: string) => act("/organization/leave", inOrganization({ organizationId })),
    invite: (input: { organizationId: string; email: string; role: OrganizationRole; resend?: boolean }) =>
      post<Invitation>("/organization/invite-member", inOrganization(input)),
    listInvitations: (organizationId: string) =>
      get<Invitation[]>("/organization/list-invitations", { organizationId: uuidOf(organizationId) }),
    cancelInvitation: (invitationId: string) => act("/organization/cancel-invitation", { invitationId }),
    /** Those to the person's own address that wait for an answer. */
    listMyInvitations: () => get<InvitationOfMine[]>("/organization/list-user-invitations"),
    getInvitation: (id: string) => get<InvitationToMe>("/organization/get-invitation", { id }),
    acceptInvitation: (invitationId: string) => act("/organization/accept-invitation", { invitationId }),
    rejectInvitation: (invitationId: string) => act("/organization/reject-invitation", { invitationId }),

    // Login of a program by a code (RFC 8628).
    beginDeviceLogin: (clientId: string) => post<DeviceLogin>("/device/code", { client_id: clientId }),
    /** Refused with the code `authorization_pending` until the person has decided. */
    finishDeviceLogin: ({ clientId, deviceCode }: { clientId: string; deviceCode: string }) =>
      post<DeviceTokens>("/device/token", { grant_type: DEVICE_GRANT, client_id: clientId, device_code: deviceCode }),
    /** Looks whether a code waits to be decided on; in the console. */
    getDevice: (userCode: string) => get<{ user_code: string; status: string }>("/device", { user_code: userCode }),
    approveDevice: (userCode: string) => act("/device/approve", { userCode }),
    denyDevice: (userCode: string) => act("/device/deny", { userCode }),
  };
}

/** better-auth knows organizations by their UUIDs. */
const inOrganization = <Input extends { organizationId: string }>(input: Input): Input => ({
  ...input,
  organizationId: uuidOf(input.organizationId),
});
