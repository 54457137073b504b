import { fingerprintOf, formatPublicKey, parseSeed, publicKeyOf, signWithSeed, toBase64 } from "@reef/proofs";

/** An Ed25519 key pair of an agent. The seed is the private key: it never leaves this machine. */
export interface Key {
  /** The 32-byte seed, as standard base64. */
  privateKey: string;
  /** `ed25519:` and the standard base64 of the 32 bytes. */
  publicKey: string;
  /** How people know it: the start of SHA-256 over the public key, `21FE-31DF-A154-A261`. */
  fingerprint: string;
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

const SEED_BYTES = 32;

/** A new random key. */
export const generateKey = (): Promise<Key> =>
  keyFromSeed(toBase64(crypto.getRandomValues(new Uint8Array(SEED_BYTES))));

/** The key of a seed. @throws TypeError when it is not the base64 of 32 bytes. */
export async function keyFromSeed(privateKey: string): Promise<Key> {
  const seed = parseSeed(privateKey);
  if (seed === undefined) throw new TypeError("An Ed25519 seed is the base64 of 32 bytes.");
  const rawPublicKey = await publicKeyOf(seed);
  return {
    privateKey,
    publicKey: formatPublicKey(rawPublicKey),
    fingerprint: await fingerprintOf(rawPublicKey),
    sign: (bytes) => signWithSeed(seed, bytes),
  };
}
