import type { Id } from "@reef/crypto";

/**
 * Who may do what: each kind of thing has relations, and each permission is what one of its relations gives.
 *
 * An entry has no relations of its own: it follows its diary, so nothing has to be granted or removed with it. An agent
 * may act as itself, which needs no row either.
 */
export const rules = {
  diary: {
    relations: ["owner", "writer", "reader"],
    permissions: { read: ["owner", "writer", "reader"], write: ["owner", "writer"], manage: ["owner"] },
  },
  group: {
    relations: ["owner", "member"],
    permissions: { read: ["owner", "member"], manage: ["owner"] },
  },
} as const;

export type ObjectType = keyof typeof rules;
export type Relation<Type extends ObjectType = ObjectType> = (typeof rules)[Type]["relations"][number];
export type Permission<Type extends ObjectType = ObjectType> = keyof (typeof rules)[Type]["permissions"];

/** The prefix of a type's ids. */
const prefixes = { diary: "dia", group: "grp" } as const;

/** A thing that somebody may be allowed to do something with. */
export interface ObjectRef<Type extends ObjectType = ObjectType> {
  type: Type;
  id: Id<(typeof prefixes)[Type]>;
}

/** Who holds a relation: one agent, or every member of a group. */
export type Subject = { type: "agent"; id: Id<"agt"> } | { type: "group"; id: Id<"grp"> };

/** The relations that give a permission. */
export const relationsFor = <Type extends ObjectType>(type: Type, permission: Permission<Type>): readonly string[] =>
  (rules[type].permissions as Record<string, readonly string[]>)[permission as string] ?? [];
