import { apiKey } from "@better-auth/api-key";
import { passkey } from "@better-auth/passkey";
import type { Logger } from "@reef/telemetry";
import { type BetterAuthOptions, betterAuth } from "better-auth/minimal";
import { bearer } from "better-auth/plugins/bearer";
import { deviceAuthorization } from "better-auth/plugins/device-authorization";
import { organization } from "better-auth/plugins/organization";
import { twoFactor } from "better-auth/plugins/two-factor";
import type { Attempts } from "../attempts.ts";
import type { Mailer } from "../mailer.ts";
import { createMails } from "../mails.ts";
import type { PeopleConfig } from "../settings.ts";
import { ACCOUNTS_PATH, CLIENT_ADDRESS_HEADER, COOKIE_PREFIX, isSecure, SESSION_SECONDS } from "../wire.ts";
import { createDatabaseHooks } from "./database-hooks.ts";
import { createEndpointHooks } from "./endpoint-hooks.ts";
import { createInvitationLinks } from "./invitation-links.ts";
import { accountLogger } from "./logger.ts";
import * as names from "./names.ts";
import { organizationOptions } from "./organizations.ts";
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, verifyPassword } from "./passwords.ts";
import { createPost } from "./post.ts";
import { requestState } from "./request-state.ts";
import { accountsSecret } from "./secret.ts";
import { socialSignIn } from "./social.ts";
import { type AuthStorage, MOST_LISTED, newAuthId } from "./storage.ts";

export interface AuthDependencies {
  storage: AuthStorage;
  attempts: Attempts;
  mailer: Mailer;
  logger: Logger;
  publicUrl: string;
  masterSecret: string;
  config: PeopleConfig;
}

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** better-auth over the reef's own database, with what people may do at `/api/auth`. */
export function createAuth(dependencies: AuthDependencies) {
  const { storage, attempts, mailer, publicUrl, masterSecret, config } = dependencies;
  const links = createInvitationLinks(masterSecret);
  const mails = createMails(publicUrl);
  const logger = accountLogger(dependencies.logger);
  const post = createPost({ storage, mailer, mails, links, publicUrl });
  const { origin, hostname, protocol, host } = new URL(publicUrl);
  const hasHosts = config.REEF_ORGANIZATION_HOSTS;
  const secret = accountsSecret(masterSecret);

  const options = {
    appName: "Reef",
    baseURL: origin,
    basePath: ACCOUNTS_PATH,
    // Named in this form as well, so that nothing in the environment can take its place.
    secrets: [{ version: 1, value: secret }],
    database: (given: BetterAuthOptions) => storage.adapter(given),
    trustedOrigins: hasHosts ? [`${protocol}//*.${host}`] : [],
    logger,
    telemetry: { enabled: false },
    // What it does not expect reaches the application, which answers with a problem and logs it.
    onAPIError: { throw: true, errorURL: `${origin}/sign-in` },
    // The application has limits of its own, and those for guessing hold for all processes.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: isSecure(publicUrl),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/" },
      ...(hasHosts && { crossSubDomainCookies: { enabled: true, domain: hostname } }),
      disableCSRFCheck: false,
      disableOriginCheck: false,
      database: { generateId: newAuthId, validateSchema: false, defaultFindManyLimit: MOST_LISTED },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER], ipv6Subnet: 128 },
    },
    user: {
      ...names.userNames,
      changeEmail: { enabled: true, sendChangeEmailConfirmation: post.confirmChange },
    },
    session: {
      ...names.sessionNames,
      expiresIn: SESSION_SECONDS,
      updateAge: DAY_SECONDS,
      freshAge: DAY_SECONDS,
    },
    account: {
      ...names.accountNames,
      updateAccountOnSignIn: false,
      accountLinking: { enabled: true, allowDifferentEmails: false, requireLocalEmailVerified: true },
    },
    verification: { ...names.verificationNames, storeIdentifier: "hashed", disableCleanup: true },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
      password: { hash: hashOnce, verify: verifyAndNote },
      resetPasswordTokenExpiresIn: HOUR_SECONDS,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: post.resetPassword,
      onPasswordReset: post.passwordReset,
      onExistingUserSignUp: post.existingAccount,
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: false,
      autoSignInAfterVerification: false,
      expiresIn: HOUR_SECONDS,
      sendVerificationEmail: post.verifyAddress,
    },
    plugins: [
      organization(organizationOptions({ storage, config, post })),
      twoFactor({
        issuer: hostname,
        schema: names.twoFactorNames,
        backupCodeOptions: { storeBackupCodes: "encrypted" },
      }),
      passkey({ rpID: hostname, rpName: "Reef", origin, schema: names.passkeyNames }),
      apiKey({
        defaultPrefix: "reef_pk_",
        requireName: true,
        maximumNameLength: 100,
        enableMetadata: true,
        rateLimit: { enabled: false },
        startingCharactersConfig: { shouldStore: true, charactersLength: 12 },
        schema: names.apiKeyNames,
      }),
      deviceAuthorization({
        verificationUri: `${origin}/device`,
        expiresIn: "15m",
        interval: "5s",
        validateClient: (clientId) => clientId === DEVICE_CLIENT_ID,
        schema: names.deviceCodeNames,
      }),
      bearer({ requireSignature: true }),
      socialSignIn(config, dependencies.logger),
    ],
    databaseHooks: createDatabaseHooks({ storage, config, post }),
    hooks: createEndpointHooks({ storage, attempts, links, secret, post }),
    disabledPaths: DISABLED_PATHS,
  } satisfies BetterAuthOptions;
  return betterAuth(options);
}

export type Auth = ReturnType<typeof createAuth>;

/** The one program that may ask people to sign it in by a code. */
const DEVICE_CLIENT_ID = "reef-cli";

/** What nobody here needs, or what another part of the reef does. */
const DISABLED_PATHS = [
  "/organization/delete",
  "/get-access-token",
  "/refresh-token",
  "/account-info",
  "/update-session",
  "/delete-user",
  "/two-factor/send-otp",
  "/two-factor/verify-otp",
];

/** What was hashed before a transaction began is not hashed again within it. */
async function hashOnce(password: string): Promise<string> {
  const { hashed } = requestState();
  return hashed?.password === password ? hashed.hash : hashPassword(password);
}

/** Which password was right is known to the rest of the request: it may be replaced before the request has ended. */
async function verifyAndNote(given: { hash: string; password: string }): Promise<boolean> {
  const isRight = await verifyPassword(given);
  if (isRight) requestState().verifiedHash = given.hash;
  return isRight;
}
