import { type Kysely, sql } from "kysely";

/** People see what has an owner in their organization; their lists begin with these rows and no others. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create index relations_owners on permissions.relations (organization_id, object_type, object_id)
    where relation = 'owner'`.execute(db);
}
