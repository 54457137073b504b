import { deriveKey } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import type { Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import { type Clock, systemClock } from "../clock.ts";
import { findPrice } from "../prices/index.ts";
import { findChange, listRecentChanges, REEF_WIDE } from "../store/changes.ts";
import { listRoutedAliases, listRoutedProviders } from "../store/routing.ts";
import type { PlaneKey } from "./call.ts";
import type { Circuit } from "./circuit.ts";
import type { ListedModel, Route, Router, Target } from "./parts.ts";
import { createSnapshot, orderTargets, type Snapshot, type Way } from "./snapshot.ts";

export interface RouterDependencies {
  database: Pick<DatabaseHandle, "kysely">;
  masterSecret: string;
  logger: Logger;
  /** Whether the addresses of organizations' own providers may be private. */
  allowPrivate: boolean;
  clock?: Clock;
  /** From 0 to below 1. */
  random?: () => number;
}

/** What the key of a provider is sealed with. */
export const providerKeysKey = (masterSecret: string): Uint8Array => deriveKey(masterSecret, "gateway.provider-keys");

export interface RefreshedRouter extends Router {
  /** Forgets what it knows of an organization (a UUID, or null for what all have): for the process that changed it. */
  forget(organizationUuid: string | null): void;
  /** Looks for changes that other processes made. Called by the loop. */
  refresh(): Promise<void>;
  loop: Loop;
}

const POLL_MS = 400;
/** The look for changes sees a minute back, for those that took long to commit. After this silence no memory is trusted. */
const LONGEST_SILENCE_MS = 5_000;
/** Organizations kept in memory; beyond these the one that called longest ago is forgotten. */
const MOST_ORGANIZATIONS = 1_000;
/** What is older than this is read anew, so that a change which somehow was not seen does not stay unseen. */
const LONGEST_AGE_MS = 60_000;

interface Kept {
  snapshot: Snapshot;
  loadedAt: number;
}

/** Finds the ways to models in memory. What it finds there is at most a second old. */
export function createRouter(dependencies: RouterDependencies): RefreshedRouter {
  const { database, masterSecret, logger, allowPrivate, clock = systemClock, random = Math.random } = dependencies;
  const kept = new Map<string, Kept>();
  const loading = new Map<string, Promise<Snapshot>>();
  const circuits = new Map<string, Circuit>();
  const sealingKey = providerKeysKey(masterSecret);
  let lookedAt = clock.monotonic();

  async function load(id: string): Promise<Snapshot> {
    const db = database.kysely;
    // Read before the rest, so that what changes in between is loaded once more.
    const changedAt = await findChange(db, id);
    const isReefWide = id === REEF_WIDE;
    const providers = await listRoutedProviders(db, id);
    const aliases = isReefWide ? [] : await listRoutedAliases(db, id);
    const options = { clock, random, sealingKey, allowPrivate, circuits, logger };
    return createSnapshot({ providers, aliases, isReefWide, changedAt }, options);
  }

  function find(id: string): Snapshot | Promise<Snapshot> {
    const known = kept.get(id);
    if (known === undefined) return ensure(id);
    // Read anew beside the calls: while the database does not answer, they go on with what is known.
    if (clock.monotonic() - known.loadedAt > LONGEST_AGE_MS) ensure(id).catch(() => {});
    if (kept.size >= MOST_ORGANIZATIONS) {
      // Used last stands last. With few organizations none is ever forgotten, so there the order does not matter.
      kept.delete(id);
      kept.set(id, known);
    }
    return known.snapshot;
  }

  function ensure(id: string): Promise<Snapshot> {
    const running = loading.get(id);
    if (running !== undefined) return running;
    const loadedAt = clock.monotonic();
    const started: Promise<Snapshot> = load(id).then(
      (snapshot) => {
        // What was forgotten meanwhile may have been read too early.
        if (loading.get(id) === started) {
          loading.delete(id);
          keep(id, { snapshot, loadedAt });
        }
        return snapshot;
      },
      (error) => {
        if (loading.get(id) === started) loading.delete(id);
        throw error;
      },
    );
    loading.set(id, started);
    return started;
  }

  function keep(id: string, entry: Kept): void {
    kept.delete(id);
    kept.set(id, entry);
    // What all organizations have is always among those used last, but for the moment of the very first calls.
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_ORGANIZATIONS) break;
      if (oldest !== REEF_WIDE) kept.delete(oldest);
    }
  }

  function forget(id: string): void {
    kept.delete(id);
    loading.delete(id);
  }

  /** Calls `work` with what the organization has of its own and what all have; at once where both are known. */
  function withBoth<Result>(organizationId: string, work: (own: Snapshot, reef: Snapshot) => Result) {
    const own = find(organizationId);
    const reef = find(REEF_WIDE);
    if (!(own instanceof Promise) && !(reef instanceof Promise)) return work(own, reef);
    return Promise.all([own, reef]).then(([ownOnes, reefOnes]) => work(ownOnes, reefOnes));
  }

  async function refresh(): Promise<void> {
    const began = clock.monotonic();
    const isOutOfTouch = began - lookedAt > LONGEST_SILENCE_MS;
    const changes = await listRecentChanges(database.kysely);
    lookedAt = began;
    if (changes === undefined || isOutOfTouch) {
      for (const id of [...kept.keys(), ...loading.keys()]) forget(id);
      return;
    }
    for (const [id, changedAt] of changes) {
      const known = kept.get(id);
      if (known === undefined ? loading.has(id) : known.snapshot.changedAt !== changedAt) forget(id);
    }
  }

  return {
    route: (key, model) => {
      if (key.models !== null && !key.models.has(model)) return undefined;
      return withBoth(key.organizationId, (own, reef) => findRoute(own, reef, model, random));
    },
    listModels: (key) => withBoth(key.organizationId, (own, reef) => listAll(key, own, reef)),
    forget: (organizationUuid) => forget(organizationUuid ?? REEF_WIDE),
    refresh,
    loop: {
      name: "gateway.router",
      stallSeconds: 35,
      async run({ beat, signal, sleep }) {
        while (!signal.aborted) {
          await refresh();
          beat();
          await sleep(POLL_MS);
        }
      },
    },
  };
}

/** An alias; else `slug/model`; else a model by its name alone. What the organization has goes before what all have. */
function findRoute(own: Snapshot, reef: Snapshot, model: string, random: () => number): Route | undefined {
  const alias = own.aliases.get(model);
  if (alias !== undefined) {
    const targets = orderTargets(alias.targets, random).flatMap((target): Target[] => {
      const way = own.byId.get(target.providerId) ?? reef.byId.get(target.providerId);
      return way === undefined ? [] : [way.target(target.model)];
    });
    return routeOf(targets);
  }
  const slash = model.indexOf("/");
  if (slash > 0 && slash < model.length - 1) {
    const slug = model.slice(0, slash);
    const way = own.bySlug.get(slug) ?? reef.bySlug.get(slug);
    if (way !== undefined) return { targets: [way.target(model.slice(slash + 1))] };
  }
  return routeOf(shuffle(listServing(own, reef, model), random).map((way) => way.target(model)));
}

/**
 * Who serves a model that is named alone: the organization's providers that list it; else the reef's; else, of the two in
 * the same order, those whose kind has it by the price list. Calls never go over from the organization's providers to the
 * reef's by themselves: whoever wants that says so with an alias.
 */
function listServing(own: Snapshot, reef: Snapshot, model: string): readonly Way[] {
  const listed = own.byModel.get(model) ?? reef.byModel.get(model);
  if (listed !== undefined) return listed;
  const byKind = (snapshot: Snapshot) =>
    [...snapshot.byId.values()].filter(({ provider: { kind } }) => findPrice(kind.kind, model) !== undefined);
  const ofOwn = byKind(own);
  return ofOwn.length > 0 ? ofOwn : byKind(reef);
}

const routeOf = (targets: readonly Target[]): Route | undefined => (targets.length === 0 ? undefined : { targets });

/** Providers that stand beside each other are equals: which is tried first is drawn for each call. */
function shuffle(ways: readonly Way[], random: () => number): readonly Way[] {
  if (ways.length < 2) return ways;
  const left = [...ways];
  const drawn: Way[] = [];
  while (left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}

function listAll(key: PlaneKey, own: Snapshot, reef: Snapshot): ListedModel[] {
  const found = new Map<string, ListedModel>();
  const add = (id: string, ownedBy: string, createdSeconds: number) => {
    if (!found.has(id)) found.set(id, { id, ownedBy, createdSeconds });
  };
  for (const { name, updatedAt } of own.aliases.values()) add(name, "alias", Math.floor(updatedAt.getTime() / 1_000));
  for (const { byModel } of [own, reef]) {
    for (const [model, [way]] of byModel) if (way !== undefined) add(model, way.provider.slug, way.createdSeconds);
  }
  // What a key may ask for need not be listed: `slug/model`, or a model that its provider does not list.
  for (const id of key.models ?? []) {
    if (found.has(id)) continue;
    const [target] = findRoute(own, reef, id, () => 0)?.targets ?? [];
    if (target !== undefined) add(id, target.provider.slug, 0);
  }
  const models = [...found.values()].filter(({ id }) => key.models === null || key.models.has(id));
  return models.sort((left, right) => (left.id < right.id ? -1 : 1));
}
