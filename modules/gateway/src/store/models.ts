import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { sql } from "kysely";
import type { StoredModel } from "../schema.ts";

/** A model of a provider that the organization may call. */
export interface SeenModel {
  model: StoredModel;
  provider: { id: Id<"prv">; slug: string; name: string; kind: string; isReefWide: boolean };
}

/** Where a page of models ends. */
export interface ModelPosition {
  slug: string;
  /** UUID. */
  providerId: string;
  name: string;
}

export interface ModelFilter {
  nameContains?: string | undefined;
  providerId?: string | undefined;
}

interface Row {
  id: string;
  slug: string;
  provider_name: string;
  kind: string;
  is_reef_wide: boolean;
  model: StoredModel;
}

/** Models of the enabled providers that the organization sees, by slug and name. */
export async function listModels(
  db: Connection,
  organizationId: Id<"org">,
  { limit, after, ...filter }: ModelFilter & { limit: number; after?: ModelPosition | undefined },
): Promise<{ models: SeenModel[]; total: number }> {
  const from = fromModels(organizationId, filter);
  const behind =
    after === undefined
      ? sql``
      : sql`and (provider.slug collate "C", provider.id, model.value ->> 'name' collate "C")
          > (${after.slug}::text, ${after.providerId}::uuid, ${after.name}::text)`;
  const { rows } = await sql<Row>`
    select provider.id, provider.slug, provider.name as provider_name, provider.kind,
      provider.organization_id is null as is_reef_wide, model.value as model
    ${from} ${behind}
    order by provider.slug collate "C", provider.id, model.value ->> 'name' collate "C" limit ${limit}`.execute(db);
  const counted = await sql<{ count: number }>`select count(*) as count ${from}`.execute(db);
  return { models: rows.map(toModel), total: Number(counted.rows[0]?.count ?? 0) };
}

const fromModels = (organizationId: Id<"org">, { nameContains, providerId }: ModelFilter) => sql`
  from gateway.providers provider cross join lateral jsonb_array_elements(provider.models) as model (value)
  where (provider.organization_id = ${toUuid(organizationId)}::uuid or provider.organization_id is null)
    and provider.enabled
    ${providerId === undefined ? sql`` : sql`and provider.id = ${toUuid(providerId as Id<"prv">)}::uuid`}
    ${nameContains === undefined ? sql`` : sql`and strpos(lower(model.value ->> 'name'), lower(${nameContains})) > 0`}`;

const toModel = (row: Row): SeenModel => ({
  model: row.model,
  provider: {
    id: toTypeId("prv", row.id),
    slug: row.slug,
    name: row.provider_name,
    kind: row.kind,
    isReefWide: row.is_reef_wide,
  },
});
