import { type Connection, transact } from "@reef/db";
import type { Provider, ProviderOffer, ProviderTest } from "../contract/provider-schemas.ts";
import { gatewayErrors } from "../errors.ts";
import { listPricedModels } from "../prices/index.ts";
import { findProviderKind, providerKinds } from "../providers/index.ts";
import type { ProviderKind } from "../providers/provider.ts";
import { listProviderKindsOf } from "../store/providers.ts";
import type { ModelLists } from "./model-lists.ts";
import type { ProviderKeys } from "./provider-keys.ts";
import { type ProviderCall, type Providers, show } from "./providers.ts";

export interface OfferDependencies {
  providers: Pick<Providers, "add">;
  keys: Pick<ProviderKeys, "add">;
  lists: ModelLists;
  /** What the environment holds of providers' keys, by variable. */
  providerKeys: ReadonlyMap<string, string>;
  /** Where an Ollama is looked for; its kind's own address unless given. */
  ollamaUrl?: string | undefined;
}

/** A provider that was found, with all that it takes to add it. */
interface Found {
  kind: ProviderKind;
  baseUrl: string;
  secret: string;
  foundBy: string;
  /** What it lists, where it was asked already. */
  listed?: ProviderTest;
}

const OLLAMA = "ollama";
/** What listens on this machine answers at once, or does not listen. */
const OLLAMA_MS = 700;

/** The providers that a reef finds around it: keys in the server's environment, and an Ollama on its machine. */
export function createOffers({ providers, keys, lists, providerKeys, ollamaUrl }: OfferDependencies) {
  /** What was found before the transaction, by the request's parameters. */
  const ready = new WeakMap<object, Found>();

  const ask = ({ kind, baseUrl, secret }: Found): Promise<ProviderTest> =>
    lists.ask({ kind, baseUrl, options: {}, mayBePrivate: true, secret, model: undefined });

  async function findOllama(): Promise<Found[]> {
    const kind = findProviderKind(OLLAMA);
    const baseUrl = ollamaUrl ?? kind?.baseUrl;
    if (kind === undefined || baseUrl === undefined) return [];
    const found = { kind, baseUrl, secret: "", foundBy: baseUrl };
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, OLLAMA_MS, undefined).unref());
    const listed = await Promise.race([ask(found), late]);
    return listed?.ok ? [{ ...found, listed }] : [];
  }

  /** Kinds that need more than a key, such as an address of their own, cannot be added in one step. */
  function findInEnvironment(): Found[] {
    return providerKinds.flatMap((kind): Found[] => {
      const { environmentKey = "", baseUrl, options = {} } = kind;
      const secret = providerKeys.get(environmentKey);
      const needsMore = baseUrl === undefined || Object.values(options).some(({ required }) => required);
      return secret === undefined || needsMore ? [] : [{ kind, baseUrl, secret, foundBy: environmentKey }];
    });
  }

  /** What was found and is not there yet. */
  async function listFound(db: Connection): Promise<Found[]> {
    const known = new Set(await listProviderKindsOf(db, null));
    const found = [...findInEnvironment(), ...(known.has(OLLAMA) ? [] : await findOllama())];
    return found.filter(({ kind }) => !known.has(kind.kind));
  }

  return {
    async listProviderOffers({ db }: ProviderCall): Promise<{ items: ProviderOffer[]; advice: string }> {
      const found = await listFound(db);
      const known = await listProviderKindsOf(db, null);
      const items = found.map(({ kind, foundBy }) => ({ kind: kind.kind, title: kind.title, foundBy }));
      return { items, advice: adviceFor(items.length, known.length) };
    },

    /**
     * Finds the offer and asks the provider for its models, which no transaction should wait for. That there is none is for
     * the transaction to say: a repeated request is answered as it was the first time.
     */
    async prepareOffer({ db }: ProviderCall, params: { kind: string }): Promise<void> {
      const found = (await listFound(db)).find(({ kind }) => kind.kind === params.kind);
      if (found !== undefined) ready.set(params, { ...found, listed: found.listed ?? (await ask(found)) });
    },

    /**
     * Adds what was found for the whole reef, with the models that it lists.
     *
     * @throws gateway.offer_not_found, gateway.slug_taken, gateway.too_many_providers
     */
    acceptProviderOffer: (call: ProviderCall, params: { kind: string }): Promise<Provider> =>
      transact(call.db, async (db) => {
        const known = await listProviderKindsOf(db, null);
        const prepared = ready.get(params);
        if (prepared === undefined || known.includes(params.kind)) throw gatewayErrors.offer_not_found();
        const { kind, baseUrl, secret, foundBy, listed } = prepared;
        const names = listed?.ok && listed.models.length > 0 ? listed.models : listPricedModels(kind.kind);
        const provider = await providers.add(db, null, {
          kind: kind.kind,
          slug: kind.kind,
          name: kind.title,
          baseUrl,
          options: {},
          models: names.slice(0, 1_000).map((name) => ({ name })),
        });
        if (secret === "") return show(provider, null);
        await keys.add(db, null, provider.id, { label: foundBy, secret, weight: 1 });
        return show({ ...provider, keyCount: 1 }, null);
      }),
  };
}

function adviceFor(offers: number, known: number): string {
  if (offers > 0)
    return "Accept an offer with POST /api/providers/offers/{kind}/accept, or in the console with one click.";
  if (known > 0)
    return "Nothing else was found. Providers are added with POST /api/admin/providers, or in the console.";
  return "No provider was found. Add one with POST /api/admin/providers and its key with POST /api/admin/providers/{providerId}/keys, or in the console; or set a key such as OPENAI_API_KEY in the server's environment, or run Ollama on its machine, and start the reef again.";
}

export type Offers = ReturnType<typeof createOffers>;
