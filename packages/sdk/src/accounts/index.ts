/** The accounts of people: a typed client of `/api/auth`, for the console's pages and for the `reef` command. */
export { type AccountsClient, type AccountsOptions, createAccounts } from "./create-accounts.ts";
export { uuidOf } from "./ids.ts";
export type {
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
