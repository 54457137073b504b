import { implement, type MountedRoute } from "@reef/http";
import type { Call, PersonCaller } from "@reef/http/call";
import { gatewayContract } from "./contract.ts";
import type { Aliases } from "./service/aliases.ts";
import type { BudgetService } from "./service/budgets.ts";
import type { CacheService } from "./service/cache.ts";
import type { CaptureService } from "./service/captures.ts";
import type { KeyService } from "./service/keys.ts";
import type { Models } from "./service/models.ts";
import type { Offers } from "./service/offers.ts";
import type { ProviderKeys } from "./service/provider-keys.ts";
import type { Providers } from "./service/providers.ts";
import type { UsageService } from "./service/usage.ts";

export interface GatewayServices {
  keys: KeyService;
  budgets: BudgetService;
  usage: UsageService;
  captures: CaptureService;
  cache: CacheService;
  providers: Providers;
  providerKeys: ProviderKeys;
  offers: Offers;
  models: Models;
  aliases: Aliases;
}

/** Whose providers a route is about: the caller's organization's, or those of the whole reef. */
const own = ({ caller }: Call<PersonCaller>) => caller.organizationId;
const REEF = null;

/** What answers each route of the contract. */
export const createGatewayRoutes = ({
  keys,
  budgets,
  usage,
  captures,
  cache,
  providers,
  providerKeys,
  offers,
  models,
  aliases,
}: GatewayServices): MountedRoute[] =>
  implement(gatewayContract, {
    createKey: (call, { body }) => keys.createKey(call, body),
    listKeys: (call, { query }) => keys.listKeys(call, query),
    getKey: (call, { params }) => keys.getKey(call, params.keyId),
    updateKey: (call, { params, query, body, ifMatch }) => keys.updateKey(call, params.keyId, body, query, ifMatch),
    revokeKey: (call, { params }) => keys.revokeKey(call, params.keyId),
    createBudget: (call, { body }) => budgets.createBudget(call, body),
    listBudgets: (call, { query }) => budgets.listBudgets(call, query),
    getBudget: (call, { params }) => budgets.getBudget(call, params.budgetId),
    updateBudget: (call, { params, body, ifMatch }) => budgets.updateBudget(call, params.budgetId, body, ifMatch),
    deleteBudget: (call, { params }) => budgets.deleteBudget(call, params.budgetId),
    getUsage: (call, { query }) => usage.getUsage(call, query),
    listUsageEvents: (call, { query }) => usage.listUsageEvents(call, query),
    exportUsage: (call, { query }) => usage.exportUsage(call, query),
    getUsageEvent: (call, { params }) => usage.getUsageEvent(call, params.usageEventId),
    getCaptureSettings: (call) => captures.getCaptureSettings(call),
    updateCaptureSettings: (call, { query, body, ifMatch }) =>
      captures.updateCaptureSettings(call, body, query, ifMatch),
    getUsageCapture: (call, { params }) => captures.getUsageCapture(call, params.usageEventId),
    deleteUsageCapture: (call, { params }) => captures.deleteUsageCapture(call, params.usageEventId),
    deleteKeyCaptures: (call, { params }) => captures.deleteKeyCaptures(call, params.keyId),
    getCache: (call) => cache.getCache(call),
    clearCache: (call) => cache.clearCache(call),
    listProviderOffers: (call) => offers.listProviderOffers(call),
    acceptProviderOffer: {
      prepare: (call, { params }) => offers.prepareOffer(call, params),
      handle: (call, { params }) => offers.acceptProviderOffer(call, params),
    },
    listProviderKinds: () => providers.listProviderKinds(),
    createProvider: {
      prepare: (call, { body }) => providers.prepareProvider(own(call), body),
      handle: (call, { body }) => providers.createProvider(call, own(call), body),
    },
    listProviders: (call, { query }) => providers.listProviders(call, own(call), query),
    getProvider: (call, { params }) => providers.getProvider(call, own(call), params.providerId),
    updateProvider: {
      prepare: (call, { params, body }) => providers.prepareChange(call, own(call), params.providerId, body),
      handle: (call, { params, body, ifMatch }) =>
        providers.updateProvider(call, own(call), params.providerId, body, ifMatch),
    },
    deleteProvider: (call, { params }) => providers.deleteProvider(call, own(call), params.providerId),
    listProviderKeys: (call, { params, query }) =>
      providerKeys.listProviderKeys(call, own(call), params.providerId, query),
    createProviderKey: (call, { params, body }) =>
      providerKeys.createProviderKey(call, own(call), params.providerId, body),
    updateProviderKey: (call, { params, body }) => providerKeys.updateProviderKey(call, own(call), params, body),
    deleteProviderKey: (call, { params }) => providerKeys.deleteProviderKey(call, own(call), params),
    testProvider: (call, { params }) => providerKeys.testProvider(call, own(call), params.providerId),
    refreshProviderModels: {
      prepare: (call, { params }) => providerKeys.prepareRefresh(call, own(call), params),
      handle: (call, { params }) => providerKeys.refreshModels(call, own(call), params),
    },
    createReefProvider: {
      prepare: (_call, { body }) => providers.prepareProvider(REEF, body),
      handle: (call, { body }) => providers.createProvider(call, REEF, body),
    },
    listReefProviders: (call, { query }) => providers.listProviders(call, REEF, query),
    getReefProvider: (call, { params }) => providers.getProvider(call, REEF, params.providerId),
    updateReefProvider: {
      prepare: (call, { params, body }) => providers.prepareChange(call, REEF, params.providerId, body),
      handle: (call, { params, body, ifMatch }) =>
        providers.updateProvider(call, REEF, params.providerId, body, ifMatch),
    },
    deleteReefProvider: (call, { params }) => providers.deleteProvider(call, REEF, params.providerId),
    listReefProviderKeys: (call, { params, query }) =>
      providerKeys.listProviderKeys(call, REEF, params.providerId, query),
    createReefProviderKey: (call, { params, body }) =>
      providerKeys.createProviderKey(call, REEF, params.providerId, body),
    updateReefProviderKey: (call, { params, body }) => providerKeys.updateProviderKey(call, REEF, params, body),
    deleteReefProviderKey: (call, { params }) => providerKeys.deleteProviderKey(call, REEF, params),
    testReefProvider: (call, { params }) => providerKeys.testProvider(call, REEF, params.providerId),
    refreshReefProviderModels: {
      prepare: (call, { params }) => providerKeys.prepareRefresh(call, REEF, params),
      handle: (call, { params }) => providerKeys.refreshModels(call, REEF, params),
    },
    listModels: (call, { query }) => models.listModels(call, query),
    createAlias: (call, { body }) => aliases.createAlias(call, body),
    listAliases: (call, { query }) => aliases.listAliases(call, query),
    getAlias: (call, { params }) => aliases.getAlias(call, params.name),
    updateAlias: (call, { params, body, ifMatch }) => aliases.updateAlias(call, params.name, body.targets, ifMatch),
    deleteAlias: (call, { params }) => aliases.deleteAlias(call, params.name),
  });
