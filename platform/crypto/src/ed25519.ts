import { createPrivateKey, sign } from "node:crypto";

const PUBLIC_KEY_PREFIX = "ed25519:";
const SEED_BYTES = 32;

/** What PKCS #8 puts before an Ed25519 seed (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** The JWK form of an Ed25519 public key (RFC 8037). */
export interface Ed25519Jwk {
  kty: "OKP";
  crv: "Ed25519";
  x: string;
}

/** The key as a JWK, for JOSE libraries. */
export function publicKeyJwk(rawPublicKey: Uint8Array): Ed25519Jwk {
  return { kty: "OKP", crv: "Ed25519", x: Buffer.from(rawPublicKey).toString("base64url") };
}

/** A key that signs: its public half as text, and the signatures as standard base64. */
export interface SigningKeyPair {
  publicKey: string;
  sign(message: Uint8Array): string;
}

/** The Ed25519 key pair of a 32-byte seed, such as `deriveKey` gives. Throws on a seed of another length. */
export function signingKeyFromSeed(seed: Uint8Array): SigningKeyPair {
  if (seed.length !== SEED_BYTES) throw new TypeError("An Ed25519 seed has 32 bytes.");
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  const raw = Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
  return {
    publicKey: `${PUBLIC_KEY_PREFIX}${raw.toString("base64")}`,
    sign: (message) => sign(null, message, key).toString("base64"),
  };
}
