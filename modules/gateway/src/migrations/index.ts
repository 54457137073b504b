import type { Migrations } from "@reef/db";
import * as createGateway from "./202611260100-create-gateway.ts";
import * as createCaptures from "./202611270200-create-captures.ts";
import * as createCachedAnswers from "./202611270210-create-cached-answers.ts";
import * as createCacheClears from "./202611270220-create-cache-clears.ts";
import * as addPlans from "./202611280200-add-plans.ts";

/** The module's migrations, in order. */
export const gatewayMigrations: Migrations = {
  "202611260100-create-gateway": createGateway,
  "202611270200-create-captures": createCaptures,
  "202611270210-create-cached-answers": createCachedAnswers,
  "202611270220-create-cache-clears": createCacheClears,
  "202611280200-add-plans": addPlans,
};
