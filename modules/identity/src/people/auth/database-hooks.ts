import type { BetterAuthOptions } from "better-auth";
import { getOAuthState } from "better-auth/api";
import type { PeopleConfig } from "../settings.ts";
import { isInvited } from "../store/invitations.ts";
import { findEmail, hasSecondFactor } from "../store/members.ts";
import { refusal } from "./input.ts";
import type { Post } from "./post.ts";
import { requestState } from "./request-state.ts";
import type { AuthStorage } from "./storage.ts";

export interface DatabaseHookDependencies {
  storage: AuthStorage;
  config: PeopleConfig;
  post: Post;
}

/** Who may become a person here, and what is kept of the sign-in at other services. */
export function createDatabaseHooks({ storage, config, post }: DatabaseHookDependencies) {
  return {
    user: {
      create: {
        async before(user, context) {
          requestState().isSigningUp = true;
          // Else somebody could wait at another service, under an address of which the owner comes later.
          if (context?.path === "/callback/:id" && !user.emailVerified) {
            throw refusal("EMAIL_NOT_VERIFIED", "The other service has not confirmed the address.", "FORBIDDEN");
          }
          const { provenAddress } = requestState();
          if (provenAddress === user.email) return { data: { emailVerified: true } };
          if (config.REEF_SIGN_UP === "open") return;
          // Of this refusal better-auth makes the same answer as for an address that has an account.
          if (!(await isInvited(storage.connection(), user.email, new Date()))) {
            throw refusal("SIGN_UP_BY_INVITATION", "Ask an owner of an organization to invite you.", "FORBIDDEN");
          }
        },
      },
    },
    account: {
      create: {
        async before({ userId, providerId }) {
          // Who links it from within has a session; that is known by what the reef kept when it sent the browser there.
          const isImplicit = providerId !== "credential" && (await getOAuthState())?.link === undefined;
          if (isImplicit && (await hasSecondFactor(storage.connection(), userId))) {
            const advice =
              "Sign in with the password and the second factor, then link the other service in the settings.";
            throw refusal("LINK_IN_SETTINGS", advice, "FORBIDDEN");
          }
          // The reef asks those services for nothing later, so what could be stolen here is not kept.
          return { data: { accessToken: null, refreshToken: null, idToken: null } };
        },
        async after({ userId, providerId }) {
          if (providerId === "credential" || requestState().isSigningUp) return;
          const email = await findEmail(storage.connection(), userId);
          if (email !== undefined) await post.signInMethod(email, "Another way to sign in was added to your account");
        },
      },
    },
  } satisfies BetterAuthOptions["databaseHooks"];
}
