import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromBase64, toBase64 } from "./base64.ts";
import { parsePublicKey } from "./keys.ts";

const VERSION = 1;
const ALGORITHM = "x25519-xchachapoly";
const NONCE_BYTES = 24;
const KEY_BYTES = 32;
/** What the key of a message is derived for; another purpose gives another key. */
const SEAL_INFO = "reef:seal:v1";

const utf8 = new TextEncoder();
const associated = utf8.encode(`${VERSION}:${ALGORITHM}`);

/** A message that only its recipient can read; every field but `v` and `algorithm` is standard base64. */
export interface SealedEnvelope {
  v: typeof VERSION;
  /** The X25519 public key that was made for this message alone. */
  ephemeral_public_key: string;
  /** 24 random bytes. */
  nonce: string;
  /** XChaCha20-Poly1305 with its 16-byte tag at the end. */
  ciphertext: string;
  algorithm: typeof ALGORITHM;
}

/** What is not a sealed message for this key: malformed, altered, or for somebody else. Which one is not told. */
export class UnsealError extends Error {
  constructor(options?: ErrorOptions) {
    super("This is no sealed message for this key, or it was altered.", options);
    this.name = "UnsealError";
  }
}

/** What chance gives, so that a test can give it instead. */
export interface SealChance {
  ephemeralPrivateKey: Uint8Array;
  nonce: Uint8Array;
}

/**
 * Seals a text for the holder of an Ed25519 key (`ed25519:…`): X25519 with a key made for this message, HKDF-SHA256
 * without salt, XChaCha20-Poly1305. It proves nothing about who wrote it; a signature does that.
 *
 * @throws TypeError when the key is none, or none that anybody holds.
 */
export function sealFor(recipientPublicKey: string, plaintext: string, info: string = SEAL_INFO): SealedEnvelope {
  const ephemeralPrivateKey = x25519.utils.randomSecretKey();
  return sealWith({ ephemeralPrivateKey, nonce: randomNonce() }, recipientPublicKey, plaintext, info);
}

/** {@link sealFor} with what is otherwise random. Never use a pair twice: the same key and nonce betray both texts. */
export function sealWith(
  { ephemeralPrivateKey, nonce }: SealChance,
  recipientPublicKey: string,
  plaintext: string,
  info: string,
): SealedEnvelope {
  const recipient = montgomeryOf(recipientPublicKey);
  if (recipient === undefined)
    throw new TypeError("The recipient's key is no Ed25519 public key that can be sealed for.");
  const key = deriveKey(ephemeralPrivateKey, recipient, info);
  return {
    v: VERSION,
    ephemeral_public_key: toBase64(x25519.getPublicKey(ephemeralPrivateKey)),
    nonce: toBase64(nonce),
    ciphertext: toBase64(xchacha20poly1305(key, nonce, associated).encrypt(utf8.encode(plaintext))),
    algorithm: ALGORITHM,
  };
}

/**
 * The text of a sealed message, with the recipient's 32-byte Ed25519 seed. `envelope` may be anything that came from
 * outside, as parsed JSON.
 *
 * @throws UnsealError when it is malformed, altered, for another key or for another purpose (`info`).
 */
export function openSealed(privateSeed: Uint8Array, envelope: unknown, info: string = SEAL_INFO): string {
  const parts = partsOf(envelope);
  if (parts === undefined) throw new UnsealError();
  try {
    const key = deriveKey(ed25519.utils.toMontgomerySecret(privateSeed), parts.ephemeralPublicKey, info);
    const plaintext = xchacha20poly1305(key, parts.nonce, associated).decrypt(parts.ciphertext);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plaintext);
  } catch (cause) {
    throw new UnsealError({ cause });
  }
}

/** The X25519 key pair of an Ed25519 seed (the clamped first half of its SHA-512). */
export function x25519FromSeed(seed: Uint8Array): { privateKey: Uint8Array; publicKey: Uint8Array } {
  const privateKey = ed25519.utils.toMontgomerySecret(seed);
  return { privateKey, publicKey: x25519.getPublicKey(privateKey) };
}

/** The X25519 form of an Ed25519 public key; undefined when it is no point of the curve. */
function montgomeryOf(publicKey: string): Uint8Array | undefined {
  const raw = parsePublicKey(publicKey);
  if (raw === undefined) return undefined;
  try {
    return ed25519.utils.toMontgomery(raw);
  } catch {
    return undefined;
  }
}

/** @throws when the shared secret is all zeros, which is what a public key of small order gives for every private key. */
function deriveKey(privateKey: Uint8Array, publicKey: Uint8Array, info: string): Uint8Array {
  const shared = x25519.getSharedSecret(privateKey, publicKey);
  if (shared.every((byte) => byte === 0)) throw new TypeError("The other key has no secret to share.");
  return hkdf(sha256, shared, undefined, utf8.encode(info), KEY_BYTES);
}

const randomNonce = () => crypto.getRandomValues(new Uint8Array(NONCE_BYTES));

function partsOf(envelope: unknown) {
  if (typeof envelope !== "object" || envelope === null) return undefined;
  const { v, algorithm, ...fields } = envelope as Record<string, unknown>;
  if (v !== VERSION || algorithm !== ALGORITHM) return undefined;
  const ephemeralPublicKey = bytesOf(fields.ephemeral_public_key);
  const nonce = bytesOf(fields.nonce);
  const ciphertext = bytesOf(fields.ciphertext);
  if (ephemeralPublicKey?.length !== KEY_BYTES || nonce?.length !== NONCE_BYTES || !ciphertext) return undefined;
  return { ephemeralPublicKey, nonce, ciphertext };
}

const bytesOf = (value: unknown) => (typeof value === "string" ? fromBase64(value) : undefined);
