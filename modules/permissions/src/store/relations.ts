import { type Id, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { AgentCaller, PersonCaller } from "@reef/http/call";
import { type Expression, type RawBuilder, sql } from "kysely";
import {
  type ObjectRef,
  type ObjectType,
  type Permission,
  type Relation,
  relationsFor,
  rules,
  type Subject,
} from "../rules.ts";
import { tables } from "../schema.ts";

/** Who asks. The organization is part of it: a relation of another one never counts. */
export type Asker =
  | Pick<AgentCaller, "agentId" | "organizationId">
  | Pick<PersonCaller, "personId" | "organizationId" | "role">;

/**
 * Whether a row of `held` is the agent's own, or of a group that it is a member of. A person stands where the owner stands:
 * with every thing that has an owner in the organization, as far as {@link relationsOf} goes.
 */
const heldBy = (asker: Asker): RawBuilder<boolean> => {
  const organization = toUuid(asker.organizationId);
  if ("personId" in asker)
    return sql<boolean>`held.organization_id = ${organization}::uuid and held.relation = 'owner'`;
  const agent = toUuid(asker.agentId);
  return sql<boolean>`held.organization_id = ${organization}::uuid and (held.subject_type, held.subject_id) in (
    select 'agent', ${agent}::uuid
    union all
    select 'group', membership.object_id from permissions.relations membership
    where membership.subject_type = 'agent' and membership.subject_id = ${agent}::uuid
      and membership.organization_id = ${organization}::uuid and membership.object_type = 'group'
      and membership.relation = 'member')`;
};

/** Whether a person may do something with the things of the organization: see all, manage them from admin on, never write. */
const mayAsPerson = (role: PersonCaller["role"], permission: string): boolean =>
  permission === "read" || (permission === "manage" && role !== "member");

/** The relations that give the asker a permission. */
const relationsOf = <Type extends ObjectType>(asker: Asker, type: Type, permission: Permission<Type>) =>
  "personId" in asker && !mayAsPerson(asker.role, String(permission)) ? [] : relationsFor(type, permission);

/**
 * The ids of all things of a type on which the agent holds a permission, by itself or through a group, as a subquery: for
 * `where diaries.id in (…)`. It reads the relations at that moment, so what was revoked is out of the next query.
 */
export function objectsWith<Type extends ObjectType>(
  asker: Asker,
  type: Type,
  permission: Permission<Type>,
): RawBuilder<string> {
  return sql<string>`(
    select held.object_id from permissions.relations held
    where held.object_type = ${type} and held.relation = any(${relationsOf(asker, type, permission)}::text[])
      and ${heldBy(asker)})`;
}

/** The same rule as a condition on one thing: cheap however much the agent holds, where the thing is known already. */
export function permits<Type extends ObjectType>(
  asker: Asker,
  type: Type,
  permission: Permission<Type>,
  objectId: Expression<unknown>,
): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select from permissions.relations held
    where held.object_type = ${type} and held.object_id = ${objectId}
      and held.relation = any(${relationsOf(asker, type, permission)}::text[]) and ${heldBy(asker)})`;
}

/** The strongest relation that the agent has on a thing, by itself or through a group; null where it has none. */
export function relationOn<Type extends ObjectType>(
  asker: Asker,
  type: Type,
  objectId: Expression<unknown>,
): RawBuilder<Relation<Type> | null> {
  // What a member sees it is a reader of; who manages it is shown as its owner.
  if ("personId" in asker && asker.role === "member") {
    return sql<Relation<Type> | null>`(
      select ${rules[type].relations.at(-1)}::text from permissions.relations held
      where held.object_type = ${type} and held.object_id = ${objectId} and ${heldBy(asker)} limit 1)`;
  }
  return sql<Relation<Type> | null>`(
    select held.relation from permissions.relations held
    where held.object_type = ${type} and held.object_id = ${objectId} and ${heldBy(asker)}
    order by array_position(${rules[type].relations}::text[], held.relation) limit 1)`;
}

/** Whether the agent holds the permission on the thing. */
export async function holds<Type extends ObjectType>(
  db: Connection,
  asker: Asker,
  permission: Permission<Type>,
  object: ObjectRef<Type>,
): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select ${permits(asker, object.type, permission, sql`${toUuid(object.id)}::uuid`)} as held`.execute(db);
  return rows[0]?.held ?? false;
}

/** Gives a relation; giving it twice changes nothing. */
export async function insertRelation<Type extends ObjectType>(
  db: Connection,
  organizationId: Id<"org">,
  object: ObjectRef<Type>,
  relation: Relation<Type>,
  subject: Subject,
): Promise<void> {
  await tables(db)
    .insertInto("permissions.relations")
    .values({
      organization_id: toUuid(organizationId),
      object_type: object.type,
      object_id: toUuid(object.id),
      relation,
      subject_type: subject.type,
      subject_id: toUuid(subject.id),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Takes relations from a subject: the named ones, or all that it has on the thing. */
export async function deleteRelations<Type extends ObjectType>(
  db: Connection,
  organizationId: Id<"org">,
  object: ObjectRef<Type>,
  subject: Subject,
  relations?: readonly Relation<Type>[],
): Promise<void> {
  await tables(db)
    .deleteFrom("permissions.relations")
    .where("organization_id", "=", toUuid(organizationId))
    .where("object_type", "=", object.type)
    .where("object_id", "=", toUuid(object.id))
    .where("subject_type", "=", subject.type)
    .where("subject_id", "=", toUuid(subject.id))
    .$if(relations !== undefined, (query) => query.where("relation", "in", relations as readonly string[]))
    .execute();
}

/** Takes every relation on a thing that is gone, and every one that it gave as a group. */
export async function deleteObjectRelations(
  db: Connection,
  organizationId: Id<"org">,
  object: ObjectRef,
): Promise<void> {
  const id = toUuid(object.id);
  await tables(db)
    .deleteFrom("permissions.relations")
    .where("organization_id", "=", toUuid(organizationId))
    .where((where) =>
      where.or([
        where.and([where("object_type", "=", object.type), where("object_id", "=", id)]),
        where.and([where("subject_type", "=", object.type), where("subject_id", "=", id)]),
      ]),
    )
    .execute();
}
