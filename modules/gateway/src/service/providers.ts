import { type Id, toUuid } from "@reef/crypto";
import { afterCommit, type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { AccountCaller, Call, PersonCaller } from "@reef/http/call";
import type {
  NewProvider,
  Provider,
  ProviderChange,
  ProviderSummary,
  ShownKind,
} from "../contract/provider-schemas.ts";
import { gatewayErrors } from "../errors.ts";
import { listPricedModels } from "../prices/index.ts";
import type { ProviderAddresses } from "../providers/addresses.ts";
import { mayLackKey } from "../providers/headers.ts";
import { findProviderKind, providerKinds } from "../providers/index.ts";
import type { ProviderKind } from "../providers/provider.ts";
import type { ProviderScope, StoredProvider } from "../store/providers.ts";
import * as store from "../store/providers.ts";

/** A person within an organization, or an operator anywhere; what he or she may do was decided by the route. */
export type ProviderCall = Call<PersonCaller | AccountCaller>;

export interface ProviderDependencies {
  addresses: ProviderAddresses;
  cursors: Cursors;
  /** Told when what a scope's calls depend on has changed, in this process and once it holds. */
  changed(scope: ProviderScope): void;
}

type PageQuery = { limit: number; cursor?: string | undefined };

const MOST_PROVIDERS = 50;
/** A provider that nobody has named models for gets those that the price list has of its kind. */
const MOST_MODELS = 1_000;

/**
 * Providers of models: an organization's own, which its admins manage; and those of the whole reef (the scope null), which
 * operators manage and all organizations call.
 */
export function createProviders({ addresses, cursors, changed }: ProviderDependencies) {
  /** Addresses that were examined before the transaction, by the request's body: looking up a name takes time. */
  const examined = new WeakMap<object, string>();

  async function addressOf(
    scope: ProviderScope,
    kind: ProviderKind,
    body: NewProvider | ProviderChange,
  ): Promise<string> {
    return examined.get(body) ?? addresses.examine(scope, kind, body.baseUrl);
  }

  /** @throws gateway.provider_not_found when it is unknown **or** another organization's. */
  async function getSeen(
    db: Connection,
    scope: ProviderScope,
    providerId: string,
    options = {},
  ): Promise<StoredProvider> {
    const provider = await store.findProvider(db, scope, providerId, options);
    if (provider === undefined) throw gatewayErrors.provider_not_found({ internal: { providerId } });
    return provider;
  }

  /** @throws gateway.provider_not_found, gateway.reef_wide when the organization sees it but others manage it. */
  async function getManaged(
    db: Connection,
    scope: ProviderScope,
    providerId: string,
    options = {},
  ): Promise<StoredProvider> {
    const provider = await getSeen(db, scope, providerId, options);
    if (provider.organizationId !== scope) throw gatewayErrors.reef_wide({ internal: { providerId } });
    return provider;
  }

  /** Adds a provider within the transaction. @throws gateway.slug_taken, gateway.too_many_providers */
  async function add(db: Connection, scope: ProviderScope, values: store.ProviderValues): Promise<StoredProvider> {
    if ((await store.countProvidersToInsert(db, scope)) >= MOST_PROVIDERS) throw gatewayErrors.too_many_providers();
    const provider = await store.insertProvider(db, scope, values);
    if (provider === undefined) throw gatewayErrors.slug_taken({ internal: { slug: values.slug } });
    afterCommit(db, () => changed(scope));
    return provider;
  }

  /** Changes a provider within the transaction. @throws gateway.slug_taken */
  async function change(db: Connection, scope: ProviderScope, providerId: string, values: ProviderChange) {
    try {
      const provider = await store.updateProvider(db, scope, providerId, values);
      afterCommit(db, () => changed(scope));
      return provider;
    } catch (error) {
      if (isUniqueViolation(error)) throw gatewayErrors.slug_taken({ internal: { providerId } });
      throw error;
    }
  }

  return {
    getManaged,
    add,
    change,

    listProviderKinds: async (): Promise<{ items: ShownKind[] }> => ({ items: providerKinds.map(showKind) }),

    /** Looks up the address, which no transaction should wait for. @throws as {@link createProvider} */
    async prepareProvider(scope: ProviderScope, body: NewProvider): Promise<void> {
      examined.set(body, await addresses.examine(scope, getKind(body.kind), body.baseUrl));
    },

    /** @throws gateway.bad_provider, gateway.private_address, gateway.slug_taken, gateway.too_many_providers */
    createProvider: (call: ProviderCall, scope: ProviderScope, body: NewProvider): Promise<Provider> =>
      transact(call.db, async (db) => {
        const kind = getKind(body.kind);
        requireOptions(kind, body.options);
        const values = {
          kind: kind.kind,
          slug: body.slug ?? kind.kind,
          name: body.name ?? kind.title,
          baseUrl: await addressOf(scope, kind, body),
          options: body.options,
          models: body.models ?? expectedModels(kind),
        };
        return show(await add(db, scope, values), scope);
      }),

    /** Those that the scope sees, newest first. @throws list.invalid_cursor */
    async listProviders(
      { db }: ProviderCall,
      scope: ProviderScope,
      { limit, cursor, enabled }: PageQuery & { enabled?: boolean | undefined },
    ): Promise<Page<ProviderSummary>> {
      const list = `gateway.providers:${scope}`;
      const before = cursor === undefined ? undefined : String(cursors.decode(list, cursor)[0]);
      const { providers, total } = await store.listProviders(db, scope, { limit: limit + 1, before, enabled });
      const page = pageOf(providers, limit, total, ({ id }) => cursors.encode(list, [toUuid(id)]));
      return { ...page, items: page.items.map((provider) => summarise(provider, scope)) };
    },

    /** @throws gateway.provider_not_found */
    getProvider: async ({ db }: ProviderCall, scope: ProviderScope, providerId: string): Promise<Provider> =>
      show(await getSeen(db, scope, providerId), scope),

    /** Looks up a new address, which no transaction should wait for. @throws as {@link updateProvider} */
    async prepareChange(
      { db }: ProviderCall,
      scope: ProviderScope,
      providerId: string,
      body: ProviderChange,
    ): Promise<void> {
      if (body.baseUrl === undefined) return;
      const { kind } = await getManaged(db, scope, providerId);
      examined.set(body, await addresses.examine(scope, getKind(kind), body.baseUrl));
    },

    /** @throws gateway.provider_not_found, gateway.reef_wide, gateway.changed, and as {@link createProvider} */
    updateProvider: (
      call: ProviderCall,
      scope: ProviderScope,
      providerId: string,
      body: ProviderChange,
      ifMatch: number | undefined,
    ): Promise<Provider> =>
      transact(call.db, async (db) => {
        const provider = await getManaged(db, scope, providerId, { forUpdate: true });
        if (ifMatch !== undefined && ifMatch !== provider.version)
          throw gatewayErrors.changed({ currentVersion: provider.version });
        const kind = getKind(provider.kind);
        if (body.options !== undefined) requireOptions(kind, body.options);
        const baseUrl = body.baseUrl === undefined ? undefined : await addressOf(scope, kind, body);
        return show(await change(db, scope, providerId, { ...body, baseUrl }), scope);
      }),

    /** Its keys go with it. What was metered stays. @throws gateway.provider_not_found, gateway.reef_wide */
    deleteProvider: (call: ProviderCall, scope: ProviderScope, providerId: string): Promise<void> =>
      transact(call.db, async (db) => {
        await getManaged(db, scope, providerId, { forUpdate: true });
        await store.deleteProvider(db, scope, providerId);
        afterCommit(db, () => changed(scope));
      }),
  };
}

/** @throws gateway.bad_provider */
function getKind(name: string): ProviderKind {
  const kind = findProviderKind(name);
  if (kind !== undefined) return kind;
  throw gatewayErrors.bad_provider({
    errors: [{ path: "body.kind", message: "Unknown. GET /api/provider-kinds lists those that there are" }],
  });
}

/** @throws gateway.bad_provider for an option that is missing, and for one that the kind does not have. */
function requireOptions({ options: known = {} }: ProviderKind, given: Readonly<Record<string, string>>): void {
  const missing = Object.entries(known).filter(([name, { required }]) => required && !given[name]);
  const odd = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  const errors = [
    ...missing.map(([name, { describe }]) => ({ path: `body.options.${name}`, message: `Needed: ${describe}` })),
    ...odd.map((name) => ({ path: `body.options.${name}`, message: "This kind of provider has no such option" })),
  ];
  if (errors.length > 0) throw gatewayErrors.bad_provider({ errors });
}

/** What a kind of provider is likely to serve. Where each has its own address, each has its own models, but on Bedrock. */
const expectedModels = ({ kind, baseUrl, library }: ProviderKind): StoredProvider["models"] =>
  baseUrl === undefined && library === undefined
    ? []
    : listPricedModels(kind)
        .slice(0, MOST_MODELS)
        .map((name) => ({ name }));

/** A kind as people see it. */
const showKind = (kind: ProviderKind): ShownKind => ({
  kind: kind.kind,
  title: kind.title,
  baseUrl: kind.baseUrl ?? null,
  needsAddress: kind.baseUrl === undefined,
  needsKey: !mayLackKey(kind),
  options: Object.entries(kind.options ?? {}).map(([name, { describe, required }]) => ({
    name,
    description: describe,
    required,
  })),
  speaks: Object.keys(kind.speaks),
});

/** Postgres's `unique_violation`. */
const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "23505";

/** A provider without its models. Where others manage it, its address and options are theirs to know. */
function summarise(provider: StoredProvider, scope: ProviderScope): ProviderSummary {
  const { id, organizationId, kind, slug, name, models, enabled, keyCount, version } = provider;
  const isManaged = organizationId === scope;
  return {
    id: id as Id<"prv">,
    scope: organizationId === null ? "reef" : "organization",
    kind,
    slug,
    name,
    baseUrl: isManaged ? provider.baseUrl : null,
    options: isManaged ? provider.options : {},
    enabled,
    modelCount: models.length,
    keyCount,
    version,
    createdAt: provider.createdAt.toISOString(),
    updatedAt: provider.updatedAt.toISOString(),
  };
}

/** A provider as the scope sees it. */
export const show = (provider: StoredProvider, scope: ProviderScope): Provider => ({
  ...summarise(provider, scope),
  models: provider.models,
});

export type Providers = ReturnType<typeof createProviders>;
