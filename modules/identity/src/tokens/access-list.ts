import type { Id } from "@reef/crypto";
import type { DatabaseHandle } from "@reef/db";
import { httpErrors } from "@reef/http";
import type { Clock } from "../clock.ts";
import { MAX_TOKEN_SECONDS } from "../config.ts";
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
 * client secrets that were replaced, for as long as tokens from before may live.
 */
export interface AccessList {
  /** Enters a change at once. One that is older than what is known changes nothing. */
  apply(access: StoredAccess): void;
  /** Reads the changes from the database; several callers at once share one reading. */
  refresh(): Promise<void>;
  /** Whether the list holds every change that is older than five seconds. */
  isFresh(): boolean;
  /** Makes the list fresh. @throws http.unavailable when the database does not answer: better no answer than a wrong one. */
  ensureFresh(): Promise<void>;
  /** Whether a token with these versions has been overtaken by a change. */
  isRevoked(agentId: Id<"agt">, accessVersion: number, secretVersion: number | undefined): boolean;
}

export function createAccessList(database: DatabaseHandle, clock: Clock): AccessList {
  const changes = new Map<Id<"agt">, StoredAccess & { knownSince: number }>();
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

  async function read(): Promise<void> {
    const startedAt = clock.monotonic();
    const sinceLastSeconds = (startedAt - freshSince) / 1_000;
    const seconds = Math.min(KEEP_SECONDS, sinceLastSeconds + OVERLAP_SECONDS);
    try {
      for (const access of await listAccessChanges(database.kysely, Math.ceil(seconds))) apply(access);
    } catch (error) {
      failedAt = clock.monotonic();
      throw error;
    }
    freshSince = startedAt;
    for (const [agentId, { knownSince }] of changes) {
      if (startedAt - knownSince > KEEP_SECONDS * 1_000) changes.delete(agentId);
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
  };
}

const unavailable = (cause?: unknown) =>
  httpErrors.unavailable({
    detail: "Whether the access token still holds cannot be told without the database. Try again in a moment.",
    retryAfterSeconds: 1,
    cause,
  });
