import { deriveKey, hmacHex, openSealed, seal, sha256Hex } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Adapter, errors } from "oidc-provider";
import type { Clock } from "../clock.ts";
import {
  consumeState,
  deleteState,
  deleteStatesOfGrant,
  findGrantId,
  findState,
  upsertState,
} from "../store/oauth-state.ts";

/** How oidc-provider's state is hidden from whoever reads the database. */
export interface StateSecrets {
  /** What stands in the database for the id of a request, grant, code or token. */
  idOf(model: string, id: string): string;
  seal(id: string, payload: object): string;
  open(id: string, sealed: string): StatePayload;
  /** The short code by which an agent finds the request with this uid: ten letters and digits, 50 bits. */
  userCodeOf(uid: string): string;
  /** The id of the grant of the request with this uid: one, however often it is made. */
  grantIdOf(uid: string): string;
  /** What stands in the database for a short code, in whichever way a person wrote it. */
  userCodeHash(code: string): string;
}

/** The part of a state that this module reads. */
export interface StatePayload {
  /** The id itself: of an interaction, its uid. */
  jti?: string;
  grantId?: string;
  params?: Record<string, string | undefined>;
}

/** Crockford's base32: no letters that are taken for digits. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 10;

export function createStateSecrets(masterSecret: string): StateSecrets {
  const sealingKey = deriveKey(masterSecret, "identity.oauth_state");
  const codeKey = deriveKey(masterSecret, "identity.user_codes");
  return {
    idOf: (model, id) => sha256Hex(`${model}\n${id}`),
    seal: (id, payload) => seal(sealingKey, JSON.stringify(payload), id),
    open: (id, sealed) => JSON.parse(openSealed(sealingKey, sealed, id)) as StatePayload,
    userCodeOf(uid) {
      const bytes = Buffer.from(hmacHex(codeKey, `code\n${uid}`), "hex").subarray(0, CODE_LENGTH);
      const letters = Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
      return `${letters.slice(0, CODE_LENGTH / 2)}-${letters.slice(CODE_LENGTH / 2)}`;
    },
    grantIdOf: (uid) => hmacHex(codeKey, `grant\n${uid}`),
    // A digest without a key could be guessed within the code's ten minutes.
    userCodeHash: (code) => hmacHex(codeKey, `hash\n${plainCode(code)}`),
  };
}

const plainCode = (code: string) =>
  code
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");

/** What a model of oidc-provider keeps in the database. Nothing is ever read before it is looked at whether it expired. */
export function createStateAdapter(
  model: string,
  { db, clock, secrets }: { db: Connection; clock: Clock; secrets: StateSecrets },
): Adapter {
  const idOf = (id: string) => secrets.idOf(model, id);
  const grantIdOf = (grantId: string) => secrets.idOf("Grant", grantId);
  const now = () => new Date(clock.now());

  return {
    async upsert(id, payload, lifeSeconds) {
      const stored = idOf(id);
      await upsertState(db, {
        id: stored,
        model,
        sealedPayload: secrets.seal(stored, payload),
        grantId: typeof payload.grantId === "string" && model !== "Interaction" ? grantIdOf(payload.grantId) : null,
        userCodeHash: model === "Interaction" ? secrets.userCodeHash(secrets.userCodeOf(id)) : null,
        expiresAt: new Date(clock.now() + lifeSeconds * 1_000),
      });
    },
    async find(id) {
      const stored = await findState(db, idOf(id), now());
      if (stored === undefined) return undefined;
      const consumed = stored.consumedAt && { consumed: Math.floor(stored.consumedAt.getTime() / 1_000) };
      return { ...secrets.open(idOf(id), stored.sealedPayload), ...consumed };
    },
    /** Used twice at the same moment is used twice: whoever is late gets nothing, and the grant ends. */
    async consume(id) {
      if (await consumeState(db, idOf(id), now())) return;
      const grantId = await findGrantId(db, idOf(id));
      if (grantId !== undefined) {
        await deleteStatesOfGrant(db, grantId);
        await deleteState(db, grantId);
      }
      throw new errors.InvalidGrant("it was used by another request at the same moment");
    },
    destroy: (id) => deleteState(db, idOf(id)),
    revokeByGrantId: (grantId) => deleteStatesOfGrant(db, grantIdOf(grantId), model),
  };
}

/**
 * For what is kept nowhere. Sessions: each authorization is approved by itself, so no browser stays signed in. Access
 * tokens: they are self-contained.
 */
export const emptyAdapter: Adapter = {
  upsert: async () => undefined,
  find: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
};
