import { toUuid } from "@reef/crypto";
import { type Cursors, type Page, pageOf } from "@reef/db";
import type { Call, MemberCaller } from "@reef/http/call";
import type { Model } from "../contract/models.ts";
import { findPrice, pricesDated } from "../prices/index.ts";
import * as store from "../store/models.ts";

type ModelQuery = store.ModelFilter & { limit: number; cursor?: string | undefined };

const LIST = "gateway.models";

/** The models that an organization may call. */
export const createModels = ({ cursors }: { cursors: Cursors }) => ({
  /** By provider and name, of the organization's own enabled providers and the reef's. @throws list.invalid_cursor */
  async listModels(
    { caller, db }: Call<MemberCaller>,
    { limit, cursor, ...filter }: ModelQuery,
  ): Promise<Page<Model> & { pricesDated: string }> {
    const { models, total } = await store.listModels(db, caller.organizationId, {
      ...filter,
      limit: limit + 1,
      after: cursor === undefined ? undefined : positionIn(cursors.decode(LIST, cursor)),
    });
    const page = pageOf(models, limit, total, ({ provider, model }) =>
      cursors.encode(LIST, [provider.slug, toUuid(provider.id), model.name]),
    );
    return { ...page, items: page.items.map(showModel), pricesDated };
  },
});

function positionIn([slug = "", providerId = "", name = ""]: readonly (string | number)[]): store.ModelPosition {
  return { slug: String(slug), providerId: String(providerId), name: String(name) };
}

function showModel({ model: { name, price }, provider }: store.SeenModel): Model {
  const terms = findPrice(provider.kind, name);
  const source = price === undefined ? terms && "list" : "provider";
  return {
    id: `${provider.slug}/${name}`,
    name,
    provider: {
      id: provider.id,
      slug: provider.slug,
      name: provider.name,
      kind: provider.kind,
      scope: provider.isReefWide ? "reef" : "organization",
    },
    price: price ?? terms?.price ?? null,
    priceSource: source ?? null,
    contextTokens: terms?.contextTokens ?? null,
    maxOutputTokens: terms?.maxOutputTokens ?? null,
  };
}

export type Models = ReturnType<typeof createModels>;
