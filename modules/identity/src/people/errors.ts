import { defineErrors, type ErrorDefinition } from "@reef/errors";

type Row = readonly [status: number, title: string, text: string];

/** What better-auth refuses, by its own code in lower case, with what to do about it. */
const rows = {
  // Signing in and up. One text for every reason, so that nobody learns which addresses have an account.
  invalid_email_or_password: [401, "Wrong address or password", "Check both, or reset the password."],
  too_many_attempts: [429, "Too many attempts", "Wait for the seconds in Retry-After, then try again."],
  email_not_verified: [
    403,
    "Address not confirmed",
    "Open the link in the mail that was sent to the address, or ask for another one at /api/auth/send-verification-email.",
  ],
  sign_up_by_invitation: [
    403,
    "By invitation only",
    "Ask an owner or admin of an organization to invite this address.",
  ],
  invalid_email: [400, "Not an address", "Give a mail address, such as ada@example.org."],
  invalid_password: [400, "Wrong password", "Give the account's current password."],
  password_too_short: [
    400,
    "Password too short",
    "A password has 12 to 128 characters; three or four words make a good one.",
  ],
  password_too_long: [400, "Password too long", "A password has 12 to 128 characters; use a shorter one."],
  password_already_set: [400, "Password set already", "Change it at /api/auth/change-password."],
  credential_account_not_found: [
    400,
    "No password",
    "This account has no password yet. Set one by a reset: POST /api/auth/request-password-reset.",
  ],
  invalid_token: [400, "Invalid link", "The link is mistyped, was used or has expired. Ask for a new one."],
  token_expired: [400, "Link expired", "Ask for a new link."],
  email_already_verified: [400, "Address confirmed already", "There is nothing left to do; sign in."],
  email_mismatch: [400, "Another address", "Give the address of the account that is signed in."],
  sign_in_to_change_email: [
    401,
    "Sign in first",
    "Sign in to the account whose address is to change, then open the link again.",
  ],
  unauthorized: [
    401,
    "Not signed in",
    "Sign in at /api/auth/sign-in/email, then repeat the request with the session's cookie or token.",
  ],
  unauthorized_session: [401, "Not signed in", "Sign in first; what only the server may set must be left out."],
  session_expired: [401, "Session expired", "Sign in again."],
  session_not_fresh: [403, "Signed in too long ago", "Sign in again; this needs a session of less than a day."],
  // Where a request comes from, and where it leads.
  invalid_origin: [
    403,
    "Wrong origin",
    "Send it from the reef's own pages; the Origin header must be the reef's address.",
  ],
  missing_or_null_origin: [
    403,
    "Origin missing",
    "A request with a cookie needs the header Origin with the reef's address.",
  ],
  cross_site_navigation_login_blocked: [403, "Wrong origin", "Sign in from the reef's own pages."],
  invalid_callback_url: [403, "Not an address of this reef", "callbackURL takes a path of this reef, such as /agents."],
  invalid_redirect_url: [403, "Not an address of this reef", "redirectTo takes a path of this reef, such as /agents."],
  invalid_error_callback_url: [
    403,
    "Not an address of this reef",
    "errorCallbackURL takes a path of this reef, such as /sign-in.",
  ],
  invalid_new_user_callback_url: [
    403,
    "Not an address of this reef",
    "newUserCallbackURL takes a path of this reef, such as /welcome.",
  ],
  // What a request says.
  validation_error: [400, "Invalid request", "Some fields are missing or wrong; the detail names them."],
  invalid_field: [400, "Invalid field", "A field is empty, too long or of another type; the detail names it."],
  missing_field: [400, "Field missing", "Give all fields that the address needs."],
  field_not_allowed: [400, "Field not allowed", "Leave out what only the server may set."],
  server_only_property: [400, "Field not allowed", "Leave out what only the server may set."],
  body_must_be_an_object: [400, "Not an object", "Send an object in JSON."],
  no_values_to_update: [400, "Nothing to change", "Name at least one field that is to change."],
  email_can_not_be_updated: [
    400,
    "Change the address elsewhere",
    "Use POST /api/auth/change-email, which asks both addresses.",
  ],
  // Second factors and passkeys.
  invalid_code: [
    401,
    "Wrong code",
    "Read the code again; it changes every 30 seconds, so check the clock of the device.",
  ],
  invalid_backup_code: [
    401,
    "Wrong backup code",
    "Each backup code works once. Use another one, or the code of the app.",
  ],
  invalid_two_factor_cookie: [
    401,
    "Sign-in expired",
    "Begin again with the password; the second step must follow within ten minutes.",
  ],
  too_many_attempts_request_new_code: [400, "Too many wrong codes", "Begin again with the password."],
  account_temporarily_locked: [429, "Too many wrong codes", "Wait for 15 minutes, then begin again with the password."],
  totp_not_enabled: [400, "No second factor", "Turn it on at /api/auth/two-factor/enable."],
  totp_already_enabled: [400, "Second factor is on", "Turn it off first, then set it up again."],
  two_factor_not_enabled: [400, "No second factor", "Turn it on at /api/auth/two-factor/enable."],
  backup_codes_not_enabled: [400, "No backup codes", "Turn the second factor on, which makes some."],
  challenge_not_found: [400, "Begun elsewhere or too long ago", "Begin again in this browser."],
  failed_to_verify_registration: [
    400,
    "Passkey not accepted",
    "The browser's answer does not fit what was asked. Begin again.",
  ],
  authentication_failed: [
    401,
    "Passkey not accepted",
    "Use a passkey of an account at this reef, or sign in with the password.",
  ],
  passkey_not_found: [
    404,
    "No such passkey",
    "It is not one of your account's. Look at /api/auth/passkey/list-user-passkeys.",
  ],
  previously_registered: [400, "Passkey known already", "This device has a passkey for the account; use it."],
  you_are_not_allowed_to_register_this_passkey: [403, "Not your passkey", "Sign in as its owner, then begin again."],
  session_required: [401, "Not signed in", "Sign in, then add the passkey."],
  // Other services.
  provider_not_found: [
    404,
    "Not offered",
    "This reef is not set up for that service. GET /api/sign-in tells which it offers.",
  ],
  provider_unavailable: [
    503,
    "Not available now",
    "The other service does not answer. Try again, or sign in with the password.",
  ],
  link_in_settings: [
    403,
    "Second factor needed",
    "Sign in with the password and the second factor, then link the other service in the settings.",
  ],
  social_account_already_linked: [400, "Belongs to another account", "Sign in with it, or unlink it there first."],
  linked_account_already_exists: [400, "Linked already", "There is nothing left to do."],
  failed_to_unlink_last_account: [400, "The last way to sign in", "Set a password or link another service first."],
  account_not_found: [
    404,
    "No such sign-in method",
    "It is not one of your account's. Look at /api/auth/list-accounts.",
  ],
  // Organizations.
  organization_not_found: [404, "Organization not found", "No such organization, or you are not a member of it."],
  no_active_organization: [
    400,
    "Which organization",
    "Name it in organizationId, or choose one at /api/auth/organization/set-active.",
  ],
  organization_already_exists: [409, "Slug taken", "Another organization has this slug. Choose another one."],
  organization_slug_already_taken: [409, "Slug taken", "Another organization has this slug. Choose another one."],
  invalid_slug: [
    400,
    "Invalid slug",
    "A slug has 3 to 40 lower-case letters, digits and hyphens, and is none of the reserved ones.",
  ],
  you_are_not_allowed_to_create_a_new_organization: [
    403,
    "Not allowed",
    "Only the reef's operator makes organizations here. Ask for one.",
  ],
  you_have_reached_the_maximum_number_of_organizations: [
    403,
    "Too many organizations",
    "A person is in 20 organizations at most. Leave one first.",
  ],
  you_are_not_allowed_to_update_this_organization: [
    403,
    "Not allowed",
    "Ask an owner or admin of the organization to change it.",
  ],
  member_not_found: [404, "Member not found", "No such member, or you are not in that organization."],
  role_not_found: [400, "No such role", "A member's role is owner, admin or member."],
  user_is_already_a_member_of_this_organization: [409, "A member already", "There is nothing left to do."],
  user_is_already_invited_to_this_organization: [
    409,
    "Invited already",
    "Send the invitation again with resend: true, or cancel it first.",
  ],
  you_are_not_allowed_to_invite_users_to_this_organization: [
    403,
    "Not allowed",
    "Ask an owner or admin of the organization to invite.",
  ],
  you_are_not_allowed_to_invite_user_with_this_role: [403, "Not allowed", "Only an owner invites owners."],
  invitation_not_found: [
    404,
    "Invitation not found",
    "It was answered, was withdrawn, has expired or is for another address. Ask for a new one.",
  ],
  you_are_not_the_recipient_of_the_invitation: [
    404,
    "Invitation not found",
    "Sign in with the address that was invited.",
  ],
  email_verification_required_before_accepting_or_rejecting_invitation: [
    403,
    "Address not confirmed",
    "Confirm your address first.",
  ],
  email_verification_required_for_invitation: [403, "Address not confirmed", "Confirm your address first."],
  you_are_not_allowed_to_cancel_this_invitation: [
    403,
    "Not allowed",
    "Ask an owner or admin of the organization to withdraw it.",
  ],
  inviter_is_no_longer_a_member_of_the_organization: [
    404,
    "Invitation not found",
    "Who invited has left. Ask for a new invitation.",
  ],
  invitation_limit_reached: [
    403,
    "Too many invitations",
    "An organization has 100 open invitations at most. Withdraw some first.",
  ],
  organization_membership_limit_reached: [403, "Too many members", "An organization has 500 members at most."],
  you_cannot_leave_the_organization_as_the_only_owner: [403, "The last owner", "Make another member an owner first."],
  you_cannot_leave_the_organization_without_an_owner: [403, "The last owner", "Make another member an owner first."],
  you_are_not_allowed_to_delete_this_member: [
    403,
    "Not allowed",
    "Ask an owner or admin of the organization to remove the member.",
  ],
  you_are_not_allowed_to_update_this_member: [403, "Not allowed", "Only owners make owners or change them; ask one."],
  // API keys.
  organization_id_required: [
    400,
    "Which organization",
    "Name an organization that you are a member of in organizationId.",
  ],
  key_not_found: [404, "No such key", "It is not one of your account's. Look at /api/auth/api-key/list."],
  too_many_keys: [403, "Too many keys", "A person has 100 API keys in an organization at most. Delete some first."],
  name_required: [400, "Name missing", "Give the key a name that tells what it is for."],
  invalid_name_length: [400, "Name too long", "A key's name has 1 to 100 characters."],
  expires_in_is_too_small: [400, "Expires too soon", "A key lives for a day at least; expiresIn is in seconds."],
  expires_in_is_too_large: [
    400,
    "Expires too late",
    "A key lives for 365 days at most; leave expiresIn out for one that does not expire.",
  ],
  // Signing a program in.
  device_invalid_request: [
    400,
    "No such code",
    "The code is mistyped, was used or has expired. Begin again in the program.",
  ],
  device_expired_token: [400, "Code expired", "Begin again in the program."],
  device_access_denied: [403, "Not your code", "It was opened by another person. Begin again in the program."],
  device_unauthorized: [401, "Not signed in", "Sign in, then enter the code again."],
  // Whatever else better-auth refuses; its own words stand in the detail.
  refused: [400, "Refused", "The request cannot be done as it is; the detail says why. Change it, then send it again."],
} satisfies Record<string, Row>;

/** A problem of the accounts. */
export type AccountErrorCode = keyof typeof rows;

const definitions = Object.fromEntries(
  Object.entries<Row>(rows).map(([code, [status, title, text]]) => [code, { status, title, public: text }]),
) as Record<AccountErrorCode, ErrorDefinition>;

/** The problems of people's accounts: most have the name that better-auth gives them. */
export const accountErrors = defineErrors("account", definitions);

/** What would tell whether an organization exists of which the caller is no member. */
const SAME_AS: Readonly<Record<string, AccountErrorCode>> = {
  user_is_not_a_member_of_the_organization: "organization_not_found",
  you_are_not_a_member_of_this_organization: "organization_not_found",
  user_not_member_of_organization: "organization_not_found",
  failed_to_retrieve_invitation: "invitation_not_found",
  user_not_found: "invalid_token",
  invalid_user: "sign_in_to_change_email",
};

/** The problem of a code of better-auth's, in whatever case; undefined for one that has none of its own. */
export function findAccountError(code: string): AccountErrorCode | undefined {
  const name = code.toLowerCase();
  if (Object.hasOwn(SAME_AS, name)) return SAME_AS[name];
  return Object.hasOwn(rows, name) ? (name as AccountErrorCode) : undefined;
}
