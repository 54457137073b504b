import { defineContract } from "@reef/http/contract";
import { budgetRoutes } from "./contract/budgets.ts";
import { cacheRoutes } from "./contract/cache.ts";
import { captureRoutes } from "./contract/captures.ts";
import { keyRoutes } from "./contract/keys.ts";
import { modelRoutes } from "./contract/models.ts";
import { providerRoutes } from "./contract/providers.ts";
import { usageRoutes } from "./contract/usage.ts";

/** The routes of the gateway: what people set up and see. What programs call is in `plane/`, and speaks their dialects. */
export const gatewayContract = defineContract({
  module: "gateway",
  title: "Gateway",
  routes: {
    ...keyRoutes,
    ...budgetRoutes,
    ...providerRoutes,
    ...modelRoutes,
    ...usageRoutes,
    ...captureRoutes,
    ...cacheRoutes,
  },
});
