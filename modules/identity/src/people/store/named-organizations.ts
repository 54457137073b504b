import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { tables } from "./tables.ts";

/** The organization with this slug or id; undefined when there is none. */
export async function findNamedOrganization(
  db: Connection,
  name: { slug: string } | { id: Id<"org"> },
): Promise<Id<"org"> | undefined> {
  const query = tables(db).selectFrom("identity.organizations").select("id");
  const row = await ("slug" in name ? query.where("slug", "=", name.slug) : query.where("id", "=", toUuid(name.id)))
    .limit(1)
    .executeTakeFirst();
  return row && toTypeId("org", row.id);
}

/** What others know of an organization. */
export interface PublicOrganization {
  id: Id<"org">;
  name: string;
  slug: string;
}

/** The organization with this id, also one that is suspended. */
export async function findPublicOrganization(
  db: Connection,
  organizationId: Id<"org">,
): Promise<PublicOrganization | undefined> {
  const row = await tables(db)
    .selectFrom("identity.organizations")
    .select(["name", "slug"])
    .where("id", "=", toUuid(organizationId))
    .executeTakeFirst();
  return row && { id: organizationId, ...row };
}

/** The organizations with these ids, also those that are suspended; unknown ones are left out. For operators. */
export async function listPublicOrganizations(
  db: Connection,
  organizationIds: readonly Id<"org">[],
): Promise<ReadonlyMap<Id<"org">, PublicOrganization>> {
  if (organizationIds.length === 0) return new Map();
  const rows = await tables(db)
    .selectFrom("identity.organizations")
    .select(["id", "name", "slug"])
    .where("id", "in", organizationIds.map(toUuid))
    .execute();
  const organizations = rows.map((row) => ({ ...row, id: toTypeId("org", row.id) }));
  return new Map(organizations.map((organization) => [organization.id, organization]));
}
