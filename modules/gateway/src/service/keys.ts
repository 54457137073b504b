import { createHash, randomBytes } from "node:crypto";
import type { Id } from "@reef/crypto";
import { type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, MemberCaller, PersonCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { Clock } from "../clock.ts";
import type { KeyCache } from "../contract/cache.ts";
import type { GatewayKey, GatewayKeyChange, IssuedGatewayKey, NewGatewayKey } from "../contract/keys.ts";
import { gatewayErrors } from "../errors.ts";
import * as store from "../store/keys.ts";
import type { CaptureService } from "./captures.ts";

export interface KeyServiceDependencies {
  identity: Pick<IdentityApi, "listAgentsById">;
  captures: Pick<CaptureService, "purgeNow">;
  /** Whether there is what tells how alike two questions are. */
  hasEncoder: boolean;
  cursors: Cursors;
  clock: Clock;
}

const SECRET_BYTES = 32;
const HINT_CHARACTERS = 4;
const LIST = "gateway.listKeys";

/** A new secret: 256 random bits in 43 characters behind `rk_`, and what is kept of it. */
function newSecret() {
  const secret = `rk_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { secret, hash: createHash("sha256").update(secret).digest(), hint: secret.slice(-HINT_CHARACTERS) };
}

/** The keys with which programs and agents call models. */
export function createKeyService({ identity, captures, hasEncoder, cursors, clock }: KeyServiceDependencies) {
  /** @throws gateway.no_encoder */
  function requireEncoder(cache: KeyCache | undefined): void {
    if (cache?.semantic && !hasEncoder) throw gatewayErrors.no_encoder();
  }

  /** @throws gateway.ends_in_the_past */
  function endOf(expiresAt: string | null): Date | null {
    if (expiresAt === null) return null;
    const end = new Date(expiresAt);
    if (end.getTime() <= clock.now()) throw gatewayErrors.ends_in_the_past();
    return end;
  }

  function view(key: store.StoredKey): GatewayKey {
    const { createdAt, expiresAt, revokedAt, lastUsedAt, ...rest } = key;
    const isOver = expiresAt !== null && expiresAt.getTime() <= clock.now();
    return {
      ...rest,
      state: revokedAt !== null ? "revoked" : isOver ? "expired" : "active",
      expiresAt: expiresAt?.toISOString() ?? null,
      revokedAt: revokedAt?.toISOString() ?? null,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    };
  }

  return {
    /**
     * Creates a key, whose secret is in the answer alone: it is stored as its SHA-256, and the answer is kept for repetition
     * only sealed.
     *
     * @throws gateway.no_such_agent when the organization has none with this id, gateway.ends_in_the_past, gateway.no_encoder
     */
    createKey: ({ caller, db }: Call<PersonCaller>, input: NewGatewayKey): Promise<IssuedGatewayKey> =>
      transact(db, async (transaction) => {
        const { organizationId } = caller;
        const { name, agentId, workspaceId, models, requestsPerMinute, tokensPerMinute, capture, cache } = input;
        requireEncoder(cache);
        const expiresAt = endOf(input.expiresAt);
        if (agentId !== undefined) {
          const found = await identity.listAgentsById(transaction, organizationId, [agentId]);
          if (found.size === 0) throw gatewayErrors.no_such_agent();
        }
        const { secret, hash, hint } = newSecret();
        const key = await store.insertKey(transaction, organizationId, {
          name,
          hash,
          hint,
          agentId: agentId ?? null,
          workspaceId: workspaceId ?? null,
          models: models && [...new Set(models)],
          requestsPerMinute,
          tokensPerMinute,
          capture,
          cache,
          createdBy: { personId: caller.personId, name: caller.name },
          createdAt: new Date(clock.now()),
          expiresAt,
        });
        return { ...view(key), secret };
      }),

    /** People get all keys of the organization, agents their own. @throws list.invalid_cursor */
    async listKeys(
      { caller, db }: Call<MemberCaller>,
      { limit, cursor, agentId, workspaceId, state }: KeyQuery,
    ): Promise<Page<GatewayKey>> {
      const { organizationId } = caller;
      const own = reachOf(caller);
      const before = cursor === undefined ? undefined : (cursors.decode(LIST, cursor)[0] as Id<"key">);

      // An agent that asks for another one's keys gets none of them.
      if (own !== undefined && agentId !== undefined && own !== agentId)
        return { items: [], nextCursor: null, total: 0 };
      const now = new Date(clock.now());
      const filter = { agentId: own ?? agentId, workspaceId, state, now };
      const rows = await store.listKeys(db, organizationId, { ...filter, limit: limit + 1, before });
      const total = await store.countKeys(db, organizationId, filter);
      const page = pageOf(rows, limit, total, ({ id }) => cursors.encode(LIST, [id]));
      return { ...page, items: page.items.map(view) };
    },

    /** @throws gateway.key_not_found when the organization has no such key, or it is not the agent's own. */
    async getKey({ caller, db }: Call<MemberCaller>, keyId: Id<"key">): Promise<GatewayKey> {
      const key = await store.findKey(db, caller.organizationId, keyId, { agentId: reachOf(caller) });
      if (key === undefined) throw gatewayErrors.key_not_found();
      return view(key);
    },

    /**
     * Changes a key, which holds in every process within a second.
     *
     * @throws gateway.key_not_found, gateway.key_revoked, gateway.ends_in_the_past, gateway.no_encoder, gateway.changed when
     * `ifMatch` is not the current version.
     */
    updateKey: (
      { caller, db }: Call<PersonCaller>,
      keyId: Id<"key">,
      change: GatewayKeyChange,
      { purge }: { purge: "true" | "false" },
      ifMatch: number | undefined,
    ): Promise<GatewayKey> =>
      transact(db, async (transaction) => {
        const { organizationId } = caller;
        const key = await store.findKey(transaction, organizationId, keyId, { forUpdate: true });
        if (key === undefined) throw gatewayErrors.key_not_found();
        if (ifMatch !== undefined && ifMatch !== key.version) {
          throw gatewayErrors.changed({ currentVersion: key.version });
        }
        if (key.revokedAt !== null) throw gatewayErrors.key_revoked();
        const { name, models, requestsPerMinute, tokensPerMinute, capture, cache, expiresAt } = change;
        requireEncoder(cache);
        if (purge === "true") await captures.purgeNow(transaction, organizationId, keyId);
        const updated = await store.updateKey(transaction, organizationId, keyId, {
          ...(name !== undefined && { name }),
          ...(models !== undefined && { models: models && [...new Set(models)] }),
          ...(requestsPerMinute !== undefined && { requestsPerMinute }),
          ...(tokensPerMinute !== undefined && { tokensPerMinute }),
          ...(capture !== undefined && { capture }),
          ...(cache !== undefined && { cache }),
          ...(expiresAt !== undefined && { expiresAt: endOf(expiresAt) }),
        });
        return view(updated);
      }),

    /** Revokes a key: every process refuses it within a second. Revoking it again changes nothing. @throws gateway.key_not_found */
    async revokeKey({ caller, db }: Call<PersonCaller>, keyId: Id<"key">): Promise<void> {
      const isThere = await store.revokeKey(db, caller.organizationId, keyId, new Date(clock.now()));
      if (!isThere) throw gatewayErrors.key_not_found();
    },
  };
}

export type KeyService = ReturnType<typeof createKeyService>;

interface KeyQuery {
  limit: number;
  cursor?: string | undefined;
  agentId?: Id<"agt"> | undefined;
  workspaceId?: Id<"wsp"> | undefined;
  state?: store.KeyFilter["state"];
}

/** Whose keys the caller sees: undefined for people, who see all of their organization. */
const reachOf = (caller: MemberCaller): Id<"agt"> | undefined => (caller.kind === "agent" ? caller.agentId : undefined);
