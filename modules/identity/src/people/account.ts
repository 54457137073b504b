import { type Id, toTypeId } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { AccountCaller, Call, Caller, PersonCaller } from "@reef/http/call";
import type { Clock } from "../clock.ts";
import type { Account, SignInOptions } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import { createInvitationLinks } from "./auth/invitation-links.ts";
import type { Accounts } from "./create-accounts.ts";
import { createInvitations } from "./invitations.ts";
import type { PreparedSetup, SetupRequest } from "./setup.ts";
import { findAccount } from "./store/account.ts";

/** The routes of the contract that are about who signs in. */
export function createAccount(
  accounts: Accounts,
  { hasMailbox, masterSecret, clock }: { hasMailbox: boolean; masterSecret: string; clock: Clock },
) {
  /** What was found out about a request before its transaction began. */
  const prepared = new WeakMap<SetupRequest, PreparedSetup>();

  return {
    ...createInvitations({ links: createInvitationLinks(masterSecret), clock }),

    /** How people sign in here. */
    async getSignInOptions({ db }: Call<Caller | undefined>): Promise<SignInOptions> {
      const needsOperator = await accounts.needsOperator(db);
      return { providers: [...accounts.providers], signUp: accounts.signUp, needsOperator, mailbox: hasMailbox };
    },

    /** Checks the code and hashes the password. @throws identity.setup_refused, identity.password_too_weak */
    async prepareSetUp({ db }: Call<Caller | undefined>, request: SetupRequest): Promise<void> {
      prepared.set(request, await accounts.prepareSetUp(db, request));
    },

    /** Makes the first person. @throws identity.setup_refused, identity.slug_taken, identity.address_taken */
    async setUp({ db }: Call<Caller | undefined>, request: SetupRequest): Promise<Account> {
      const { personId, organizationId } = await accounts.setUp(
        db,
        prepared.get(request) ?? (await accounts.prepareSetUp(db, request)),
      );
      return accountOf(db, personId, organizationId);
    },

    /** Who is signed in, and in which organizations. @throws identity.signed_out when the account has just ended. */
    getAccount({ db, caller }: Call<PersonCaller | AccountCaller>): Promise<Account> {
      return accountOf(db, caller.personId, caller.kind === "person" ? caller.organizationId : undefined);
    },
  };
}

export type AccountService = ReturnType<typeof createAccount>;

async function accountOf(db: Connection, personId: Id<"usr">, organizationId: Id<"org"> | undefined): Promise<Account> {
  const found = await findAccount(db, personId);
  if (found === undefined) throw identityErrors.signed_out();
  const memberships = found.memberships.map((membership) => ({
    ...membership,
    organizationId: toTypeId("org", membership.organizationId),
  }));
  return {
    person: { id: personId, name: found.name, email: found.email, emailVerified: found.emailVerified },
    isOperator: found.isOperator,
    organization: memberships.find((membership) => membership.organizationId === organizationId) ?? null,
    memberships,
  };
}
