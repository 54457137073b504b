import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Call, MemberCaller } from "@reef/http/call";
import type { Expression, RawBuilder } from "kysely";
import type { ObjectRef, ObjectType, Permission, Relation, Subject } from "../rules.ts";
import * as store from "../store/relations.ts";

/** What of a call a check needs. */
type CheckedCall = Pick<Call<MemberCaller | undefined>, "caller" | "db" | "memo">;

/** How one asks, gives and takes. */
export interface Checks {
  /**
   * Whether the caller may do something with a thing. Asked twice in one request it is looked up once; the next request
   * looks anew, so what was revoked is refused there.
   */
  check<Type extends ObjectType>(
    call: CheckedCall,
    permission: Permission<Type>,
    object: ObjectRef<Type>,
  ): Promise<boolean>;
  /** The same rule for many things at once: a subquery of the ids that the agent has the permission on. */
  objectsWith<Type extends ObjectType>(
    asker: store.Asker,
    type: Type,
    permission: Permission<Type>,
  ): RawBuilder<string>;
  /** The same rule for one thing inside a query, whose id is a column there: cheap however much the agent holds. */
  permits<Type extends ObjectType>(
    asker: store.Asker,
    type: Type,
    permission: Permission<Type>,
    objectId: Expression<unknown>,
  ): RawBuilder<boolean>;
  /** The agent's strongest relation on a thing inside a query; null where it has none. For showing, never for deciding. */
  relationOn<Type extends ObjectType>(
    asker: store.Asker,
    type: Type,
    objectId: Expression<unknown>,
  ): RawBuilder<Relation<Type> | null>;
  /** Gives a relation, in the transaction of the change that it comes from. */
  grant<Type extends ObjectType>(
    call: GrantingCall,
    object: ObjectRef<Type>,
    relation: Relation<Type>,
    subject: Subject,
  ): Promise<void>;
  /** Takes the named relations from a subject, or all that it has on the thing. */
  revoke<Type extends ObjectType>(
    call: GrantingCall,
    object: ObjectRef<Type>,
    subject: Subject,
    relations?: readonly Relation<Type>[],
  ): Promise<void>;
  /** Takes all relations on a thing that is gone. */
  revokeAll(call: GrantingCall, object: ObjectRef): Promise<void>;
}

/** A change of relations: who made it is the caller's business, so only its organization counts here. */
interface GrantingCall {
  caller: { organizationId: Id<"org"> };
  db: Connection;
  memo: Map<string, unknown>;
}

const keyOf = (permission: string, { type, id }: ObjectRef) => `permissions:${type}:${id}:${permission}`;

/** Every check goes through here. */
export function createChecks(): Checks {
  /** A request that changes relations sees its own change. */
  function forget(memo: Map<string, unknown>): void {
    for (const key of memo.keys()) if (key.startsWith("permissions:")) memo.delete(key);
  }

  return {
    check({ caller, db, memo }, permission, object) {
      if (caller === undefined) return Promise.resolve(false);
      const key = keyOf(String(permission), object);
      const known = memo.get(key) as Promise<boolean> | undefined;
      if (known !== undefined) return known;
      const asked = store.holds(db, caller, permission, object);
      memo.set(key, asked);
      return asked;
    },
    objectsWith: store.objectsWith,
    permits: store.permits,
    relationOn: store.relationOn,
    async grant({ caller, db, memo }, object, relation, subject) {
      await store.insertRelation(db, caller.organizationId, object, relation, subject);
      forget(memo);
    },
    async revoke({ caller, db, memo }, object, subject, relations) {
      await store.deleteRelations(db, caller.organizationId, object, subject, relations);
      forget(memo);
    },
    async revokeAll({ caller, db, memo }, object) {
      await store.deleteObjectRelations(db, caller.organizationId, object);
      forget(memo);
    },
  };
}
