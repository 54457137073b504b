import { deriveKey, toUuid } from "@reef/crypto";
import { createCursors } from "@reef/db";
import type { Dispatchers } from "../plane/dispatchers.ts";
import type { RefreshedRouter } from "../plane/router.ts";
import { createProviderAddresses, type ProviderAddressOptions } from "../providers/addresses.ts";
import type { ProviderScope } from "../store/providers.ts";
import { type Aliases, createAliases } from "./aliases.ts";
import { createModelLists } from "./model-lists.ts";
import { createModels, type Models } from "./models.ts";
import { createOffers, type Offers } from "./offers.ts";
import { createProviderKeys, type ProviderKeys } from "./provider-keys.ts";
import { createProviders, type Providers } from "./providers.ts";

export interface ProviderServiceDependencies extends ProviderAddressOptions {
  masterSecret: string;
  router: Pick<RefreshedRouter, "forget">;
  dispatchers: Pick<Dispatchers, "of">;
  /** What the environment holds of providers' keys, by variable. */
  providerKeys: ReadonlyMap<string, string>;
  /** Where an Ollama is looked for; its kind's own address unless given. */
  ollamaUrl?: string | undefined;
}

/** All that people do with providers, their keys and models, and with aliases. */
export interface ProviderServices {
  providers: Providers;
  providerKeys: ProviderKeys;
  offers: Offers;
  models: Models;
  aliases: Aliases;
}

/** Puts the services together. What they change, this process's router knows at once, and every other within a second. */
export function createProviderServices(dependencies: ProviderServiceDependencies): ProviderServices {
  const { masterSecret, router, dispatchers, providerKeys: environment, ollamaUrl, allowPrivate } = dependencies;
  const cursors = createCursors(deriveKey(masterSecret, "gateway.provider-cursors"));
  const changed = (scope: ProviderScope) => router.forget(scope === null ? null : toUuid(scope));
  const lists = createModelLists(dispatchers);
  const providers = createProviders({ addresses: createProviderAddresses(dependencies), cursors, changed });
  const keys = createProviderKeys({ providers, lists, cursors, masterSecret, allowPrivate, changed });
  return {
    providers,
    providerKeys: keys,
    offers: createOffers({ providers, keys, lists, providerKeys: environment, ollamaUrl }),
    models: createModels({ cursors }),
    aliases: createAliases({ cursors, changed }),
  };
}
