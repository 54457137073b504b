import { deriveKey } from "@reef/crypto";
import { createCursors } from "@reef/db";
import type { GatewayDependencies, GatewayModule } from "./api.ts";
import { systemClock } from "./clock.ts";
import { createKeeping } from "./keeping.ts";
import { createGatewayRoutes } from "./routes.ts";
import { createAllowances } from "./service/allowances.ts";
import { createBudgetCharges } from "./service/budget-charges.ts";
import { createBudgetService } from "./service/budgets.ts";
import { createKeyService } from "./service/keys.ts";
import { createProviderServices } from "./service/provider-services.ts";
import { splitByHours } from "./service/usage/ranges.ts";
import { createUsage } from "./service/usage.ts";
import { createServing } from "./serving.ts";
import { sumCalls } from "./store/usage-sums.ts";

/** Puts the module together: what people set up and see, and the plane that programs call. */
export function createGatewayModule(dependencies: GatewayDependencies): GatewayModule {
  const { database, events, identity, telemetry, masterSecret, providerKeys, encoder } = dependencies;
  const charges = createBudgetCharges({ events });
  const keeping = createKeeping({ database, masterSecret, logger: telemetry.logger, encoder });
  const serving = createServing(dependencies, { charges, keeping });
  const allowances = createAllowances({ database, charges, clock: systemClock });
  events.consume("gateway.allowances", dependencies.allowanceChanged, ({ payload }) => allowances.apply(payload));
  const cursors = createCursors(deriveKey(masterSecret, "gateway.cursors"));
  return {
    api: { sumOf: (db, organizationId, from, to) => sumCalls(db, organizationId, splitByHours({ from, to })) },
    routes: createGatewayRoutes({
      keys: createKeyService({ identity, cursors, clock: systemClock, ...keeping.ofKeys }),
      budgets: createBudgetService({ identity, cursors, clock: systemClock }),
      usage: createUsage({ cursors, identity }),
      ...keeping.services,
      ...createProviderServices({ masterSecret, providerKeys, ...serving.upstreams }),
    }),
    plane: serving.plane,
    loops: [...serving.loops, ...keeping.loops],
    async stop() {
      await serving.close();
      await keeping.close();
    },
  };
}
