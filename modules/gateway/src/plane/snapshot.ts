import { openSealed } from "@reef/crypto";
import type { Logger } from "@reef/telemetry";
import type { Clock } from "../clock.ts";
import { findPrice } from "../prices/index.ts";
import { mayLackKey } from "../providers/headers.ts";
import { findProviderKind } from "../providers/index.ts";
import type { StoredTarget } from "../schema.ts";
import type { RoutedAlias, RoutedProvider } from "../store/routing.ts";
import { type Circuit, createCircuit } from "./circuit.ts";
import type { PlaneProvider, Target, UpstreamKey } from "./parts.ts";

/** The providers and aliases of one organization, or the providers of the whole reef, as they were at one moment. */
export interface Snapshot {
  /** When what it shows had changed last, as the database counts: microseconds since 1970. */
  changedAt: number;
  bySlug: ReadonlyMap<string, Way>;
  byId: ReadonlyMap<string, Way>;
  /** Who lists a model, by the model's name. */
  byModel: ReadonlyMap<string, readonly Way[]>;
  aliases: ReadonlyMap<string, RoutedAlias>;
}

/** A provider, and the targets that it is of. */
export interface Way {
  provider: PlaneProvider;
  models: ReadonlySet<string>;
  createdSeconds: number;
  /** The target of any model of this provider, listed or not. */
  target(model: string): Target;
}

interface SnapshotDependencies {
  clock: Pick<Clock, "monotonic">;
  random(): number;
  sealingKey: Uint8Array;
  /** Whether the addresses of organizations' own providers may be private. */
  allowPrivate: boolean;
  /** State of the keys, by their UUIDs, which outlives a snapshot. */
  circuits: Map<string, Circuit>;
  logger: Logger;
}

/** For a model of which nobody knows how much it writes: rather too much, since it is what a budget sets aside. */
const UNKNOWN_OUTPUT_TOKENS = 32_768;
/** Targets that are kept of one provider; a caller may ask for any name. */
const MOST_TARGETS = 2_000;
/** States of keys that are kept. Beyond these the ones that are in no trouble are forgotten, and if need be all. */
const MOST_CIRCUITS = 20_000;

interface Loaded {
  providers: readonly RoutedProvider[];
  aliases: readonly RoutedAlias[];
  isReefWide: boolean;
  changedAt: number;
}

/** Makes what was loaded ready to be asked on a call's way. */
export function createSnapshot(
  { providers, aliases, isReefWide, changedAt }: Loaded,
  deps: SnapshotDependencies,
): Snapshot {
  const ways = providers.flatMap((provider) => createWay(provider, isReefWide || deps.allowPrivate, deps));
  const byModel = new Map<string, Way[]>();
  for (const way of ways) {
    for (const model of way.models) {
      const others = byModel.get(model);
      if (others === undefined) byModel.set(model, [way]);
      else others.push(way);
    }
  }
  return {
    changedAt,
    bySlug: new Map(ways.map((way) => [way.provider.slug, way])),
    byId: new Map(ways.map((way) => [way.provider.id, way])),
    byModel,
    aliases: new Map(aliases.map((alias) => [alias.name, alias])),
  };
}

/** None for a provider of a kind that this version of the reef does not know. */
function createWay(stored: RoutedProvider, mayBePrivate: boolean, deps: SnapshotDependencies): Way[] {
  const kind = findProviderKind(stored.kind);
  if (kind === undefined) {
    deps.logger.warn({ providerId: stored.id, kind: stored.kind }, "A provider's kind is not known here.");
    return [];
  }
  const keys = openKeys(stored, mayLackKey(kind), deps);
  const provider: PlaneProvider = {
    id: stored.id,
    slug: stored.slug,
    kind,
    baseUrl: stored.baseUrl,
    pathPrefix: URL.canParse(stored.baseUrl) ? new URL(stored.baseUrl).pathname.replace(/\/+$/, "") : "",
    options: stored.options,
    mayBePrivate,
    pickKey: (tried, model) => pickKey(keys, tried, model, deps.random),
    refuses(model) {
      const passable = keys.filter(({ circuit }) => circuit.isPassable);
      return passable.length > 0 && passable.every(({ circuit }) => circuit.refuses(model));
    },
  };
  const prices = new Map(stored.models.map(({ name, price }) => [name, price]));
  const targets = new Map<string, Target>();
  const target = (model: string): Target => {
    const known = targets.get(model);
    if (known !== undefined) return known;
    const terms = findPrice(kind.kind, model);
    const made = {
      provider,
      model,
      price: prices.get(model) ?? terms?.price ?? null,
      maxOutputTokens: terms?.maxOutputTokens ?? UNKNOWN_OUTPUT_TOKENS,
    };
    if (targets.size < MOST_TARGETS) targets.set(model, made);
    return made;
  };
  const createdSeconds = Math.floor(stored.createdAt.getTime() / 1_000);
  return [{ provider, models: new Set(stored.models.map(({ name }) => name)), createdSeconds, target }];
}

interface WeighedKey {
  key: UpstreamKey;
  circuit: Circuit;
  weight: number;
}

/** A provider's keys with their secrets; one without a secret where it has no keys and needs none. */
function openKeys(
  { id, keys, hasKeys }: RoutedProvider,
  mayLack: boolean,
  { sealingKey, circuits, clock, logger }: SnapshotDependencies,
): WeighedKey[] {
  const weighed = (keyId: string, secret: string, weight: number): WeighedKey => {
    const circuit = circuits.get(keyId) ?? createCircuit(clock);
    if (!circuits.has(keyId)) keep(circuits, keyId, circuit);
    const { succeeded, failed, refusedModel } = circuit;
    return { key: { id: keyId, secret, succeeded, failed, refusedModel }, circuit, weight };
  };
  if (!hasKeys) return mayLack ? [weighed(id, "", 1)] : [];
  return keys.flatMap((key) => {
    try {
      return [weighed(key.id, openSealed(sealingKey, key.sealed, key.id), key.weight)];
    } catch {
      logger.error(
        { providerId: id, providerKeyId: key.id },
        "A provider's key cannot be opened with this master secret.",
      );
      return [];
    }
  });
}

function keep(circuits: Map<string, Circuit>, keyId: string, circuit: Circuit): void {
  if (circuits.size >= MOST_CIRCUITS) {
    for (const [id, known] of circuits) if (known.isUntroubled) circuits.delete(id);
    if (circuits.size >= MOST_CIRCUITS) circuits.clear();
  }
  circuits.set(keyId, circuit);
}

function pickKey(
  keys: readonly WeighedKey[],
  tried: ReadonlySet<string>,
  model: string,
  random: () => number,
): UpstreamKey | undefined {
  const left = keys.filter(({ key, circuit }) => !tried.has(key.id) && circuit.isPassable && !circuit.refuses(model));
  const picked = pickWeighed(left, random);
  picked?.circuit.enter(model);
  return picked?.key;
}

/** One of them, each as often as its weight says; undefined where there is none. */
function pickWeighed<Item extends { weight: number }>(items: readonly Item[], random: () => number): Item | undefined {
  if (items.length < 2) return items[0];
  let left = random() * items.reduce((sum, { weight }) => sum + weight, 0);
  for (const item of items) {
    left -= item.weight;
    if (left < 0) return item;
  }
  return items.at(-1);
}

/** The targets in the order in which they are tried: by `order`, and among equals drawn by weight. */
export function orderTargets(stored: readonly StoredTarget[], random: () => number): StoredTarget[] {
  const ordered: StoredTarget[] = [];
  const orders = [...new Set(stored.map(({ order }) => order))].sort((left, right) => left - right);
  for (const order of orders) {
    const left = stored.filter((target) => target.order === order);
    for (let next = pickWeighed(left, random); next !== undefined; next = pickWeighed(left, random)) {
      ordered.push(next);
      left.splice(left.indexOf(next), 1);
    }
  }
  return ordered;
}
