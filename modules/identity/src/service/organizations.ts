import { type Id, toUuid } from "@reef/crypto";
import { afterCommit, type Connection, type Page, pageOf, transact } from "@reef/db";
import type { AccountCaller, Call, PersonCaller } from "@reef/http/call";
import type { Organization } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { organizationAccessChanged } from "../events.ts";
import { countOrganizations, findOrganization, listOrganizations, updateSuspended } from "../store/organizations.ts";
import { lockOrganizationsOf } from "../store/people.ts";
import type { ServiceDependencies } from "./dependencies.ts";
import { organizationView } from "./views.ts";

const LIST = "identity.listOrganizations";

/** An operator, within an organization or outside of any. */
type OperatorCall = Call<PersonCaller | AccountCaller>;

/** What operators do with the organizations of the reef. */
export function createOrganizations({ events, clock, cursors, accessList }: ServiceDependencies) {
  async function changeSuspended(db: Connection, organizationId: Id<"org">, suspendedAt: Date | null) {
    const access = await updateSuspended(db, organizationId, suspendedAt);
    if (access !== undefined) {
      await events.emit(db, toUuid(organizationId), organizationAccessChanged, access);
      afterCommit(db, () => accessList.applyOrganization(access));
    }
    const organization = await findOrganization(db, organizationId);
    if (organization === undefined) throw identityErrors.organization_not_found();
    return organizationView(organization);
  }

  return {
    /** All organizations, newest first. @throws list.invalid_cursor */
    async listOrganizations(
      { db }: OperatorCall,
      page: { limit: number; cursor?: string | undefined },
    ): Promise<Page<Organization>> {
      const before = page.cursor === undefined ? undefined : (cursors.decode(LIST, page.cursor)[0] as Id<"org">);
      const rows = await listOrganizations(db, { limit: page.limit + 1, before });
      const count = await countOrganizations(db);
      const { items, nextCursor, total } = pageOf(rows, page.limit, count, ({ id }) => cursors.encode(LIST, [id]));
      return { items: items.map(organizationView), nextCursor, total };
    },

    /**
     * Suspends an organization: within five seconds its agents and people are refused everywhere, none of its agents gets a
     * token, and nobody joins it. Suspending one that is suspended changes nothing.
     *
     * @throws identity.organization_not_found, identity.own_organization when the caller is a member of it and of no other
     * that is not suspended: it would shut itself out, and might be the only one who can undo that.
     */
    suspendOrganization({ caller, db }: OperatorCall, organizationId: Id<"org">): Promise<Organization> {
      return transact(db, async (transaction) => {
        // Locked, so that of two suspensions at the same moment each knows what the other one leaves.
        const own = await lockOrganizationsOf(transaction, caller.personId);
        const open = own.filter(({ isSuspended }) => !isSuspended);
        if (open.length === 1 && open[0]?.organizationId === organizationId) throw identityErrors.own_organization();
        return changeSuspended(transaction, organizationId, new Date(clock.now()));
      });
    },

    /** Resumes an organization: all that its agents and people had is good again. @throws identity.organization_not_found */
    resumeOrganization: ({ db }: OperatorCall, organizationId: Id<"org">): Promise<Organization> =>
      transact(db, (transaction) => changeSuspended(transaction, organizationId, null)),
  };
}
