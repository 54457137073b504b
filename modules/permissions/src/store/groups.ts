import { type Id, newId, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Selectable, sql } from "kysely";
import type { Group } from "../contract.ts";
import { type PermissionTables, tables } from "../schema.ts";
import { type Asker, objectsWith, permits, relationOn } from "./relations.ts";

type GroupRow = Selectable<PermissionTables["permissions.groups"]>;

const GROUP_ID = sql.ref("permissions.groups.id");

/** A group's row as somebody in it sees it. */
const toGroup = (row: GroupRow & Pick<Group, "role">): Group => ({
  id: toTypeId("grp", row.id),
  name: row.name,
  role: row.role,
  version: row.version,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

/** A new group; that its owner holds it is for the service to grant, in the same transaction. */
export async function insertGroup(db: Connection, organizationId: Id<"org">, name: string): Promise<Group> {
  const row = await tables(db)
    .insertInto("permissions.groups")
    .values({ id: toUuid(newId("grp")), organization_id: toUuid(organizationId), name })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toGroup({ ...row, role: "owner" });
}

/** The group, if the agent is in it; `forUpdate` holds its row until the transaction ends. */
export async function findGroup(
  db: Connection,
  asker: Asker,
  groupId: string,
  { forUpdate = false } = {},
): Promise<Group | undefined> {
  const row = await tables(db)
    .selectFrom("permissions.groups")
    .selectAll()
    .select(relationOn(asker, "group", GROUP_ID).as("role"))
    .where("organization_id", "=", toUuid(asker.organizationId))
    .where("id", "=", toUuid(groupId as Id<"grp">))
    .where(permits(asker, "group", "read", GROUP_ID))
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst();
  return row && toGroup({ ...row, role: row.role ?? "member" });
}

/** A page of the groups that the agent is in, newest first, behind the id `after`; with the count of all. */
export async function listGroups(
  db: Connection,
  asker: Asker,
  page: { limit: number; after: string | undefined },
): Promise<{ groups: Group[]; total: number }> {
  const mine = tables(db)
    .selectFrom("permissions.groups")
    .where("id", "in", objectsWith(asker, "group", "read"));
  const rows = await mine
    .selectAll()
    .select(relationOn(asker, "group", GROUP_ID).as("role"))
    .$if(page.after !== undefined, (query) => query.where("id", "<", page.after as string))
    .orderBy("id", "desc")
    .limit(page.limit)
    .execute();
  const { total } = await mine.select(sql<number>`count(*)`.as("total")).executeTakeFirstOrThrow();
  return { groups: rows.map((row) => toGroup({ ...row, role: row.role ?? "member" })), total };
}

/** The names of the organization's groups with these ids; unknown ones are left out. `lock` keeps them from being deleted. */
export async function listGroupNames(
  db: Connection,
  organizationId: Id<"org">,
  groupIds: readonly Id<"grp">[],
  { lock = false } = {},
): Promise<Map<Id<"grp">, string>> {
  if (groupIds.length === 0) return new Map();
  const rows = await tables(db)
    .selectFrom("permissions.groups")
    .select(["id", "name"])
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "in", groupIds.map(toUuid))
    .$if(lock, (query) => query.forKeyShare())
    .execute();
  return new Map(rows.map(({ id, name }) => [toTypeId("grp", id), name]));
}

/** Renames a group for its owner. */
export async function updateGroup(
  db: Connection,
  organizationId: Id<"org">,
  groupId: string,
  name: string,
): Promise<Group> {
  const row = await tables(db)
    .updateTable("permissions.groups")
    .set((group) => ({ name, version: group("version", "+", 1), updated_at: sql<Date>`now()` }))
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(groupId as Id<"grp">))
    .returningAll()
    .executeTakeFirstOrThrow();
  return toGroup({ ...row, role: "owner" });
}

export async function deleteGroup(db: Connection, organizationId: Id<"org">, groupId: string): Promise<void> {
  await tables(db)
    .deleteFrom("permissions.groups")
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(groupId as Id<"grp">))
    .execute();
}

/** One membership, as its relation tells it. */
export interface Membership {
  agentId: Id<"agt">;
  isOwner: boolean;
  addedAt: Date;
}

/** Which members: behind the agent `after`, or one agent only. */
export interface MembershipFilter {
  after?: string | undefined;
  agentId?: Id<"agt"> | undefined;
}

/** A group's members by their agents' age, up to `limit`. */
export async function listMemberships(
  db: Connection,
  organizationId: Id<"org">,
  groupId: string,
  { limit, after, agentId }: MembershipFilter & { limit: number },
): Promise<Membership[]> {
  const rows = await membershipsOf(db, organizationId, groupId)
    .select(["member.subject_id", "member.created_at"])
    .select(
      sql<boolean>`exists (
        select from permissions.relations held
        where held.object_type = 'group' and held.object_id = member.object_id and held.relation = 'owner'
          and held.subject_type = 'agent' and held.subject_id = member.subject_id)`.as("is_owner"),
    )
    .$if(after !== undefined, (query) => query.where("subject_id", ">", after as string))
    .$if(agentId !== undefined, (query) => query.where("subject_id", "=", toUuid(agentId as Id<"agt">)))
    .orderBy("subject_id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    agentId: toTypeId("agt", row.subject_id),
    isOwner: row.is_owner,
    addedAt: row.created_at,
  }));
}

export async function countMemberships(db: Connection, organizationId: Id<"org">, groupId: string): Promise<number> {
  const { total } = await membershipsOf(db, organizationId, groupId)
    .select(sql<number>`count(*)`.as("total"))
    .executeTakeFirstOrThrow();
  return total;
}

const membershipsOf = (db: Connection, organizationId: Id<"org">, groupId: string) =>
  tables(db)
    .selectFrom("permissions.relations as member")
    .where("organization_id", "=", toUuid(organizationId))
    .where("object_type", "=", "group")
    .where("object_id", "=", toUuid(groupId as Id<"grp">))
    .where("relation", "=", "member")
    .where("subject_type", "=", "agent");
