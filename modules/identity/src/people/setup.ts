import { constantTimeEqual, type Id, randomToken, sha256Hex } from "@reef/crypto";
import { type Connection, transact } from "@reef/db";
import type { Clock } from "../clock.ts";
import { identityErrors } from "../errors.ts";
import { lockVouchers } from "../store/vouchers.ts";
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from "./auth/passwords.ts";
import { slugFault } from "./slugs.ts";
import * as store from "./store/operators.ts";

/** What the first person of a reef says. */
export interface SetupRequest {
  code: string;
  name: string;
  email: string;
  password: string;
  organizationName: string;
  slug: string;
}

/** A request whose code was right, with the password hashed. */
export interface PreparedSetup extends Omit<SetupRequest, "password"> {
  passwordHash: string;
}

/** How a reef gets its operator: whoever holds the link that the server prints. */
export interface Setup {
  /**
   * A code with which the first person becomes the operator, in place of any older one; undefined when the reef has an
   * operator. Of the code only a digest is stored.
   */
  issueSetupCode(db: Connection): Promise<string | undefined>;
  needsOperator(db: Connection): Promise<boolean>;
  /**
   * Checks the code and hashes the password, before the transaction that {@link Setup.setUp} needs.
   *
   * @throws identity.setup_refused, identity.password_too_weak, identity.slug_taken for one that is reserved
   */
  prepareSetUp(db: Connection, request: SetupRequest): Promise<PreparedSetup>;
  /**
   * Makes the person, whose address counts as confirmed, the operator and the owner of an organization: of the one that
   * agents have founded, or of a new one, which the founding voucher then leads to. All of it holds or nothing; of two at
   * once one gets in.
   *
   * @throws identity.setup_refused, identity.slug_taken, identity.address_taken
   */
  setUp(db: Connection, request: PreparedSetup): Promise<{ personId: Id<"usr">; organizationId: Id<"org"> }>;
}

export function createSetup({ clock }: { clock: Clock }): Setup {
  /** @throws identity.setup_refused for another code, and where there is none any more. */
  async function verifyCode(db: Connection, code: string): Promise<void> {
    const expected = await store.findSetupCode(db);
    // The comparison costs the same where there is nothing to compare with.
    const isRight = constantTimeEqual(sha256Hex(code), expected ?? sha256Hex(randomToken()));
    if (expected === undefined || !isRight) throw identityErrors.setup_refused();
  }

  return {
    issueSetupCode: (db) =>
      transact(db, async (transaction) => {
        await store.lockOperators(transaction);
        if (await store.hasOperators(transaction)) return undefined;
        const code = randomToken();
        await store.upsertSetupCode(transaction, sha256Hex(code), new Date(clock.now()));
        return code;
      }),

    needsOperator: async (db) => !(await store.hasOperators(db)),

    async prepareSetUp(db, { password, ...request }) {
      await verifyCode(db, request.code);
      if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH) {
        throw identityErrors.password_too_weak();
      }
      const fault = slugFault(request.slug);
      if (fault !== undefined) throw identityErrors.slug_taken({ detail: fault });
      return { ...request, email: request.email.toLowerCase(), passwordHash: await hashPassword(password) };
    },

    setUp: (db, request) =>
      transact(db, async (transaction) => {
        const createdAt = new Date(clock.now());
        await store.lockOperators(transaction);
        // A registration may be founding the organization at this moment: it ends first.
        await lockVouchers(transaction);
        await verifyCode(transaction, request.code);
        if (await store.hasOperators(transaction)) throw identityErrors.setup_refused();
        const personId = await store.insertOperator(transaction, { ...request, createdAt });
        if (personId === undefined) throw identityErrors.address_taken();
        const organizationId =
          (await store.findOrphanOrganization(transaction)) ??
          (await store.insertPeoplesOrganization(transaction, createdAt));
        const naming = { name: request.organizationName, slug: request.slug };
        if (!(await store.nameOrganization(transaction, organizationId, naming))) throw identityErrors.slug_taken();
        await store.insertOwner(transaction, organizationId, personId, createdAt);
        await store.adoptFoundingVouchers(transaction, organizationId, personId);
        await store.deleteSetupCode(transaction);
        return { personId, organizationId };
      }),
  };
}
