import type { BetterAuthOptions } from "better-auth";
import type { PeopleConfig } from "../settings.ts";
import { isInvited } from "../store/invitations.ts";
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
        async before(user) {
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
        // The reef asks those services for nothing later, so what could be stolen here is not kept.
        before: async () => ({ data: { accessToken: null, refreshToken: null, idToken: null } }),
        async after(account, context) {
          const email = context?.context.session?.user.email;
          if (account.providerId !== "credential" && email !== undefined) {
            await post.signInMethod(email, "Another way to sign in was added to your account");
          }
        },
      },
    },
  } satisfies BetterAuthOptions["databaseHooks"];
}
