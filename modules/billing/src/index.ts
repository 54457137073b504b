/** What it costs: plans, subscriptions, their months, and invoices. */
export type { BillingDependencies, BillingModule, BudgetCrossing, UsageSource, UsageSum } from "./api.ts";
export { type BillingConfig, billingConfig } from "./config.ts";
export { billingErrors } from "./errors.ts";
export { allowanceChanged, subscriptionChanged } from "./events.ts";
export { billingMigrations } from "./migrations/index.ts";
export { createBillingModule } from "./module.ts";
