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

/** What PKCS #8 puts before an Ed25519 seed (RFC 8410, section 7). */
const PKCS8_PREFIX = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);

/** A new random key. */
export const generateKey = (): Promise<Key> =>
  keyFromSeed(toBase64(crypto.getRandomValues(new Uint8Array(SEED_BYTES))));

/** The key of a seed. @throws TypeError when it is not the base64 of 32 bytes. */
export async function keyFromSeed(privateKey: string): Promise<Key> {
  const seed = fromBase64(privateKey);
  if (seed.length !== SEED_BYTES) throw new TypeError("An Ed25519 seed is the base64 of 32 bytes.");
  const pkcs8 = new Uint8Array([...PKCS8_PREFIX, ...seed]);
  const signing = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x = "" } = await crypto.subtle.exportKey("jwk", signing);
  const rawPublicKey = fromBase64(x.replaceAll("-", "+").replaceAll("_", "/"));
  return {
    privateKey,
    publicKey: `ed25519:${toBase64(rawPublicKey)}`,
    fingerprint: await fingerprintOf(rawPublicKey),
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("Ed25519", signing, bytes)),
  };
}

async function fingerprintOf(rawPublicKey: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", rawPublicKey)).subarray(0, 8);
  const digits = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.toUpperCase().replace(/(.{4})(?=.)/g, "$1-");
}

/** Standard base64. */
export const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** The bytes of standard base64; none when it is malformed. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** Base64 without padding, safe in URLs (RFC 4648, section 5). */
export const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
