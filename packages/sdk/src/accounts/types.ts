/** What `/api/auth` answers, as far as the reef's own pages need it. Its spelling is better-auth's; times are ISO-8601. */

/** Another account that one may sign in with. */
export type SocialProvider = "google" | "microsoft" | "github";

/** What a member may do, from most to least. */
export type OrganizationRole = "owner" | "admin" | "member";

/** A person, as their own account shows it. */
export interface AccountPerson {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean;
  twoFactorEnabled?: boolean | null;
  createdAt: string;
}

/** What signing in came to: done, or to be finished by a code. */
export type SignInOutcome = { isTwoFactorNeeded: false } | { isTwoFactorNeeded: true };

/** A place where the person is signed in. */
export interface AccountSession {
  id: string;
  /** Names the session to {@link AccountsClient.revokeSession}. */
  token: string;
  userAgent?: string | null;
  ipAddress?: string | null;
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
}

/** The session that asks, and whose it is. */
export interface CurrentSession {
  session: AccountSession;
  user: AccountPerson;
}

/** A way to sign in: `credential` is the password. */
export interface LinkedLogin {
  id: string;
  providerId: SocialProvider | "credential";
  /** Who one is over there. */
  accountId: string;
  createdAt: string;
}

/** A passkey of the person. */
export interface Passkey {
  id: string;
  name?: string | null;
  deviceType: string;
  backedUp: boolean;
  createdAt: string;
}

/** What an authenticator app needs, and the codes for the day when it is lost; both are shown this once. */
export interface TwoFactorSetup {
  totpURI: string;
  backupCodes: string[];
}

/** A key for the person's own scripts. */
export interface AccountApiKey {
  id: string;
  name: string | null;
  /** Its first letters, by which the person knows it. */
  start: string | null;
  enabled: boolean;
  createdAt: string;
  expiresAt: string | null;
  lastRequest: string | null;
  /** The UUID of the organization that it is for, and what it may do there; without scopes all that its owner may do. */
  metadata?: { organizationId?: string; scopes?: string[] } | null;
}

/** A person in an organization. */
export interface Member {
  id: string;
  userId: string;
  organizationId: string;
  role: OrganizationRole;
  createdAt: string;
  user: { id: string; name: string; email: string };
}

/** An invitation to an organization, as its owners see it. */
export interface Invitation {
  id: string;
  email: string;
  role: OrganizationRole;
  organizationId: string;
  status: "pending" | "accepted" | "rejected" | "canceled";
  inviterId: string;
  expiresAt: string;
  createdAt: string;
}

/** An invitation, as whoever is invited sees it. */
export interface InvitationToMe extends Invitation {
  organizationName: string;
  organizationSlug: string;
  inviterEmail: string;
}

/** One of the invitations to the person's own address. */
export interface InvitationOfMine extends Invitation {
  organizationName: string;
}

/** A login by a code that is typed on another device (RFC 8628). */
export interface DeviceLogin {
  device_code: string;
  /** What the person types. */
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  /** Seconds. */
  expires_in: number;
  /** Seconds between two questions. */
  interval: number;
}

/** What a device login came to. */
export interface DeviceTokens {
  access_token: string;
  token_type: string;
  /** Seconds. */
  expires_in: number;
}
