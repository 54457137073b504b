import type { Call, Caller } from "@reef/http/call";
import type { Clock } from "../clock.ts";
import type { ShownInvitation } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import type { InvitationLinks } from "./auth/invitation-links.ts";
import { findInvitation, type StoredInvitation } from "./store/invitations.ts";

/** What the link of an invitation's mail shows, to whoever holds it. */
export function createInvitations({ links, clock }: { links: InvitationLinks; clock: Clock }) {
  return {
    /**
     * Who invites to what. The link was mailed to the invited address alone, so its token shows no more than the mail said.
     *
     * @throws identity.invitation_not_found without the right token, whether there is such an invitation or not; with it
     * identity.invitation_expired, identity.invitation_withdrawn, identity.invitation_answered,
     * identity.organization_suspended
     */
    async showInvitation(
      { db }: Call<Caller | undefined>,
      { invitationId: id, token }: { invitationId: string; token: string },
    ): Promise<ShownInvitation> {
      const found = await findInvitation(db, id);
      // Of what is not there the token is compared as well: neither answer nor time tells which invitations there are.
      const isRight = links.isTokenOf(token, { id, email: found?.email ?? "" });
      if (found === undefined || !isRight) throw identityErrors.invitation_not_found();
      requireOpen(found, clock);
      const { organizationName, inviterName, role, email, expiresAt } = found;
      return { organizationName, inviterName, role, email, expiresAt: expiresAt.toISOString() };
    },
  };
}

/** @throws what keeps it from being accepted */
function requireOpen({ status, expiresAt, isInviterMember, isSuspended }: StoredInvitation, clock: Clock): void {
  if (status === "canceled") throw identityErrors.invitation_withdrawn();
  if (status !== "pending") throw identityErrors.invitation_answered();
  if (expiresAt.getTime() <= clock.now()) throw identityErrors.invitation_expired();
  // Who has left invites nobody any more.
  if (!isInviterMember) throw identityErrors.invitation_withdrawn();
  if (isSuspended) throw identityErrors.organization_suspended();
}
