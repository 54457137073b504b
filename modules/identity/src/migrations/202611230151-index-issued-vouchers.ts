import { type Kysely, sql } from "kysely";

/** A person's active vouchers, an organization's, and with which one an agent came. */
export const indexIssuedVouchers = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`
      create index active_vouchers_by_person on identity.vouchers (issuer_person_id, expires_at)
      where redeemed_at is null and issuer_person_id is not null`.execute(db);
    await sql`
      create index active_vouchers_by_organization on identity.vouchers (organization_id, expires_at)
      where redeemed_at is null`.execute(db);
    await sql`
      create unique index vouchers_by_redeemer on identity.vouchers (redeemed_by)
      where redeemed_by is not null`.execute(db);
  },
};
