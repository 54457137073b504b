import type { Connection } from "@reef/db";
import type { Generated, Kysely } from "kysely";

/** Tables of the module; every id is a UUID here. */
export type PermissionTables = {
  "permissions.relations": {
    organization_id: string;
    object_type: string;
    object_id: string;
    relation: string;
    subject_type: string;
    subject_id: string;
    created_at: Generated<Date>;
  };
  "permissions.groups": {
    id: string;
    organization_id: string;
    name: string;
    version: Generated<number>;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
};

/** The connection, with this module's tables named. */
export const tables = (db: Connection): Kysely<PermissionTables> =>
  db.$extendTables<PermissionTables>() as Kysely<PermissionTables>;
