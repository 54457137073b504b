/** Who is calling: agents and their keys, the vouchers by which they join, and the OAuth server that gives them tokens. */
export type { IdentityApi, IdentityDependencies, IdentityModule } from "./api.ts";
export type { Clock } from "./clock.ts";
export { type IdentityConfig, identityConfig } from "./config.ts";
export { identityErrors } from "./errors.ts";
export {
  accessChanged,
  agentRegistered,
  clientAuthorized,
  keyRotated,
  organizationAccessChanged,
} from "./events.ts";
export { identityMcp } from "./mcp.ts";
export { identityMigrations } from "./migrations/index.ts";
export { createIdentityModule } from "./module.ts";
export { accountErrors } from "./people/errors.ts";
export type { KnownKey } from "./store/keys.ts";
