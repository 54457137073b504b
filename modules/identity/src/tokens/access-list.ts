import type { Id } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import { httpErrors } from "@reef/http";
import type { Clock } from "../clock.ts";
import { MAX_TOKEN_SECONDS } from "../config.ts";
import { listOrganizationAccessChanges, type StoredOrganizationAccess } from "../store/organizations.ts";
import { listAccessChanges, type StoredAccess } from "../store/tokens.ts";

/** Older than this, the list may miss a change that must hold everywhere after five seconds. */
const FRESH_MS = 5_000;
/** A request that finds the list stale reads it again, but after a failure not sooner than this. */
const RETRY_MS = 1_000;
/** A change is remembered until every token from before it has expired, with five minutes for slow transactions. */
const KEEP_SECONDS = MAX_TOKEN_SECONDS + 300;
/** A change is stamped before its transaction commits; each reading goes back by this much more than the one before. */
const OVERLAP_SECONDS = 300;

/**
 * The changes of access that tokens do not know of, in this process's memory: agents that were disabled or enabled, and
 * client secrets that were replaced, for as long as tokens from before may live; and all organizations that are suspended.
 */
export interface AccessList {
  /** Enters a change at once. One that is older than what is known changes nothing. */
  apply(access: StoredAccess): void;
  /** Enters at once that an organization was suspended or resumed. What is older than what is known changes nothing. */
  applyOrganization(access: StoredOrganizationAccess): void;
  /** Reads the changes from the database; several callers at once share one reading. */
  refresh(): Promise<void>;
  /** Whether the list holds every change that is older than five seconds. */
  isFresh(): boolean;
  /** Makes the list fresh. @throws http.unavailable when the database does not answer: better no answer than a wrong one. */
  ensureFresh(): Promise<void>;
  /** Whether a token with these versions has been overtaken by a change. */
  isRevoked(agentId: Id<"agt">, accessVersion: number, secretVersion: number | undefined): boolean;
  /** Whether the organization is suspended, so that nobody of it, agent or person, gets anything. */
  isSuspended(organizationId: Id<"org">): boolean;
}

export function createAccessList(database: DatabaseHandle, clock: Clock): AccessList {
  const changes = new Map<Id<"agt">, StoredAccess & { knownSince: number }>();
  const suspended = new Set<Id<"org">>();
  const organizations = new Map<Id<"org">, { accessVersion: number; knownSince: number }>();
  let freshSince = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;

  function apply(access: StoredAccess): void {
    const known = changes.get(access.agentId);
    const latest = known !== undefined && known.accessVersion > access.accessVersion ? known : access;
    changes.set(access.agentId, {
      agentId: access.agentId,
      accessVersion: latest.accessVersion,
      disabled: latest.disabled,
      secretVersion: Math.max(access.secretVersion, known?.secretVersion ?? 0),
      knownSince: clock.monotonic(),
    });
  }

  function applyOrganization({ organizationId, accessVersion, isSuspended }: StoredOrganizationAccess): void {
    if ((organizations.get(organizationId)?.accessVersion ?? 0) > accessVersion) return;
    organizations.set(organizationId, { accessVersion, knownSince: clock.monotonic() });
    if (isSuspended) suspended.add(organizationId);
    else suspended.delete(organizationId);
  }

  async function read(): Promise<void> {
    const startedAt = clock.monotonic();
    const seconds = Math.ceil((startedAt - freshSince) / 1_000 + OVERLAP_SECONDS);
    try {
      const agentChanges = await listAccessChanges(database.kysely, Math.min(KEEP_SECONDS, seconds));
      for (const access of agentChanges) apply(access);
      // A suspension outlives all tokens, so the first reading takes all there are.
      const since = Number.isFinite(seconds) ? seconds : undefined;
      for await (const access of listOrganizationAccessChanges(database.kysely, since)) applyOrganization(access);
    } catch (error) {
      failedAt = clock.monotonic();
      throw error;
    }
    freshSince = startedAt;
    forgetBefore(startedAt - KEEP_SECONDS * 1_000);
  }

  /** What is this old is known to all tokens that are left, and a reading brings it no more. */
  function forgetBefore(moment: number): void {
    for (const [agentId, { knownSince }] of changes) if (knownSince < moment) changes.delete(agentId);
    for (const [organizationId, { knownSince }] of organizations) {
      if (knownSince < moment) organizations.delete(organizationId);
    }
  }

  function refresh(): Promise<void> {
    running ??= read().finally(() => {
      running = undefined;
    });
    return running;
  }

  const isFresh = () => clock.monotonic() - freshSince < FRESH_MS;

  return {
    apply,
    applyOrganization,
    refresh,
    isFresh,
    async ensureFresh() {
      if (isFresh()) return;
      try {
        if (clock.monotonic() - failedAt >= RETRY_MS) await refresh();
      } catch (cause) {
        throw unavailable(cause);
      }
      if (!isFresh()) throw unavailable();
    },
    isRevoked(agentId, accessVersion, secretVersion) {
      const change = changes.get(agentId);
      if (change === undefined) return false;
      if (change.disabled || accessVersion < change.accessVersion) return true;
      return secretVersion !== undefined && secretVersion < change.secretVersion;
    },
    isSuspended: (organizationId) => suspended.has(organizationId),
  };
}

const unavailable = (cause?: unknown) =>
  httpErrors.unavailable({
    detail: "Whether the access token still holds cannot be told without the database. Try again in a moment.",
    retryAfterSeconds: 1,
    cause,
  });
