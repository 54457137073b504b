import { toTypeId } from "@reef/crypto";
import { deletePrograms } from "../../store/programs.ts";
import type { Mail, Mailer } from "../mailer.ts";
import type { Mails } from "../mails.ts";
import { confirmAddress } from "../store/members.ts";
import { deleteLinksOf } from "../store/verifications.ts";
import type { InvitationLinks } from "./invitation-links.ts";
import { requestState } from "./request-state.ts";
import type { AuthStorage } from "./storage.ts";

export interface PostDependencies {
  storage: AuthStorage;
  mailer: Mailer;
  mails: Mails;
  links: InvitationLinks;
  publicUrl: string;
}

/** A person as better-auth hands it over. */
interface Addressee {
  email: string;
  emailVerified: boolean;
}

interface InvitationMail {
  id: string;
  email: string;
  role: string;
  organization: { name: string };
  inviter: { user: { name: string } };
}

export type Post = ReturnType<typeof createPost>;

/**
 * Sends the mails that better-auth asks for. Their links lead to pages of the console, which send what they carry to
 * `/api/auth` when a person says so: programs that look at all links of a mail use none of them up.
 */
export function createPost({ storage, mailer, mails, links, publicUrl }: PostDependencies) {
  const page = (path: string, query: Record<string, string> = {}): string => {
    const url = new URL(path, `${publicUrl}/`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  };
  /** Within the transaction that is open, if there is one: no mail tells of what was undone. */
  const send = (mail: Mail): Promise<void> => {
    const connection = storage.connection();
    return mailer.send(connection.isTransaction ? connection : undefined, mail);
  };

  return {
    async verifyAddress({ user, token }: { user: Addressee; token: string }): Promise<void> {
      const link = page("/verify-email", { token });
      if (payloadOf(token).updateTo !== undefined) return send(mails.verifyNewAddress(user.email, link));
      // Who came by an invitation's link has shown already that the address is his or hers.
      if (!user.emailVerified) await send(mails.verifyAddress(user.email, link));
    },
    existingAccount: ({ user }: { user: Addressee }) => send(mails.existingAccount(user.email, page("/sign-in"))),
    resetPassword: ({ user, token }: { user: Addressee; token: string }) =>
      send(mails.resetPassword(user.email, page("/reset-password", { token }))),
    passwordChanged: ({ user }: { user: Pick<Addressee, "email"> }) => send(mails.passwordChanged(user.email)),
    /** The link that led here was sent to the address, so that is proved with it. */
    async passwordReset({ user }: { user: Addressee & { id: string } }): Promise<void> {
      await confirmAddress(storage.connection(), user.id);
      await deleteLinksOf(storage.connection(), user.id);
      await deletePrograms(storage.connection(), toTypeId("usr", user.id), new Date());
      requestState().hasReset = user.email;
      await send(mails.passwordChanged(user.email));
    },
    confirmChange: ({ user, newEmail, token }: { user: Addressee; newEmail: string; token: string }) =>
      send(mails.confirmChange(user.email, { newEmail, link: page("/verify-email", { token }) })),
    addressChanged: (oldEmail: string, newEmail: string) => send(mails.addressChanged(oldEmail, newEmail)),
    invitation: ({ id, email, role, organization, inviter }: InvitationMail) =>
      send(
        mails.invitation(email, {
          inviter: inviter.user.name,
          organization: organization.name,
          role,
          link: page("/invitation", { id, token: links.tokenOf({ id, email }) }),
        }),
      ),
    signInMethod: (email: string, change: string) => send(mails.signInMethod(email, change)),
  };
}

/** What a token of better-auth's says; it has just been made, so nothing needs to be verified. */
function payloadOf(token: string): { updateTo?: string } {
  const [, payload = ""] = token.split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
}
