/** The gateway: where agents and programs call models, each call routed, limited and metered. */
export type { GatewayModule } from "./api.ts";
export { gatewayConfig, providerKeyConfig, providerKeysOf } from "./config.ts";
export { gatewayErrors } from "./errors.ts";
export { budgetExhausted, budgetWarned } from "./events.ts";
export { gatewayMigrations } from "./migrations/index.ts";
export { createGatewayModule } from "./module.ts";
