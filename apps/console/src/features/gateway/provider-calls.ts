import type { Provider, ProviderKey, ProviderSummary } from "@reef/sdk";
import { reef } from "../../session/reef.ts";

type Scope = ProviderSummary["scope"];
type Change = Partial<Pick<Provider, "enabled" | "models" | "name">>;

/** What is done with providers: the organization's own, or those of the whole reef, which operators manage. */
export const providerCalls = (scope: Scope) => {
  const { gateway } = reef;
  const isReef = scope === "reef";
  return {
    create: (input: Parameters<typeof gateway.createProvider>[0]) =>
      isReef ? gateway.createReefProvider(input) : gateway.createProvider(input),
    update: ({ id, version }: Pick<Provider, "id" | "version">, change: Change) => {
      const input = { providerId: id, ...change };
      const options = { ifMatch: version };
      return isReef ? gateway.updateReefProvider(input, options) : gateway.updateProvider(input, options);
    },
    remove: (providerId: Provider["id"]) =>
      isReef ? gateway.deleteReefProvider({ providerId }) : gateway.deleteProvider({ providerId }),
    test: (providerId: Provider["id"]) =>
      isReef ? gateway.testReefProvider({ providerId }) : gateway.testProvider({ providerId }),
    refreshModels: (providerId: Provider["id"]) =>
      isReef ? gateway.refreshReefProviderModels({ providerId }) : gateway.refreshProviderModels({ providerId }),
    listKeys: (input: { providerId: Provider["id"]; cursor?: string | undefined }, options: { signal: AbortSignal }) =>
      isReef
        ? gateway.listReefProviderKeys({ ...input, limit: 20 }, options)
        : gateway.listProviderKeys({ ...input, limit: 20 }, options),
    createKey: (input: { providerId: Provider["id"]; label?: string; secret: string }) =>
      isReef ? gateway.createReefProviderKey(input) : gateway.createProviderKey(input),
    updateKey: (input: { providerId: Provider["id"]; providerKeyId: ProviderKey["id"]; enabled: boolean }) =>
      isReef ? gateway.updateReefProviderKey(input) : gateway.updateProviderKey(input),
    deleteKey: (input: { providerId: Provider["id"]; providerKeyId: ProviderKey["id"] }) =>
      isReef ? gateway.deleteReefProviderKey(input) : gateway.deleteProviderKey(input),
  };
};
