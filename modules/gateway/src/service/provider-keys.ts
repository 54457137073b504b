import { type Id, newId, openSealed, seal, toUuid } from "@reef/crypto";
import { afterCommit, type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type {
  NewProviderKey,
  Provider,
  ProviderKey,
  ProviderKeyChange,
  ProviderTest,
} from "../contract/provider-schemas.ts";
import { gatewayErrors } from "../errors.ts";
import { providerKeysKey } from "../plane/router.ts";
import { mayLackKey } from "../providers/headers.ts";
import { findProviderKind } from "../providers/index.ts";
import * as store from "../store/provider-keys.ts";
import type { ProviderScope, StoredProvider } from "../store/providers.ts";
import type { ModelLists } from "./model-lists.ts";
import { type ProviderCall, type Providers, show } from "./providers.ts";

export interface ProviderKeyDependencies {
  providers: Pick<Providers, "getManaged" | "change">;
  lists: ModelLists;
  cursors: Cursors;
  masterSecret: string;
  /** Whether organizations' own providers may be anywhere. */
  allowPrivate: boolean;
  changed(scope: ProviderScope): void;
}

type PageQuery = { limit: number; cursor?: string | undefined };

const MOST_KEYS = 20;
/** A secret of fewer characters would lose too much by showing four of them. */
const LEAST_HINTED = 12;

/** The keys of providers, and what providers answer when they are asked with one. All of it is for who manages the provider. */
export function createProviderKeys(dependencies: ProviderKeyDependencies) {
  const { providers, lists, cursors, masterSecret, allowPrivate, changed } = dependencies;
  const sealingKey = providerKeysKey(masterSecret);
  /** What providers listed before the transaction, by the request's parameters: a provider may take its time. */
  const listed = new WeakMap<object, ProviderTest>();

  /** Adds a key within the transaction. */
  async function add(
    db: Connection,
    scope: ProviderScope,
    providerId: Id<"prv">,
    { label, secret, weight }: NewProviderKey,
  ): Promise<store.StoredProviderKey> {
    const id = newId("pky");
    const sealed = seal(sealingKey, secret, toUuid(id));
    const key = await store.insertProviderKey(db, scope, providerId, {
      id,
      label,
      sealed,
      hint: hintOf(secret),
      weight,
    });
    afterCommit(db, () => changed(scope));
    return key;
  }

  async function ask(db: Connection, provider: StoredProvider): Promise<ProviderTest> {
    const kind = findProviderKind(provider.kind);
    if (kind === undefined) return untested("This version of the reef does not know its kind.");
    const key = await store.findSealedKey(db, provider.id);
    if (key === undefined && !mayLackKey(kind))
      return untested("It has no key that is enabled. Add one, then test again.");
    const { baseUrl, options, organizationId } = provider;
    const secret = key === undefined ? "" : openSealed(sealingKey, key.sealed, key.id);
    const mayBePrivate = organizationId === null || allowPrivate;
    return lists.ask({ kind, baseUrl, options, mayBePrivate, secret, model: provider.models[0]?.name });
  }

  return {
    add,

    /** Oldest first. @throws gateway.provider_not_found, gateway.reef_wide, list.invalid_cursor */
    async listProviderKeys(
      { db }: ProviderCall,
      scope: ProviderScope,
      providerId: string,
      { limit, cursor }: PageQuery,
    ): Promise<Page<ProviderKey>> {
      const { id } = await providers.getManaged(db, scope, providerId);
      const list = `gateway.provider-keys:${id}`;
      const after = cursor === undefined ? undefined : String(cursors.decode(list, cursor)[0]);
      const keys = await store.listProviderKeys(db, id, { limit: limit + 1, after });
      const total = await store.countProviderKeys(db, id);
      const page = pageOf(keys, limit, total, (last) => cursors.encode(list, [toUuid(last.id)]));
      return { ...page, items: page.items.map(showKey) };
    },

    /** @throws gateway.provider_not_found, gateway.reef_wide, gateway.too_many_provider_keys */
    createProviderKey: (
      call: ProviderCall,
      scope: ProviderScope,
      providerId: string,
      body: NewProviderKey,
    ): Promise<ProviderKey> =>
      transact(call.db, async (db) => {
        // The provider's row is locked, so that of several keys at once each counts those before it.
        const { id } = await providers.getManaged(db, scope, providerId, { forUpdate: true });
        if ((await store.countProviderKeys(db, id)) >= MOST_KEYS) throw gatewayErrors.too_many_provider_keys();
        return showKey(await add(db, scope, id, body));
      }),

    /** @throws gateway.provider_not_found, gateway.reef_wide, gateway.provider_key_not_found */
    updateProviderKey: (
      call: ProviderCall,
      scope: ProviderScope,
      { providerId, providerKeyId }: { providerId: string; providerKeyId: string },
      change: ProviderKeyChange,
    ): Promise<ProviderKey> =>
      transact(call.db, async (db) => {
        const { id } = await providers.getManaged(db, scope, providerId, { forUpdate: true });
        const key = await store.updateProviderKey(db, scope, id, providerKeyId, change);
        if (key === undefined) throw gatewayErrors.provider_key_not_found({ internal: { providerId, providerKeyId } });
        afterCommit(db, () => changed(scope));
        return showKey(key);
      }),

    /** @throws gateway.provider_not_found, gateway.reef_wide, gateway.provider_key_not_found */
    deleteProviderKey: (
      call: ProviderCall,
      scope: ProviderScope,
      { providerId, providerKeyId }: { providerId: string; providerKeyId: string },
    ): Promise<void> =>
      transact(call.db, async (db) => {
        const { id } = await providers.getManaged(db, scope, providerId, { forUpdate: true });
        const isDeleted = await store.deleteProviderKey(db, scope, id, providerKeyId);
        if (!isDeleted) throw gatewayErrors.provider_key_not_found({ internal: { providerId, providerKeyId } });
        afterCommit(db, () => changed(scope));
      }),

    /** Asks the provider with its weightiest key. @throws gateway.provider_not_found, gateway.reef_wide */
    testProvider: async ({ db }: ProviderCall, scope: ProviderScope, providerId: string): Promise<ProviderTest> =>
      ask(db, await providers.getManaged(db, scope, providerId)),

    /** Asks the provider for its models, which no transaction should wait for. */
    async prepareRefresh({ db }: ProviderCall, scope: ProviderScope, params: { providerId: string }): Promise<void> {
      listed.set(params, await ask(db, await providers.getManaged(db, scope, params.providerId)));
    },

    /**
     * Keeps the names that the provider listed. Prices that were set stay, and so do the models that have one.
     *
     * @throws gateway.provider_not_found, gateway.reef_wide, gateway.models_not_listed
     */
    refreshModels: (call: ProviderCall, scope: ProviderScope, params: { providerId: string }): Promise<Provider> =>
      transact(call.db, async (db) => {
        const provider = await providers.getManaged(db, scope, params.providerId, { forUpdate: true });
        const { models: names, problem } = listed.get(params) ?? (await ask(db, provider));
        if (problem !== null || names.length === 0) {
          const detail = problem === null ? undefined : `The provider did not list its models. ${problem}`;
          throw gatewayErrors.models_not_listed({ detail, internal: { providerId: params.providerId } });
        }
        const priced = provider.models.filter(({ price }) => price !== undefined);
        const pricedNames = new Set(priced.map(({ name }) => name));
        const found = names.filter((name) => !pricedNames.has(name)).map((name) => ({ name }));
        const models = [...priced, ...found].slice(0, 1_000).sort((left, right) => (left.name < right.name ? -1 : 1));
        return show(await providers.change(db, scope, provider.id, { models }), scope);
      }),
  };
}

const untested = (problem: string): ProviderTest => ({ ok: false, models: [], latencyMs: 0, problem });

/** The last letters and digits, by which people know a key again; of a short one none. */
const hintOf = (secret: string): string =>
  secret.length < LEAST_HINTED ? "" : secret.replace(/[^A-Za-z0-9]/g, "").slice(-4);

const showKey = ({ id, label, hint, weight, enabled, createdAt }: store.StoredProviderKey): ProviderKey => ({
  id,
  label,
  hint,
  weight,
  enabled,
  createdAt: createdAt.toISOString(),
});

export type ProviderKeys = ReturnType<typeof createProviderKeys>;
