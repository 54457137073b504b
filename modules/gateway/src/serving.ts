import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { GatewayDependencies } from "./api.ts";
import { dispatcherOptionsOf } from "./config.ts";
import type { createKeeping } from "./keeping.ts";
import { createBudgets } from "./plane/budgets/create-budgets.ts";
import { createTokenCounter } from "./plane/count-tokens.ts";
import { createDispatchers } from "./plane/dispatchers.ts";
import { createMetering } from "./plane/journal/metering.ts";
import { createKeyRing } from "./plane/key-ring.ts";
import { createLargeRequests } from "./plane/large-requests.ts";
import { createPlane } from "./plane/plane.ts";
import { createRates } from "./plane/rates.ts";
import { createRouter } from "./plane/router.ts";
import type { BudgetCharges } from "./service/budget-charges.ts";

/** The plane that programs call, with all that it takes to answer them in this process. */
export function createServing(
  dependencies: Omit<GatewayDependencies, "providerKeys" | "encoder">,
  { charges, keeping }: { charges: BudgetCharges; keeping: ReturnType<typeof createKeeping> },
) {
  const { database, events, identity, telemetry, masterSecret, dataFolder, planRequired, config } = dependencies;
  const { logger } = telemetry;
  const processId = randomUUID();
  const rates = createRates({ requestsPerSecond: config.REEF_GATEWAY_REQUESTS_PER_SECOND });
  const onProcesses = rates.setProcesses;
  const budgets = createBudgets({ database, logger, processId, host: hostname(), charges, onProcesses });
  const metering = createMetering({ dataFolder, processId, database, charges, logger, settings: config });
  const onBudgetsChanged = (organizationId: string | undefined) => {
    keeping.plane.cache.forget(organizationId);
    void budgets.recall(organizationId);
  };
  const keys = createKeyRing({ database, logger, identity, onBudgetsChanged, planRequired });
  events.subscribe(dependencies.accessChanged, ({ payload }) => keys.noteAgent(payload.agentId, payload.disabled));
  const dispatchers = createDispatchers(dispatcherOptionsOf(config));
  const allowPrivate = config.REEF_GATEWAY_PRIVATE_PROVIDERS;
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
  return {
    plane,
    /** For the services that set providers up, and try them. */
    upstreams: { router, dispatchers, allowPrivate },
    loops: [keys.loop, budgets.loop, router.loop, ...metering.loops],
    /** After the last call: what calls came to first, since slices are given back by it. */
    async close(): Promise<void> {
      await metering.close();
      await budgets.close();
      await Promise.all([counter.close(), largeRequests.close(), dispatchers.close()]);
    },
  };
}
