/** Who may do what: relations, the check that every module calls, and groups of agents. */
export type { PermissionsApi } from "./api.ts";
export { permissionsErrors } from "./errors.ts";
export { permissionsMigrations } from "./migrations/index.ts";
export { createPermissionsModule, type PermissionsModule } from "./module.ts";
export type { ObjectRef, Permission, Relation, Subject } from "./rules.ts";
