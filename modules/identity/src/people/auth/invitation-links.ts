import { constantTimeEqual, deriveKey, hmacHex } from "@reef/crypto";

/** What makes the links of invitations, and knows them again. */
export interface InvitationLinks {
  /** What only the mail to the invited address holds. */
  tokenOf(invitation: { id: string; email: string }): string;
  isTokenOf(token: string, invitation: { id: string; email: string }): boolean;
}

/**
 * An invitation's id is seen by everybody who may list the organization's invitations, so it proves nothing. The token in
 * the mail does: nobody but the reef can make it, and it was sent to that address alone.
 */
export function createInvitationLinks(masterSecret: string): InvitationLinks {
  const key = deriveKey(masterSecret, "identity.invitation_links");
  const tokenOf: InvitationLinks["tokenOf"] = ({ id, email }) => hmacHex(key, `${id} ${email}`);
  return { tokenOf, isTokenOf: (token, invitation) => constantTimeEqual(token, tokenOf(invitation)) };
}
