import type { Connection } from "@reef/db";
import { type StoredModel, type StoredTarget, tables } from "../schema.ts";
import { REEF_WIDE } from "./changes.ts";

/** A provider as the router loads it, its keys still sealed. */
export interface RoutedProvider {
  /** UUID. */
  id: string;
  kind: string;
  slug: string;
  baseUrl: string;
  options: Record<string, string>;
  models: StoredModel[];
  createdAt: Date;
  /** Whether it has keys at all, enabled or not: one that has is not called without. */
  hasKeys: boolean;
  keys: { id: string; sealed: string; weight: number }[];
}

export interface RoutedAlias {
  name: string;
  targets: StoredTarget[];
  updatedAt: Date;
}

/** More than any scope may have, by the rules of the services. */
const MOST_PROVIDERS = 100;
const MOST_KEYS = 2_500;
const MOST_ALIASES = 400;

/** The enabled providers of one organization (its UUID) or of the whole reef ({@link REEF_WIDE}), with their enabled keys. */
export async function listRoutedProviders(db: Connection, organizationUuid: string): Promise<RoutedProvider[]> {
  const isReefWide = organizationUuid === REEF_WIDE;
  const providers = await tables(db)
    .selectFrom("gateway.providers")
    .select(["id", "kind", "slug", "base_url", "options", "models", "created_at"])
    .where((row) => (isReefWide ? row("organization_id", "is", null) : row("organization_id", "=", organizationUuid)))
    .where("enabled", "=", true)
    .orderBy("id")
    .limit(MOST_PROVIDERS)
    .execute();
  if (providers.length === 0) return [];
  const ids = providers.map(({ id }) => id);
  const keys = await tables(db)
    .selectFrom("gateway.provider_keys")
    .select(["id", "provider_id", "sealed", "weight", "enabled"])
    .where("provider_id", "in", ids)
    .orderBy("id")
    .limit(MOST_KEYS)
    .execute();
  return providers.map((provider) => {
    const own = keys.filter(({ provider_id }) => provider_id === provider.id);
    return {
      id: provider.id,
      kind: provider.kind,
      slug: provider.slug,
      baseUrl: provider.base_url,
      options: provider.options,
      models: provider.models,
      createdAt: provider.created_at,
      hasKeys: own.length > 0,
      keys: own.filter(({ enabled }) => enabled),
    };
  });
}

/** All aliases of an organization, by its UUID. */
export async function listRoutedAliases(db: Connection, organizationUuid: string): Promise<RoutedAlias[]> {
  const rows = await tables(db)
    .selectFrom("gateway.aliases")
    .select(["name", "targets", "updated_at"])
    .where("organization_id", "=", organizationUuid)
    .orderBy("name")
    .limit(MOST_ALIASES)
    .execute();
  return rows.map(({ name, targets, updated_at }) => ({ name, targets, updatedAt: updated_at }));
}
