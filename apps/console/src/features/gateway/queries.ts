import type {
  Alias,
  Budget,
  GatewayKey,
  Model,
  Provider,
  ProviderKey,
  ProviderKind,
  ProviderSummary,
  UsageEvent,
} from "@reef/sdk";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { reef } from "../../session/reef.ts";
import { csvOf } from "../../ui/save-file.ts";
import { type Pages, usePages } from "../../ui/use-pages.ts";
import type { KeyState, UsageGrouping } from "./models-address.ts";
import { providerCalls } from "./provider-calls.ts";
import { filterOf, type UsageRange } from "./usage-range.ts";

/** So often is looked at anew what no event tells of, while the page is looked at: calls, and what they draw on. */
export const LOOK_AGAIN_MS = 10_000;

/** The keys of the organization, newest first. */
export const useKeys = (state: KeyState | undefined): Pages<GatewayKey> =>
  usePages({
    queryKey: ["gateway", "keys", "list", state],
    queryFn: (page, options) => reef.gateway.listKeys({ ...page, limit: 50, ...(state && { state }) }, options),
  });

/** One key. */
export const keyQuery = (keyId: string) =>
  queryOptions({
    queryKey: ["gateway", "keys", "one", keyId],
    queryFn: ({ signal }) => reef.gateway.getKey({ keyId: keyId as GatewayKey["id"] }, { signal }),
  });

/** What the calls of the last 30 days with a key came to. No event tells of calls, so it is looked at anew. */
export const keyUsageQuery = (keyId: GatewayKey["id"]) =>
  queryOptions({
    queryKey: ["gateway", "usage", "of-key", keyId],
    queryFn: ({ signal }) => reef.gateway.getUsage({ bucket: "day", groupBy: "model", keyId }, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
  });

/** The budgets that a key has of its own. */
export const keyBudgetsQuery = (keyId: GatewayKey["id"]) =>
  queryOptions({
    queryKey: ["gateway", "budgets", "of-key", keyId],
    queryFn: ({ signal }) => reef.gateway.listBudgets({ scope: "key", scopeId: keyId, limit: 10 }, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
  });

/** Names that a key may ask for: aliases first, then models whose name has the text in it. */
export const modelChoicesQuery = (text: string) =>
  queryOptions({
    queryKey: ["gateway", "models", "choices", text],
    queryFn: async ({ signal }): Promise<string[]> => {
      const [aliases, models] = await Promise.all([
        reef.gateway.listAliases({ limit: 100 }, { signal }),
        reef.gateway.listModels({ limit: 50, ...(text && { nameContains: text }) }, { signal }),
      ]);
      const named = aliases.items.map(({ name }) => name).filter((name) => name.includes(text));
      return [...new Set([...named, ...models.items.map(({ name }) => name)])];
    },
    placeholderData: keepPreviousData,
  });

/** The agents that something can be for, newest first. */
export const agentsToChooseQuery = queryOptions({
  queryKey: ["identity", "agents", "to-choose"],
  queryFn: async ({ signal }) =>
    (await reef.identity.listAgents({ limit: 100, disabled: false }, { signal })).items.map(({ id, name }) => ({
      id,
      name,
    })),
});

/** The providers that the organization's calls may go to: its own, and those of the whole reef. */
export const useProviders = (): Pages<ProviderSummary> =>
  usePages({
    queryKey: ["gateway", "providers", "list"],
    queryFn: (page, options) => reef.gateway.listProviders({ ...page, limit: 50 }, options),
  });

/** The same by id, for what names a provider. */
export const providersByIdQuery = queryOptions({
  queryKey: ["gateway", "providers", "by-id"],
  queryFn: async ({ signal }): Promise<ReadonlyMap<string, ProviderSummary>> => {
    const { items } = await reef.gateway.listProviders({ limit: 100 }, { signal });
    return new Map(items.map((provider) => [provider.id, provider]));
  },
});

/** The organization's names for models, by name. */
export const useAliases = (): Pages<Alias> =>
  usePages({
    queryKey: ["gateway", "aliases", "list"],
    queryFn: (page, options) => reef.gateway.listAliases({ ...page, limit: 50 }, options),
  });

/** One alias. */
export const aliasQuery = (name: string) =>
  queryOptions({
    queryKey: ["gateway", "aliases", "one", name],
    queryFn: ({ signal }) => reef.gateway.getAlias({ name }, { signal }),
  });

/** Models that an alias can lead to: those with the text in their name, each of each provider. */
export const modelsToChooseQuery = (text: string) =>
  queryOptions({
    queryKey: ["gateway", "models", "to-choose", text],
    queryFn: async ({ signal }): Promise<Model[]> => {
      const page = await reef.gateway.listModels({ limit: 50, ...(text && { nameContains: text }) }, { signal });
      return page.items;
    },
    placeholderData: keepPreviousData,
  });

/** Whether the organization lets prompts and answers be kept; for admins. */
export const captureSettingsQuery = queryOptions({
  queryKey: ["gateway", "capture"],
  queryFn: ({ signal }) => reef.gateway.getCaptureSettings({}, { signal }),
});

/** How many answers are kept to be given again. */
export const answerCacheQuery = queryOptions({
  queryKey: ["gateway", "cache"],
  queryFn: ({ signal }) => reef.gateway.getCache({}, { signal }),
  refetchInterval: LOOK_AGAIN_MS,
});

/** The kinds of providers, by name: what each needs. They change only with the reef itself. */
export const kindsQuery = queryOptions({
  queryKey: ["gateway", "kinds"],
  queryFn: async ({ signal }): Promise<ReadonlyMap<string, ProviderKind>> => {
    const { items } = await reef.gateway.listProviderKinds({}, { signal });
    return new Map(items.map((kind) => [kind.kind, kind]));
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** What the reef found around it, for operators. */
export const offersQuery = queryOptions({
  queryKey: ["gateway", "offers"],
  queryFn: ({ signal }) => reef.gateway.listProviderOffers({}, { signal }),
});

/** One provider; of one for the whole reef operators see all. */
export const providerQuery = (id: string, isOperator: boolean) =>
  queryOptions({
    queryKey: ["gateway", "providers", "one", id, isOperator],
    queryFn: async ({ signal }): Promise<Provider> => {
      const providerId = id as Provider["id"];
      const provider = await reef.gateway.getProvider({ providerId }, { signal });
      const isHidden = provider.scope === "reef" && isOperator;
      return isHidden ? reef.gateway.getReefProvider({ providerId }, { signal }) : provider;
    },
  });

/** A provider's keys, oldest first. */
export const useProviderKeys = ({ id, scope }: Pick<Provider, "id" | "scope">): Pages<ProviderKey> =>
  usePages({
    queryKey: ["gateway", "providers", "keys", id],
    queryFn: (page, options) => providerCalls(scope).listKeys({ providerId: id, ...page }, options),
  });

/** A provider's models with their prices, by name. */
export const useProviderModels = (providerId: Provider["id"]): Pages<Model> =>
  usePages({
    queryKey: ["gateway", "models", "of", providerId],
    queryFn: (page, options) => reef.gateway.listModels({ providerId, ...page, limit: 50 }, options),
  });

/** What usage is looked at by. */
export interface UsageAsked {
  range: UsageRange;
  by: UsageGrouping;
  of: string | undefined;
}

/** What was used over time, and by whom or what. */
export const usageQuery = ({ range, by, of }: UsageAsked) =>
  queryOptions({
    queryKey: ["gateway", "usage", "sums", range, by, of],
    queryFn: ({ signal }) => reef.gateway.getUsage({ ...range, groupBy: by, ...filterOf(by, of) }, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
    placeholderData: keepPreviousData,
  });

const eventsAsked = ({ range: { from, to }, by, of }: UsageAsked) => ({
  from,
  ...(to !== undefined && { to }),
  ...filterOf(by, of),
});

/** The key of all lists of calls. */
export const callsKey = ["gateway", "usage", "calls"] as const;

/** Single calls, newest first. */
export const useCalls = (asked: UsageAsked): Pages<UsageEvent> =>
  usePages({
    queryKey: [...callsKey, asked],
    queryFn: (page, options) => reef.gateway.listUsageEvents({ ...eventsAsked(asked), ...page, limit: 50 }, options),
  });

/** Single calls as a table. */
export const fetchCallsAsCsv = (asked: UsageAsked): Promise<Blob> =>
  csvOf(reef.gateway.exportUsage.all({ ...eventsAsked(asked), limit: 500 }));

/** One call. What it used does not change any more; whether what was said is stored may. */
export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ["gateway", "usage", "call", id],
    queryFn: ({ signal }) => reef.gateway.getUsageEvent({ usageEventId: id as UsageEvent["id"] }, { signal }),
  });

/** The budgets of the organization, newest first. */
export const useBudgets = (): Pages<Budget> =>
  usePages({
    queryKey: ["gateway", "budgets", "list"],
    queryFn: (page, options) => reef.gateway.listBudgets({ ...page, limit: 50 }, options),
    refetchIntervalMs: LOOK_AGAIN_MS,
  });

/** One budget. */
export const budgetQuery = (id: string) =>
  queryOptions({
    queryKey: ["gateway", "budgets", "one", id],
    queryFn: ({ signal }) => reef.gateway.getBudget({ budgetId: id as Budget["id"] }, { signal }),
    refetchInterval: LOOK_AGAIN_MS,
  });

/** The keys that something can be for, newest first. */
export const keysToChooseQuery = queryOptions({
  queryKey: ["gateway", "keys", "to-choose"],
  queryFn: async ({ signal }) =>
    (await reef.gateway.listKeys({ limit: 100, state: "active" }, { signal })).items.map(({ id, name }) => ({
      id,
      name,
    })),
});
