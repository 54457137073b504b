import { type Kysely, sql } from "kysely";

/** A person's links end together. Some of the values are longer than an ordered index takes, so it is one of hashes. */
export const indexVerifications = {
  async up(db: Kysely<never>): Promise<void> {
    await sql`create index verifications_by_value on identity.verifications using hash (value)`.execute(db);
  },
};
