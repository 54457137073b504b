import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { IdentityApi } from "@reef/identity";
import { listKeyNames, listProviderNames } from "../../store/usage.ts";

/** What people call the things that ids stand for, by id; without those that have no name, or are gone. */
export type Names = ReadonlyMap<string, string>;

export interface NameSources {
  identity: Pick<IdentityApi, "listAgentsById">;
}

/** Ids that the identity module takes at once. */
const AT_ONCE = 100;

/** Finds the names of agents, keys and providers of an organization among these ids, in a query for each kind. */
export async function findNames(
  db: Connection,
  organizationId: Id<"org">,
  ids: Iterable<string | null>,
  { identity }: NameSources,
): Promise<Names> {
  const all = Array.from(new Set(ids));
  const of = <Prefix extends "agt" | "key" | "prv">(prefix: Prefix) =>
    all.filter((id): id is Id<Prefix> => id?.startsWith(`${prefix}_`) ?? false);
  const names = new Map<string, string>();
  const [agents, keys, providers] = [of("agt"), of("key"), of("prv")];
  for (let from = 0; from < agents.length; from += AT_ONCE) {
    const found = await identity.listAgentsById(db, organizationId, agents.slice(from, from + AT_ONCE));
    for (const [id, { name }] of found) names.set(id, name);
  }
  if (keys.length > 0) for (const [id, name] of await listKeyNames(db, organizationId, keys)) names.set(id, name);
  if (providers.length > 0)
    for (const [id, name] of await listProviderNames(db, organizationId, providers)) names.set(id, name);
  return names;
}

/** The name of what an id stands for; null where it has none. */
export const nameOf = (names: Names, id: string | null): string | null =>
  id === null ? null : (names.get(id) ?? null);
