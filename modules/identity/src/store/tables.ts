import type { Connection } from "@reef/db";
import type { IdentityTables } from "../schema.ts";

/** The connection with the names and columns of this module's tables. */
export const tables = (db: Connection) => db.$extendTables<IdentityTables>();
