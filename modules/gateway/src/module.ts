import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { deriveKey } from "@reef/crypto";
import { createCursors } from "@reef/db";
import type { GatewayDependencies, GatewayModule } from "./api.ts";
import { systemClock } from "./clock.ts";
import { dispatcherOptionsOf } from "./config.ts";
import { createKeeping } from "./keeping.ts";
import { createBudgets } from "./plane/budgets/create-budgets.ts";
import { createTokenCounter } from "./plane/count-tokens.ts";
import { createDispatchers } from "./plane/dispatchers.ts";
import { createMetering } from "./plane/journal/metering.ts";
import { createKeyRing } from "./plane/key-ring.ts";
import { createLargeRequests } from "./plane/large-requests.ts";
import { createPlane } from "./plane/plane.ts";
import { createRates } from "./plane/rates.ts";
import { createRouter } from "./plane/router.ts";
import { createGatewayRoutes } from "./routes.ts";
import { createBudgetCharges } from "./service/budget-charges.ts";
import { createBudgetService } from "./service/budgets.ts";
import { createKeyService } from "./service/keys.ts";
import { createProviderServices } from "./service/provider-services.ts";
import { createUsage } from "./service/usage.ts";

/** Puts the module together: what people set up and see, and the plane that programs call. */
export function createGatewayModule(dependencies: GatewayDependencies): GatewayModule {
  const { database, events, identity, telemetry, masterSecret, dataFolder, providerKeys, encoder, config } =
    dependencies;
  const { logger } = telemetry;
  const processId = randomUUID();
  const allowPrivate = config.REEF_GATEWAY_PRIVATE_PROVIDERS;
  const charges = createBudgetCharges({ events });
  const rates = createRates({ requestsPerSecond: config.REEF_GATEWAY_REQUESTS_PER_SECOND });
  const host = hostname();
  const budgets = createBudgets({ database, logger, processId, host, charges, onProcesses: rates.setProcesses });
  const metering = createMetering({ dataFolder, processId, database, charges, logger, settings: config });
  const keeping = createKeeping({ database, masterSecret, logger, encoder });
  const onBudgetsChanged = (organizationId: string | undefined) => {
    keeping.plane.cache.forget(organizationId);
    void budgets.recall(organizationId);
  };
  const keys = createKeyRing({ database, logger, identity, onBudgetsChanged });
  events.subscribe(dependencies.accessChanged, ({ payload }) => keys.noteAgent(payload.agentId, payload.disabled));
  const dispatchers = createDispatchers(dispatcherOptionsOf(config));
  const router = createRouter({ database, masterSecret, logger, allowPrivate });
  const counter = createTokenCounter();
  const largeRequests = createLargeRequests();
  const plane = createPlane({
    keys,
    ...keeping.plane,
    rates,
    budgets,
    router,
    journal: metering.journal,
    countTokens: counter.countTokens,
    largeRequests,
    dispatcherOf: dispatchers.of,
    logger,
  });
  const cursors = createCursors(deriveKey(masterSecret, "gateway.cursors"));
  return {
    routes: createGatewayRoutes({
      keys: createKeyService({ identity, cursors, clock: systemClock, ...keeping.ofKeys }),
      budgets: createBudgetService({ identity, cursors, clock: systemClock }),
      usage: createUsage({ cursors, identity }),
      ...keeping.services,
      ...createProviderServices({ masterSecret, router, dispatchers, allowPrivate, providerKeys }),
    }),
    plane,
    loops: [keys.loop, budgets.loop, router.loop, ...keeping.loops, ...metering.loops],
    async stop() {
      await metering.close();
      await budgets.close();
      await Promise.all([counter.close(), keeping.close(), largeRequests.close(), dispatchers.close()]);
    },
  };
}
