import { generateKeyPairSync } from "node:crypto";
import { deriveKey, openSealed, seal } from "@reef/crypto";
import { type DatabaseHandle, StartupError, transact } from "@reef/db";
import { type CryptoKey, calculateJwkThumbprint, importJWK, type JWK } from "jose";
import type { Clock } from "../clock.ts";
import { MAX_TOKEN_SECONDS } from "../config.ts";
import {
  deleteSigningKeys,
  insertSigningKey,
  listSigningKeys,
  lockSigningKeys,
  type StoredSigningKey,
} from "../store/tokens.ts";

/** The name of Ed25519 signatures in JOSE (RFC 9864). */
export const SIGNING_ALGORITHM = "Ed25519";

const DAY_MS = 86_400_000;
/** A key is followed by a new one at this age. */
const ROTATE_AFTER_MS = 30 * DAY_MS;
/** A new key is published for this long before it signs, so that whoever keeps a copy of the JWKS has it by then. */
const PUBLISH_AHEAD_MS = 3_600_000;
/** A key that no longer signs stays until its last token has expired, and an hour for processes that switched late. */
const KEEP_AFTER_MS = MAX_TOKEN_SECONDS * 1_000 + 3_600_000;
/** An unknown key id makes a process look into the database at most this often, however many tokens name one. */
const RELOAD_PAUSE_MS = 5_000;

/** A signing key, opened. */
interface SigningKey {
  kid: string;
  privateJwk: JWK;
  publicKey: CryptoKey;
  activeFromMs: number;
}

/** The keys with which access tokens are signed, shared by all processes through the database. */
export interface SigningKeys {
  /** All keys as private JWKs, for the token endpoint. The array is a new one whenever the keys changed. */
  privateJwks(): readonly JWK[];
  /** The id of the key that signs now. */
  activeKid(): string;
  /** The public key with this id; undefined when there is none, also after a look into the database. */
  findPublicKey(kid: string): Promise<CryptoKey | undefined>;
  /** Reads the keys again. */
  reload(): Promise<void>;
  /**
   * Makes the first key, or a new one when the newest is 30 days old, and deletes those whose tokens have all expired.
   * Safe to call from any process at any time; a second call changes nothing.
   */
  rotate(): Promise<void>;
}

/** Opens the keys, and makes the first one where there is none. @throws StartupError with another master secret. */
export async function openSigningKeys(
  database: DatabaseHandle,
  masterSecret: string,
  clock: Clock,
): Promise<SigningKeys> {
  const sealingKey = deriveKey(masterSecret, "identity.signing_keys");
  let keys: readonly SigningKey[] = [];
  let privateJwks: readonly JWK[] = [];
  let reloadedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  async function open({ kid, sealedJwk, activeFrom }: StoredSigningKey): Promise<SigningKey> {
    const known = keys.find((key) => key.kid === kid && key.activeFromMs === activeFrom.getTime());
    if (known !== undefined) return known;
    const privateJwk = JSON.parse(unseal(sealingKey, sealedJwk, kid)) as JWK;
    const { d: _private, ...publicJwk } = privateJwk;
    const publicKey = (await importJWK(publicJwk, SIGNING_ALGORITHM)) as CryptoKey;
    return { kid, privateJwk, publicKey, activeFromMs: activeFrom.getTime() };
  }

  async function reload(): Promise<void> {
    const startedAt = clock.monotonic();
    const opened = await Promise.all((await listSigningKeys(database.kysely)).map(open));
    // Of two that overlap, the later one knows more.
    if (startedAt < reloadedAt) return;
    reloadedAt = startedAt;
    const same = opened.length === keys.length && opened.every((key) => keys.includes(key));
    if (same) return;
    keys = opened;
    privateJwks = opened.map((key) => key.privateJwk);
  }

  /** Tokens that come together with a key that is new here share one look. */
  function look(): Promise<void> {
    looking ??= reload().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function rotate(): Promise<void> {
    const isDue = ({ activeFrom, deletedKids }: RotationPlan) => activeFrom !== undefined || deletedKids.length > 0;
    if (isDue(planRotation(await listSigningKeys(database.kysely), clock.now()))) await carryOut();
    await reload();
  }

  /** Plans again behind the lock: another process may have done it all meanwhile. */
  async function carryOut(): Promise<void> {
    await transact(database.kysely, async (transaction) => {
      await lockSigningKeys(transaction);
      const { activeFrom, deletedKids } = planRotation(await listSigningKeys(transaction), clock.now());
      if (activeFrom !== undefined) {
        await insertSigningKey(transaction, await newSigningKey(sealingKey, new Date(clock.now()), activeFrom));
      }
      await deleteSigningKeys(transaction, deletedKids);
    });
  }

  await rotate();
  return {
    privateJwks: () => privateJwks,
    activeKid() {
      const active = keys.find((key) => key.activeFromMs <= clock.now()) ?? keys.at(-1);
      if (active === undefined) throw new Error("There is no signing key.");
      return active.kid;
    },
    async findPublicKey(kid) {
      const find = () => keys.find((key) => key.kid === kid)?.publicKey;
      const mayLook = looking !== undefined || clock.monotonic() - reloadedAt >= RELOAD_PAUSE_MS;
      if (find() === undefined && mayLook) await look();
      return find();
    },
    reload,
    rotate,
  };
}

/** What a rotation has to do: make a key that becomes active then, and delete keys. */
interface RotationPlan {
  activeFrom?: Date;
  deletedKids: string[];
}

/** The plan for keys that are ordered by when they become active, the last one first. */
function planRotation(stored: readonly StoredSigningKey[], nowMs: number): RotationPlan {
  const [newest] = stored;
  const deletedKids = stored
    // Each key ends when the one before it in this order becomes active.
    .filter((_key, index) => {
      const successor = stored[index - 1];
      return successor !== undefined && successor.activeFrom.getTime() + KEEP_AFTER_MS < nowMs;
    })
    .map((key) => key.kid);
  if (newest === undefined) return { activeFrom: new Date(nowMs), deletedKids };
  const due = newest.createdAt.getTime() + ROTATE_AFTER_MS <= nowMs;
  return due ? { activeFrom: new Date(nowMs + PUBLISH_AHEAD_MS), deletedKids } : { deletedKids };
}

async function newSigningKey(sealingKey: Uint8Array, createdAt: Date, activeFrom: Date): Promise<StoredSigningKey> {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) as JWK;
  const kid = await calculateJwkThumbprint(jwk);
  const privateJwk = { ...jwk, kid, alg: SIGNING_ALGORITHM, use: "sig" };
  return { kid, sealedJwk: seal(sealingKey, JSON.stringify(privateJwk), contextOf(kid)), createdAt, activeFrom };
}

const contextOf = (kid: string) => `identity.signing_keys/${kid}`;

function unseal(sealingKey: Uint8Array, sealed: string, kid: string): string {
  try {
    return openSealed(sealingKey, sealed, contextOf(kid));
  } catch (cause) {
    throw new StartupError(
      "The signing keys in the database were sealed with another master secret. Start the reef with the one it was set up with.",
      { cause },
    );
  }
}
