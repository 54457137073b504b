import { type Kysely, sql } from "kysely";

/** Who let whom in, newest first. */
export const indexRedeemedVouchers = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`
      create index redeemed_vouchers_by_organization
      on identity.vouchers (organization_id, redeemed_at desc, id desc)
      where redeemed_at is not null`.execute(db);
  },
};
