import { createHmac } from "node:crypto";
import { toTypeId } from "@reef/crypto";
import type { BetterAuthOptions } from "better-auth";
import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { deleteSessionCookie } from "better-auth/cookies";
import { deletePrograms } from "../../store/programs.ts";
import type { Attempts } from "../attempts.ts";
import { findPendingInvitation } from "../store/invitations.ts";
import { lockPassword } from "../store/members.ts";
import { deleteOtherSessions } from "../store/sessions.ts";
import { deleteLinksOf, deleteLoginsOf } from "../store/verifications.ts";
import { isUuid } from "../uuid.ts";
import { bindApiKey, checkKeyList, keepBinding } from "./api-keys.ts";
import type { EndpointContext, EndpointRule } from "./endpoint-rule.ts";
import { createGuessing } from "./guessing.ts";
import { checkPicture, checkText, refusal } from "./input.ts";
import type { InvitationLinks } from "./invitation-links.ts";
import { organizationRules } from "./organizations.ts";
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from "./passwords.ts";
import type { Post } from "./post.ts";
import { requestState } from "./request-state.ts";
import type { AuthStorage } from "./storage.ts";

export interface EndpointHookDependencies {
  storage: AuthStorage;
  attempts: Attempts;
  links: InvitationLinks;
  /** What cookies are signed with. */
  secret: string;
  post: Post;
}

/** Our rules around better-auth's endpoints, by path: what is checked before, and what is said after. */
export function createEndpointHooks({ storage, attempts, links, secret, post }: EndpointHookDependencies) {
  const guessing = createGuessing({ attempts, secret });
  const before: Record<string, EndpointRule> = {
    ...organizationRules,
    "/api-key/create": (context) => bindApiKey(context, storage),
    "/api-key/update": keepBinding,
    "/api-key/list": checkKeyList,
    "/sign-up/email": signUp,
    "/update-user": ({ body }) => {
      checkText(body, "name", 100);
      checkPicture(body, "image");
      return undefined;
    },
    "/passkey/update-passkey": ({ body }) => checkText(body, "name", 100),
    "/passkey/verify-registration": ({ body }) => checkText(body, "name", 100),
    // Who learnt the password is out with the change of it.
    "/change-password": () => ({ revokeOtherSessions: true }),
    // Whose device it is, is said by who approves it.
    "/device/code": () => ({ user_id: undefined, scope: undefined }),
    "/verify-email": changeOfAddress,
    "/sign-in/social": askNoMore,
    "/link-social": askNoMore,
  };

  async function signUp({ body }: EndpointContext) {
    checkText(body, "name", 100);
    checkPicture(body, "image");
    checkText(body, "email", 254);
    const { invitationId, invitationToken, password, email } = body ?? {};
    if (typeof password !== "string" || typeof email !== "string") return undefined;
    if (invitationToken !== undefined) {
      requestState().provenAddress = await proveAddress(invitationId, invitationToken, email.toLowerCase());
    }
    if (password.length >= MIN_PASSWORD_LENGTH && password.length <= MAX_PASSWORD_LENGTH) {
      // Before the endpoint's transaction, which all others would have to wait for in the embedded database.
      requestState().hashed = { password, hash: await hashPassword(password) };
    }
    return undefined;
  }

  /** The address to which the link of an invitation was sent, if it is the one that signs up. */
  async function proveAddress(id: unknown, token: unknown, email: string): Promise<string> {
    const invitation = isUuid(id) ? await findPendingInvitation(storage.connection(), id, new Date()) : undefined;
    const isRight =
      invitation !== undefined &&
      typeof token === "string" &&
      links.isTokenOf(token, invitation) &&
      invitation.email === email;
    if (!isRight)
      throw refusal("INVITATION_NOT_FOUND", "The invitation was used, has expired or is for another address.");
    return email;
  }

  const after: Record<string, (context: EndpointContext) => Promise<unknown>> = {
    "/device/token": async ({ context, json }) => {
      const { returned } = context;
      if (returned === null || typeof returned !== "object" || !("access_token" in returned)) return undefined;
      // What the database holds of a session opens nothing, so the program gets it signed, as browsers do.
      return json({ ...returned, access_token: signToken(String(returned.access_token), secret) });
    },
    "/verify-email": async ({ query, context: { returned, session } }) => {
      const { email, updateTo, requestType } = readPayload(query?.token) ?? {};
      const hasFailed = returned instanceof APIError && returned.status !== "FOUND";
      if (hasFailed || typeof email !== "string" || typeof updateTo !== "string") return;
      if (requestType !== "change-email-verification") return;
      // What was mailed to the old address is good no more.
      if (session !== null) await deleteLinksOf(storage.connection(), session.user.id);
      await post.addressChanged(email, updateTo);
    },
    "/change-password": ({ context }) =>
      notify(context, async (email, personId) => {
        await deleteLinksOf(storage.connection(), personId);
        // Their tokens are refused from the new password on; here they go from the person's list as well.
        await deletePrograms(storage.connection(), toTypeId("usr", personId), new Date());
        await post.passwordChanged({ user: { email } });
      }),
    "/reset-password": async (context) => {
      const { hasReset } = requestState();
      // Else whoever guesses at the account could keep its owner waiting with the new password as well.
      if (hasReset !== undefined) await guessing.remember(context, hasReset);
    },
    "/revoke-other-sessions": async ({ context: { returned, session } }) => {
      if (returned instanceof APIError || session === null) return;
      // The endpoint ends those that it lists, which are a hundred at most.
      await deleteOtherSessions(storage.connection(), session.user.id, session.session.id);
      await deleteLoginsOf(storage.connection(), session.user.id);
    },
    "/revoke-sessions": async ({ context: { returned, session } }) => {
      if (returned instanceof APIError || session === null) return;
      await deleteLoginsOf(storage.connection(), session.user.id);
    },
    "/passkey/verify-registration": ({ context }) =>
      notify(context, (email) => post.signInMethod(email, "A passkey was added to your account")),
    "/passkey/delete-passkey": ({ context }) =>
      notify(context, (email) => post.signInMethod(email, "A passkey was removed from your account")),
    "/two-factor/disable": ({ context }) =>
      notify(context, (email) => post.signInMethod(email, "Two-factor sign-in was turned off for your account")),
  };

  /** Tells the account's owner of what has just succeeded. */
  async function notify(
    { returned, session }: EndpointContext["context"],
    send: (email: string, personId: string) => Promise<void>,
  ) {
    if (returned instanceof APIError || session === null) return;
    await send(session.user.email, session.user.id);
  }

  /**
   * Looking at a password takes its time. Where another one came meanwhile and ended all sessions, this sign-in is one that
   * it did not find. Asked once the session is there, of a password that nobody is changing: so either the change has ended
   * the session, or this sees the change.
   */
  async function refuseReplaced(context: EndpointContext): Promise<void> {
    const { newSession, internalAdapter } = context.context;
    const { verifiedHash } = requestState();
    if (newSession === null || verifiedHash === undefined) return;
    if (await lockPassword(storage.connection(), newSession.user.id, verifiedHash)) return;
    deleteSessionCookie(context);
    await internalAdapter.deleteSession(newSession.session.token);
    context.context.setNewSession(null);
    throw new APIError("UNAUTHORIZED", { code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid email or password" });
  }

  return {
    before: createAuthMiddleware(async (context) => {
      checkWaysBack(context);
      await guessing.begin(context);
      const changes = await before[context.path]?.(context);
      // The endpoint reads this very object. What a hook returns is merged with it, which takes nothing out.
      for (const [field, value] of Object.entries(context.body === undefined ? {} : (changes ?? {}))) {
        if (value === undefined) delete context.body[field];
        else context.body[field] = value;
      }
    }),
    after: createAuthMiddleware(async (context) => {
      if (context.path === "/sign-in/email") await refuseReplaced(context);
      await guessing.end(context);
      return after[context.path]?.(context);
    }),
  } satisfies BetterAuthOptions["hooks"];
}

/** A path that no header field can hold would make the answer fail, after the request has been done. */
function checkWaysBack({ body = {} }: EndpointContext): void {
  for (const field of ["callbackURL", "errorCallbackURL", "newUserCallbackURL", "redirectTo"]) {
    const value = body[field];
    if (typeof value === "string" && !/^[\x21-\x7e]{0,2048}$/.test(value)) {
      throw refusal("INVALID_FIELD", `The field ${field} takes a path of this reef, percent-encoded.`);
    }
  }
}

/** The other service is asked who it is and nothing else, and it answers by way of the browser that began. */
const askNoMore = () => ({
  scopes: undefined,
  additionalParams: undefined,
  additionalData: undefined,
  idToken: undefined,
});

/** A session's token with its signature, as the cookie holds it (see better-call's `signCookieValue`). */
const signToken = (token: string, secret: string): string =>
  `${token}.${createHmac("sha256", secret).update(token).digest("base64")}`;

/**
 * The link that makes an address an account's works for who is signed in to that account alone. By itself it would sign in
 * whoever opens it, so a new address with a slip in it would give the account away.
 */
async function changeOfAddress(context: EndpointContext): Promise<undefined> {
  const { token } = context.query ?? {};
  const payload = readPayload(token);
  if (payload?.updateTo === undefined || payload.requestType === "change-email-confirmation") return;
  const session = await getSessionFromCtx(context);
  // Who opens it a second time learns from the endpoint that it was used.
  if (session !== null && [payload.email, payload.updateTo].includes(session.user.email)) return;
  throw new APIError("UNAUTHORIZED", {
    code: "SIGN_IN_TO_CHANGE_EMAIL",
    message: "Sign in to the account whose address is to change, then open the link again.",
  });
}

/** What a token says, unverified: better-auth verifies it when it may go on. */
function readPayload(token: unknown): { email?: unknown; updateTo?: unknown; requestType?: unknown } | undefined {
  if (typeof token !== "string") return undefined;
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
