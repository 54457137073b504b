import { type Id, toTypeId } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import { httpErrors } from "@reef/http";
import type { IdentityApi } from "@reef/identity";
import type { Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import { type Clock, systemClock } from "../clock.ts";
import { type Drawer, listBudgetsOfKeys } from "../store/budgets.ts";
import { type Changes, listRecentChanges } from "../store/changes.ts";
import { type FoundKey, findKeysByHash, listChangedKeys, noteUses } from "../store/plane-keys.ts";
import { listStandings } from "../store/standings.ts";
import type { PlaneKey } from "./call.ts";
import { createDigests } from "./digests.ts";
import { createLookup } from "./lookup.ts";
import type { KeyRing } from "./parts.ts";
import { unservedOf } from "./standing.ts";

export interface KeyRingDependencies {
  database: DatabaseHandle;
  logger: Logger;
  identity: Pick<IdentityApi, "findAgent" | "isSuspended" | "listAgentsById">;
  clock?: Clock;
  /** Whether models are called with a plan only; they are without one unless it says so. */
  planRequired?: boolean;
  /** Told which organization's budgets (a UUID) may have changed, or with undefined that any may have. */
  onBudgetsChanged?(organizationId: string | undefined): void;
}

/** The keys that this process knows. */
export interface ProcessKeyRing extends KeyRing {
  /** An agent was disabled or enabled: its keys are refused from now on, or good again. */
  noteAgent(agentId: Id<"agt">, isDisabled: boolean): void;
  /** Looks what changed; the loop does so all the time. */
  refresh(): Promise<void>;
  loop: Loop;
}

interface Entry {
  key: PlaneKey;
  version: number;
  organizationId: Id<"org">;
  agentId: Id<"agt"> | undefined;
  /** Since when, in milliseconds that never run backwards, no use has been noted. */
  notedAt: number;
}

/** What a key draws on, and why it may not, where it may not. */
type Drawn = Pick<PlaneKey, "budgets" | "unserved">;

const SECRET = /^rk_[A-Za-z0-9_-]{43}$/;
const POLL_MS = 400;
/** A change is stamped before its transaction commits, and one that takes longer than this is broken off. */
const LOOK_BACK_SECONDS = 60;
const CHANGES_AT_ONCE = 1_000;
/** After a longer gap between two readings, some changes of organizations may have been missed: all is read anew. */
const LONGEST_GAP_MS = 8_000;
/** So long a process goes on with the keys that it knows while the database is away. */
const STALE_MS = 60_000;
/** A secret that names nothing is not looked up again for so long. */
const UNKNOWN_MS = 5_000;
const CAPACITY = 100_000;
const NOTE_MS = 60_000;
const FLUSH_MS = 5_000;
const NOTED_AT_ONCE = 500;

/**
 * Keys by the digests of their secrets; a secret itself is kept with the connection that showed it, and nowhere else. A known key
 * is found in constant time. Those that no key has are remembered apart, for a moment and in a bounded number, so who guesses pushes no good key out.
 *
 * A change of a key, of its budgets, of its organization's plan or of its agent's or organization's standing holds within a
 * second or two: the former are looked for every 400 ms, the latter two are told by events. Without the database all that is known goes on for a minute;
 * then, and for keys that are not known, `find` throws http.unavailable.
 */
export function createKeyRing(dependencies: KeyRingDependencies): ProcessKeyRing {
  const { database, logger, identity, clock = systemClock, planRequired = false } = dependencies;
  const { onBudgetsChanged = () => {} } = dependencies;
  const db = database.kysely;
  const digestOf = createDigests();
  const entries = new Map<string, Entry>();
  const byOrganization = new Map<string, Set<string>>();
  /** Until when a secret's digest is not looked up. */
  const unknown = new Map<string, number>();
  const disabledAgents = new Set<Id<"agt">>();
  const used = new Map<string, Date>();
  const seenChanges = new Map<string, number>();
  let refreshedAt = clock.monotonic();
  const lookup = createLookup({ load, unavailable });

  function add(digest: string, entry: Entry): void {
    remove(digest);
    entries.set(digest, entry);
    const { organizationId } = entry.key;
    const siblings = byOrganization.get(organizationId) ?? new Set();
    byOrganization.set(organizationId, siblings.add(digest));
    if (entries.size <= CAPACITY) return;
    const [oldest] = entries.keys();
    if (oldest !== undefined) remove(oldest);
  }

  function remove(digest: string): void {
    const entry = entries.get(digest);
    if (entry === undefined) return;
    entries.delete(digest);
    const siblings = byOrganization.get(entry.key.organizationId);
    siblings?.delete(digest);
    if (siblings?.size === 0) byOrganization.delete(entry.key.organizationId);
  }

  function clear(): void {
    entries.clear();
    byOrganization.clear();
    unknown.clear();
    onBudgetsChanged(undefined);
  }

  function addUnknown(digest: string): void {
    unknown.delete(digest);
    unknown.set(digest, clock.monotonic() + UNKNOWN_MS);
    if (unknown.size <= CAPACITY) return;
    const [oldest] = unknown.keys();
    if (oldest !== undefined) unknown.delete(oldest);
  }

  const isOver = ({ expiresAt }: Pick<PlaneKey, "expiresAt">) => expiresAt !== null && expiresAt <= clock.now();

  /** The key, if it may be used right now. */
  function admit(entry: Entry): PlaneKey | undefined {
    const { key, agentId, organizationId } = entry;
    if (isOver(key) || identity.isSuspended(organizationId)) return undefined;
    if (agentId !== undefined && disabledAgents.has(agentId)) return undefined;
    const now = clock.monotonic();
    if (now - entry.notedAt >= NOTE_MS) {
      entry.notedAt = now;
      used.set(key.id, new Date(clock.now()));
    }
    return key;
  }

  /** Reads the keys with these digests; what it answers keeps what was found. */
  async function load(digests: readonly string[]): Promise<() => void> {
    const found = (await findKeysByHash(db, digests)).filter((key) => !key.isRevoked && !isOver(key));
    const enabled = await listEnabled(found);
    const drawnBy = await readDrawn(enabled);
    return () => {
      const missing = new Set(digests);
      for (const key of enabled) {
        missing.delete(key.hash);
        add(key.hash, entryOf(key, drawnBy(key)));
      }
      for (const digest of missing) addUnknown(digest);
    };
  }

  async function findSlowly(digest: string): Promise<PlaneKey | undefined> {
    await lookup.read(digest);
    const entry = entries.get(digest);
    return entry && admit(entry);
  }

  /** Without the keys of agents that are disabled: those are looked up again in a moment. */
  async function listEnabled(found: readonly FoundKey[]): Promise<FoundKey[]> {
    const checks = found.map(async ({ agentId, organizationId }) => {
      if (agentId === null) return true;
      const [agent, organization] = [toTypeId("agt", agentId), toTypeId("org", organizationId)];
      const known = await identity.listAgentsById(db, organization, [agent]);
      const fingerprint = known.get(agent)?.fingerprint;
      return fingerprint !== undefined && (await identity.findAgent(db, organization, fingerprint)) !== undefined;
    });
    const areEnabled = await Promise.all(checks);
    return found.filter((_key, index) => areEnabled[index]);
  }

  /** Reads what these keys draw on, and whether their organizations are served. */
  async function readDrawn(keys: readonly Drawer[]): Promise<(key: Drawer) => Drawn> {
    const budgets = await listBudgetsOfKeys(db, keys);
    const organizations = [...new Set(keys.map(({ organizationId }) => organizationId))];
    const standings = await listStandings(db, organizations);
    return ({ id, organizationId }) => ({
      budgets: budgets.get(id) ?? [],
      unserved: unservedOf(standings.get(organizationId), planRequired),
    });
  }

  function entryOf({ hash: _hash, isRevoked: _isRevoked, version, ...key }: FoundKey, drawn: Drawn): Entry {
    return {
      key: { ...key, budgets: drawn.budgets, unserved: drawn.unserved },
      version,
      organizationId: toTypeId("org", key.organizationId),
      agentId: key.agentId === null ? undefined : toTypeId("agt", key.agentId),
      notedAt: Number.NEGATIVE_INFINITY,
    };
  }

  async function refresh(): Promise<void> {
    const startedAt = clock.monotonic();
    const changed = await listChangedKeys(db, LOOK_BACK_SECONDS, CHANGES_AT_ONCE);
    const changes = await listRecentChanges(db);
    // What is being read just now may be from before a change, so it is waited for.
    await lookup.settled();
    const isTooMany = changed.length === CHANGES_AT_ONCE || changes === undefined;
    if (isTooMany || startedAt - refreshedAt > LONGEST_GAP_MS) clear();
    for (const key of changed) apply(key);
    if (changes !== undefined) await applyChanges(changes);
    refreshedAt = startedAt;
  }

  function apply(found: FoundKey): void {
    const entry = entries.get(found.hash);
    if (entry === undefined) {
      // It may be good again, as one whose end was put off.
      if (!found.isRevoked) unknown.delete(found.hash);
    } else if (found.isRevoked) {
      remove(found.hash);
      addUnknown(found.hash);
    } else if (found.version > entry.version) {
      const { notedAt } = entry;
      entries.set(found.hash, { ...entryOf(found, entry.key), notedAt });
    }
  }

  /** Reads anew which budgets there are for the keys of organizations that changed, and how these stand. */
  async function applyChanges(changes: Changes): Promise<void> {
    for (const [organizationId, micros] of changes) {
      if (seenChanges.get(organizationId) === micros) continue;
      const digests = [...(byOrganization.get(organizationId) ?? [])];
      for (let from = 0; from < digests.length; from += NOTED_AT_ONCE) {
        await reloadDrawn(digests.slice(from, from + NOTED_AT_ONCE));
      }
      onBudgetsChanged(organizationId);
      seenChanges.set(organizationId, micros);
    }
    for (const organizationId of seenChanges.keys()) {
      if (!changes.has(organizationId)) seenChanges.delete(organizationId);
    }
  }

  async function reloadDrawn(digests: readonly string[]): Promise<void> {
    const known = digests.flatMap((digest) => entries.get(digest)?.key ?? []);
    const drawnBy = await readDrawn(known);
    for (const digest of digests) {
      const entry = entries.get(digest);
      if (entry !== undefined) entry.key = { ...entry.key, ...drawnBy(entry.key) };
    }
  }

  async function flushUses(): Promise<void> {
    while (used.size > 0) {
      const some = [...used].slice(0, NOTED_AT_ONCE).map(([id, usedAt]) => ({ id, usedAt }));
      for (const { id } of some) used.delete(id);
      await noteUses(db, some);
    }
  }

  return {
    find(secret, connection) {
      if (!SECRET.test(secret)) return undefined;
      if (clock.monotonic() - refreshedAt > STALE_MS) throw unavailable();
      const digest = digestOf(secret, connection);
      const entry = entries.get(digest);
      if (entry !== undefined) return admit(entry);
      const until = unknown.get(digest);
      if (until !== undefined && clock.monotonic() < until) return undefined;
      return findSlowly(digest);
    },
    noteAgent(agentId, isDisabled) {
      if (isDisabled) disabledAgents.add(agentId);
      else disabledAgents.delete(agentId);
    },
    refresh,
    loop: {
      name: "gateway.keys",
      stallSeconds: 60,
      async run({ beat, signal, sleep }) {
        let flushedAt = clock.monotonic();
        while (!signal.aborted) {
          try {
            await refresh();
            if (clock.monotonic() - flushedAt >= FLUSH_MS) {
              flushedAt = clock.monotonic();
              await flushUses();
            }
            beat();
          } catch (error) {
            // A failure is no crash: known keys go on meanwhile, and the next round may succeed.
            logger.warn({ err: error }, "Changes of gateway keys could not be read; calls are refused after a minute.");
          }
          await sleep(POLL_MS);
        }
        // What is not noted is worth no failure at the end.
        await flushUses().catch(() => {});
      },
    },
  };
}

const unavailable = (cause?: unknown) =>
  httpErrors.unavailable({
    detail: "Whether the key is good cannot be told without the database. Try again in a moment.",
    retryAfterSeconds: 1,
    cause,
  });
