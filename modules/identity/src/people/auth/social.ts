import type { OAuthProvider } from "@better-auth/core/oauth2";
import type { Logger } from "@reef/telemetry";
import type { BetterAuthPlugin } from "better-auth";
import { APIError } from "better-auth/api";
import type { JWTPayload } from "jose";
import type { PeopleConfig } from "../settings.ts";
import { createGitHubProvider } from "./github.ts";
import { createOpenIdProvider } from "./openid.ts";

/** Microsoft's tenant of all private accounts, whose addresses it has verified. */
const CONSUMER_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad";
const MANY_TENANTS = /\/(common|organizations|consumers)\//;

/**
 * Sign-in at Google, Microsoft and GitHub, as far as they are configured. better-auth has those of its own, but each with
 * one fixed address.
 */
export const socialSignIn = (config: PeopleConfig, logger: Logger): BetterAuthPlugin => ({
  id: "reef-social",
  init: () => ({ context: { socialProviders: providersOf(config).map((provider) => withProblems(provider, logger)) } }),
});

function providersOf(config: PeopleConfig): OAuthProvider[] {
  const providers: OAuthProvider[] = [];
  if (config.REEF_GOOGLE_CLIENT_ID !== undefined) {
    providers.push(
      createOpenIdProvider({
        id: "google",
        name: "Google",
        issuer: config.REEF_GOOGLE_ISSUER,
        clientId: config.REEF_GOOGLE_CLIENT_ID,
        clientSecret: config.REEF_GOOGLE_CLIENT_SECRET,
        isAddressVerified: ({ email_verified }) => email_verified === true,
        subjectOf: ({ sub = "" }) => sub,
      }),
    );
  }
  if (config.REEF_MICROSOFT_CLIENT_ID !== undefined) {
    const issuer = config.REEF_MICROSOFT_ISSUER;
    providers.push(
      createOpenIdProvider({
        id: "microsoft",
        name: "Microsoft",
        issuer,
        clientId: config.REEF_MICROSOFT_CLIENT_ID,
        clientSecret: config.REEF_MICROSOFT_CLIENT_SECRET,
        isAddressVerified: (claims) => isVerifiedAtMicrosoft(claims, !MANY_TENANTS.test(issuer)),
        subjectOf: ({ sub = "", tid }) => (typeof tid === "string" ? `${tid}:${sub}` : sub),
      }),
    );
  }
  if (config.REEF_GITHUB_CLIENT_ID !== undefined) {
    providers.push(
      createGitHubProvider({
        url: config.REEF_GITHUB_URL,
        clientId: config.REEF_GITHUB_CLIENT_ID,
        clientSecret: config.REEF_GITHUB_CLIENT_SECRET,
      }),
    );
  }
  return providers;
}

/**
 * Any tenant's admin may write any address into an account, so the claim alone proves nothing. It counts where Microsoft
 * says that the tenant owns the domain (`xms_edov`), for private accounts, and in the one tenant that the operator chose.
 */
function isVerifiedAtMicrosoft(claims: JWTPayload, isOneTenant: boolean): boolean {
  const { email_verified, xms_edov, tid } = claims;
  if (email_verified !== undefined) return email_verified === true;
  return isOneTenant || xms_edov === true || xms_edov === 1 || xms_edov === "1" || tid === CONSUMER_TENANT;
}

/** What goes wrong over there is no fault of the reef: the person learns that it did, and the log why. */
function withProblems(provider: OAuthProvider, logger: Logger): OAuthProvider {
  const report = (err: unknown) => logger.warn({ err, provider: provider.id }, "Sign-in by another service failed.");
  return {
    ...provider,
    async createAuthorizationURL(request) {
      try {
        return await provider.createAuthorizationURL(request);
      } catch (error) {
        report(error);
        const message = `${provider.name} does not answer. Try again, or sign in with the password.`;
        throw new APIError("SERVICE_UNAVAILABLE", { code: "PROVIDER_UNAVAILABLE", message });
      }
    },
    async getUserInfo(tokens) {
      try {
        return await provider.getUserInfo(tokens);
      } catch (error) {
        report(error);
        return null;
      }
    },
  };
}
