import { createMailWriter } from "@reef/mail";
import type { Mail } from "./mailer.ts";

/** The mails about accounts. All of them say what happened, what to do, and what to do when it was somebody else. */
export interface Mails {
  verifyAddress(to: string, link: string): Mail;
  existingAccount(to: string, link: string): Mail;
  resetPassword(to: string, link: string): Mail;
  passwordChanged(to: string): Mail;
  confirmChange(to: string, change: { newEmail: string; link: string }): Mail;
  verifyNewAddress(to: string, link: string): Mail;
  addressChanged(to: string, newEmail: string): Mail;
  invitation(to: string, invitation: { inviter: string; organization: string; role: string; link: string }): Mail;
  signInMethod(to: string, change: string): Mail;
}

const IGNORE = "If it was not you, ignore this mail; nothing happens without the link.";

/** Writes the mails of the reef at `publicUrl`. */
export function createMails(publicUrl: string): Mails {
  const { host } = new URL(publicUrl);
  const write = createMailWriter(host);
  const alarm = `If it was not you, reset your password at ${publicUrl}/forgot-password, then end the other sessions in your account's settings.`;
  return {
    verifyAddress: (to, link) =>
      write(to, {
        template: "verify-address",
        subject: `Confirm your address for ${host}`,
        text: [`Somebody made an account at ${host} with this address. If it was you, confirm the address.`],
        action: { label: "Confirm the address", link },
        after: ["The link works for one hour.", IGNORE],
      }),
    existingAccount: (to, link) =>
      write(to, {
        template: "existing-account",
        subject: `You have an account at ${host} already`,
        text: [
          `Somebody tried to make an account at ${host} with this address, but it has one already.`,
          "If it was you, sign in. If you do not know the password any more, reset it from the same page.",
        ],
        action: { label: "Sign in", link },
        after: ["If it was not you, there is nothing to do."],
      }),
    resetPassword: (to, link) =>
      write(to, {
        template: "reset-password",
        subject: `Reset your password for ${host}`,
        text: [`Somebody asked to reset the password of your account at ${host}. If it was you, choose a new one.`],
        action: { label: "Choose a new password", link },
        after: ["The link works once, for one hour. Your other sessions end with it.", IGNORE],
      }),
    passwordChanged: (to) =>
      write(to, {
        template: "password-changed",
        subject: `Your password for ${host} was changed`,
        text: [`The password of your account at ${host} was changed, and your other sessions were ended.`, alarm],
      }),
    confirmChange: (to, { newEmail, link }) =>
      write(to, {
        template: "confirm-change-of-address",
        subject: `Confirm your new address for ${host}`,
        text: [`Somebody asked to change the address of your account at ${host} to ${newEmail}.`],
        action: { label: "Allow the change", link },
        after: ["We then write to the new address. The link works for one hour.", alarm],
      }),
    verifyNewAddress: (to, link) =>
      write(to, {
        template: "verify-new-address",
        subject: `Confirm your new address for ${host}`,
        text: [`This is to become the address of an account at ${host}. Sign in there, then open the link.`],
        action: { label: "Confirm the new address", link },
        after: ["The link works for one hour.", IGNORE],
      }),
    addressChanged: (to, newEmail) =>
      write(to, {
        template: "address-changed",
        subject: `The address of your account at ${host} was changed`,
        text: [
          `The address of your account at ${host} is now ${newEmail}.`,
          "If it was not you, ask an owner of your organization or the operator of the reef for help at once.",
        ],
      }),
    invitation: (to, { inviter, organization, role, link }) =>
      write(to, {
        template: "invitation",
        subject: `${inviter} invites you to ${organization}`,
        text: [`${inviter} invites you to join ${organization} at ${host} as ${articleOf(role)} ${role}.`],
        action: { label: "See the invitation", link },
        after: ["The invitation is for this address alone and works once, for a week.", IGNORE],
      }),
    signInMethod: (to, change) =>
      write(to, {
        template: "sign-in-method",
        subject: `How you sign in to ${host} has changed`,
        text: [`${change} at ${host}.`, alarm],
      }),
  };
}

const articleOf = (role: string): string => (/^[aeiou]/.test(role) ? "an" : "a");
