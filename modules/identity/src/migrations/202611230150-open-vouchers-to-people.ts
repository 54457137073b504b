import { type Kysely, sql } from "kysely";

/** People issue vouchers as well; every voucher but a founding one has one issuer. */
export const openVouchersToPeople = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`
      alter table identity.vouchers
        add column issuer_person_id uuid references identity.people (id),
        drop constraint vouchers_check,
        add constraint vouchers_one_issuer check (
          num_nonnulls(issuer_agent_id, issuer_person_id) = case when organization_id is null then 0 else 1 end
        )`.execute(db);
  },
};
