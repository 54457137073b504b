import { type Id, toTypeId, toUuid } from "@reef/crypto";
import { afterCommit, type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, MemberCaller, PersonCaller } from "@reef/http/call";
import type { Alias, AliasTarget } from "../contract/models.ts";
import { gatewayErrors } from "../errors.ts";
import * as store from "../store/aliases.ts";
import { countSeenProviders } from "../store/providers.ts";

export interface AliasDependencies {
  cursors: Cursors;
  /** Told when an organization's aliases have changed, in this process and once it holds. */
  changed(organizationId: Id<"org">): void;
}

type PageQuery = { limit: number; cursor?: string | undefined };

const LIST = "gateway.aliases";
const MOST_ALIASES = 200;

/** An organization's names for models, such as `fast`: each leads to one or several, tried in order and by weight. */
export function createAliases({ cursors, changed }: AliasDependencies) {
  async function getAlias(db: Connection, organizationId: Id<"org">, name: string, options = {}) {
    const alias = await store.findAlias(db, organizationId, name, options);
    if (alias === undefined) throw gatewayErrors.alias_not_found({ internal: { name } });
    return alias;
  }

  /** @throws gateway.unknown_target when one names a provider that the organization does not see. */
  async function requireProviders(db: Connection, organizationId: Id<"org">, targets: readonly AliasTarget[]) {
    const ids = [...new Set(targets.map(({ providerId }) => providerId))];
    if ((await countSeenProviders(db, organizationId, ids)) < ids.length) throw gatewayErrors.unknown_target();
  }

  return {
    /** @throws gateway.alias_taken, gateway.unknown_target, gateway.too_many_aliases */
    createAlias: (
      call: Call<PersonCaller>,
      { name, targets }: { name: string; targets: AliasTarget[] },
    ): Promise<Alias> =>
      transact(call.db, async (db) => {
        const { organizationId } = call.caller;
        await requireProviders(db, organizationId, targets);
        if ((await store.countAliasesToInsert(db, organizationId)) >= MOST_ALIASES)
          throw gatewayErrors.too_many_aliases();
        const alias = await store.insertAlias(db, organizationId, { name, targets: targets.map(toStored) });
        if (alias === undefined) throw gatewayErrors.alias_taken({ internal: { name } });
        afterCommit(db, () => changed(organizationId));
        return show(alias);
      }),

    /** By name. @throws list.invalid_cursor */
    async listAliases({ caller, db }: Call<MemberCaller>, { limit, cursor }: PageQuery): Promise<Page<Alias>> {
      const after = cursor === undefined ? undefined : String(cursors.decode(LIST, cursor)[0]);
      const aliases = await store.listAliases(db, caller.organizationId, { limit: limit + 1, after });
      const total = await store.countAliases(db, caller.organizationId);
      const page = pageOf(aliases, limit, total, ({ name }) => cursors.encode(LIST, [name]));
      return { ...page, items: page.items.map(show) };
    },

    /** @throws gateway.alias_not_found */
    getAlias: async ({ caller, db }: Call<PersonCaller>, name: string): Promise<Alias> =>
      show(await getAlias(db, caller.organizationId, name)),

    /** @throws gateway.alias_not_found, gateway.unknown_target, gateway.changed */
    updateAlias: (
      call: Call<PersonCaller>,
      name: string,
      targets: AliasTarget[],
      ifMatch: number | undefined,
    ): Promise<Alias> =>
      transact(call.db, async (db) => {
        const { organizationId } = call.caller;
        const { version } = await getAlias(db, organizationId, name, { forUpdate: true });
        if (ifMatch !== undefined && ifMatch !== version) throw gatewayErrors.changed({ currentVersion: version });
        await requireProviders(db, organizationId, targets);
        const alias = await store.updateAlias(db, organizationId, name, targets.map(toStored));
        afterCommit(db, () => changed(organizationId));
        return show(alias);
      }),

    /** @throws gateway.alias_not_found */
    deleteAlias: (call: Call<PersonCaller>, name: string): Promise<void> =>
      transact(call.db, async (db) => {
        const { organizationId } = call.caller;
        if (!(await store.deleteAlias(db, organizationId, name)))
          throw gatewayErrors.alias_not_found({ internal: { name } });
        afterCommit(db, () => changed(organizationId));
      }),
  };
}

const toStored = ({ providerId, ...rest }: AliasTarget) => ({ ...rest, providerId: toUuid(providerId as Id<"prv">) });

const show = ({ name, targets, version, updatedAt }: store.StoredAlias): Alias => ({
  name,
  targets: targets.map(({ providerId, ...rest }) => ({ ...rest, providerId: toTypeId("prv", providerId) })),
  version,
  updatedAt: updatedAt.toISOString(),
});

export type Aliases = ReturnType<typeof createAliases>;
