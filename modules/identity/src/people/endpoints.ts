import type { LimitName } from "@reef/http/contract";

/** What the reef lets through to better-auth, and how. */
export interface Endpoint {
  method: "GET" | "POST";
  /** Below `/api/auth`. */
  path: string;
  limit: LimitName;
  /** Whether the answer waits until it would be the same for an address that is known and for one that is not. */
  evened?: true;
  /** What it changes in an organization, as the audit ledger calls it. */
  recorded?: string;
  /** Whether it ends all programs that the person let in as well, in one transaction with the record of that. */
  endsPrograms?: true;
  /** Whether it is done by who has no session yet, so that one makes no difference to how often. */
  sessionless?: true;
  /** Whether errors have OAuth's own form (RFC 8628), which the clients of that protocol read. */
  oauth?: true;
}

const get = (path: string): Endpoint => ({ method: "GET", path, limit: "read" });
const post = (path: string, more: Partial<Endpoint> = {}): Endpoint => ({
  method: "POST",
  path,
  limit: "write",
  ...more,
});
const change = (path: string, recorded: string): Endpoint => post(path, { recorded });

/** All that better-auth answers here; whatever else it could do stays closed. */
export const endpoints: readonly Endpoint[] = [
  // Signing up, in and out.
  post("/sign-up/email", { limit: "register", evened: true, sessionless: true }),
  post("/sign-in/email", { evened: true, sessionless: true }),
  post("/sign-in/social"),
  post("/sign-out"),
  get("/callback/:id"),
  post("/callback/:id"),
  get("/verify-email"),
  post("/send-verification-email", { limit: "register", sessionless: true }),
  post("/request-password-reset", { limit: "register", evened: true, sessionless: true }),
  post("/reset-password", { sessionless: true }),
  // The account.
  get("/get-session"),
  get("/list-sessions"),
  post("/revoke-session"),
  post("/revoke-sessions", { endsPrograms: true }),
  post("/revoke-other-sessions"),
  post("/update-user"),
  post("/change-email", { evened: true }),
  post("/change-password"),
  get("/list-accounts"),
  post("/link-social"),
  post("/unlink-account"),
  // Second factors and passkeys.
  post("/two-factor/enable"),
  post("/two-factor/disable"),
  post("/two-factor/get-totp-uri"),
  post("/two-factor/verify-totp"),
  post("/two-factor/verify-backup-code"),
  post("/two-factor/generate-backup-codes"),
  get("/passkey/generate-register-options"),
  get("/passkey/generate-authenticate-options"),
  post("/passkey/verify-registration"),
  post("/passkey/verify-authentication"),
  get("/passkey/list-user-passkeys"),
  post("/passkey/delete-passkey"),
  post("/passkey/update-passkey"),
  // Organizations, their members and invitations.
  get("/organization/list"),
  get("/organization/get-organization"),
  get("/organization/get-full-organization"),
  get("/organization/list-members"),
  get("/organization/get-active-member"),
  get("/organization/get-active-member-role"),
  get("/organization/list-invitations"),
  get("/organization/list-user-invitations"),
  get("/organization/get-invitation"),
  post("/organization/check-slug"),
  post("/organization/set-active"),
  post("/organization/has-permission"),
  change("/organization/create", "organization.create"),
  change("/organization/update", "organization.update"),
  change("/organization/invite-member", "organization.inviteMember"),
  change("/organization/cancel-invitation", "organization.cancelInvitation"),
  change("/organization/accept-invitation", "organization.acceptInvitation"),
  change("/organization/reject-invitation", "organization.rejectInvitation"),
  change("/organization/remove-member", "organization.removeMember"),
  change("/organization/update-member-role", "organization.updateMemberRole"),
  change("/organization/leave", "organization.leave"),
  // Keys of people's programs, and the device login of the CLI.
  get("/api-key/list"),
  get("/api-key/get"),
  change("/api-key/create", "organization.createApiKey"),
  change("/api-key/update", "organization.updateApiKey"),
  change("/api-key/delete", "organization.deleteApiKey"),
  post("/device/code", { limit: "register", oauth: true, sessionless: true }),
  post("/device/token", { limit: "token", oauth: true }),
  { ...get("/device"), limit: "register" },
  post("/device/approve", { limit: "register" }),
  post("/device/deny", { limit: "register" }),
];
