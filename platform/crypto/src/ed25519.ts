import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, sign, verify } from "node:crypto";

const PUBLIC_KEY_PREFIX = "ed25519:";
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/**
 * The points of order 1, 2, 4 and 8, sign bit cleared, with their non-canonical spellings (as in libsodium). Signatures
 * that verify under such a key can be made without any private key, so it proves nothing about who holds it.
 */
const SMALL_ORDER_POINTS = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** What PKCS #8 puts before an Ed25519 seed (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** The JWK form of an Ed25519 public key (RFC 8037). */
export interface Ed25519Jwk {
  kty: "OKP";
  crv: "Ed25519";
  x: string;
}

/**
 * The 32 raw bytes of `ed25519:<standard base64>`, or undefined when the text is not exactly that.
 * Non-canonical base64 is refused, so that one key has one spelling, and so are keys that anyone can sign for.
 */
export function parsePublicKey(publicKey: string): Buffer | undefined {
  if (!publicKey.startsWith(PUBLIC_KEY_PREFIX)) return undefined;
  const encoded = publicKey.slice(PUBLIC_KEY_PREFIX.length);
  const raw = Buffer.from(encoded, "base64");
  return raw.length === KEY_BYTES && raw.toString("base64") === encoded && !isSmallOrder(raw) ? raw : undefined;
}

function isSmallOrder(raw: Buffer): boolean {
  const point = Buffer.from(raw);
  point[KEY_BYTES - 1] = (raw[KEY_BYTES - 1] ?? 0) & 0x7f;
  return SMALL_ORDER_POINTS.has(point.toString("hex"));
}

/** First 16 hex digits of SHA-256 over the raw public key, upper case, in groups of four: `21FE-31DF-A154-A261`. */
export function fingerprintOf(rawPublicKey: Uint8Array): string {
  const digits = createHash("sha256").update(rawPublicKey).digest("hex").slice(0, 16).toUpperCase();
  return digits.replace(/(.{4})(?=.)/g, "$1-");
}

/** The key as a JWK, for JOSE libraries. */
export function publicKeyJwk(rawPublicKey: Uint8Array): Ed25519Jwk {
  return { kty: "OKP", crv: "Ed25519", x: Buffer.from(rawPublicKey).toString("base64url") };
}

/**
 * Checks an Ed25519 signature (RFC 8032, 64 bytes as standard base64) over `message`.
 * Answers false, and never throws, for a signature or a key that is malformed.
 */
export function verifySignature(rawPublicKey: Uint8Array, message: Uint8Array, signature: string): boolean {
  const bytes = Buffer.from(signature, "base64");
  if (bytes.length !== SIGNATURE_BYTES) return false;
  try {
    const key = createPublicKey({ key: publicKeyJwk(rawPublicKey) as JsonWebKey, format: "jwk" });
    return verify(null, message, key, bytes);
  } catch {
    return false;
  }
}

/** A key that signs: its public half as text, and the signatures as standard base64. */
export interface SigningKeyPair {
  publicKey: string;
  sign(message: Uint8Array): string;
}

/** The Ed25519 key pair of a 32-byte seed, such as `deriveKey` gives. Throws on a seed of another length. */
export function signingKeyFromSeed(seed: Uint8Array): SigningKeyPair {
  if (seed.length !== KEY_BYTES) throw new TypeError("An Ed25519 seed has 32 bytes.");
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  const raw = Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
  return {
    publicKey: `${PUBLIC_KEY_PREFIX}${raw.toString("base64")}`,
    sign: (message) => sign(null, message, key).toString("base64"),
  };
}
