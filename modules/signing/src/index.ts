/** Proving who did it: signing requests, verification, and the audit ledger. */
export type { SignedMessage, SigningApi } from "./api.ts";
export { signingErrors } from "./errors.ts";
export { signingMcp } from "./mcp.ts";
export { signingMigrations } from "./migrations/index.ts";
export { createSigningModule, type SigningModule } from "./module.ts";
