import { fromBase64, toBase64 } from "./base64.ts";

const PUBLIC_KEY_PREFIX = "ed25519:";
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** What PKCS #8 puts before an Ed25519 seed (RFC 8410, section 7). */
const PKCS8_PREFIX = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);

/**
 * The points of order 1, 2, 4 and 8, sign bit cleared, with their non-canonical spellings (as in libsodium). Anyone can
 * make a signature that verifies under such a key, and any secret shared with it is zero, so it is nobody's.
 */
export const SMALL_ORDER_POINTS: ReadonlySet<string> = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** The text form of a raw public key: `ed25519:` and the standard base64 of its 32 bytes. */
export const formatPublicKey = (rawPublicKey: Uint8Array): string => `${PUBLIC_KEY_PREFIX}${toBase64(rawPublicKey)}`;

/**
 * The 32 raw bytes of `ed25519:<standard base64>`, or undefined when the text is not exactly that. A second spelling of
 * a key is refused, and so are the keys of small order.
 */
export function parsePublicKey(publicKey: string): Uint8Array<ArrayBuffer> | undefined {
  if (!publicKey.startsWith(PUBLIC_KEY_PREFIX)) return undefined;
  const raw = fromBase64(publicKey.slice(PUBLIC_KEY_PREFIX.length));
  return raw?.length === KEY_BYTES && !isSmallOrder(raw) ? raw : undefined;
}

/** The 32 bytes of a seed in standard base64; undefined when the text is not exactly that. */
export function parseSeed(privateKey: string): Uint8Array<ArrayBuffer> | undefined {
  const seed = fromBase64(privateKey);
  return seed?.length === KEY_BYTES ? seed : undefined;
}

/** First 16 hex digits of SHA-256 over the raw public key, upper case, in groups of four: `21FE-31DF-A154-A261`. */
export async function fingerprintOf(rawPublicKey: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", rawPublicKey));
  return toHex(digest.subarray(0, 8))
    .toUpperCase()
    .replace(/(.{4})(?=.)/g, "$1-");
}

/** The raw public key of a 32-byte seed. */
export async function publicKeyOf(seed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { x = "" } = await crypto.subtle.exportKey("jwk", await importSeed(seed));
  const raw = fromBase64(`${x.replaceAll("-", "+").replaceAll("_", "/")}=`);
  if (raw === undefined) throw new TypeError("WebCrypto gave no Ed25519 public key.");
  return raw;
}

/** Signs with a 32-byte seed (Ed25519, RFC 8032): 64 bytes, the same ones each time. */
export async function signWithSeed(
  seed: Uint8Array,
  message: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign("Ed25519", await importSeed(seed), message));
}

/**
 * Checks an Ed25519 signature (64 bytes as standard base64) by `publicKey` (`ed25519:…`) over `message`.
 * Answers false, and never throws, for a signature or a key that is malformed.
 */
export async function verifySignature(
  publicKey: string,
  message: Uint8Array<ArrayBuffer>,
  signature: string,
): Promise<boolean> {
  const raw = parsePublicKey(publicKey);
  const bytes = fromBase64(signature);
  if (raw === undefined || bytes?.length !== SIGNATURE_BYTES) return false;
  try {
    const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, bytes, message);
  } catch {
    return false;
  }
}

/** Lower-case hexadecimal digits. */
export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const importSeed = (seed: Uint8Array) =>
  crypto.subtle.importKey("pkcs8", new Uint8Array([...PKCS8_PREFIX, ...seed]), "Ed25519", true, ["sign"]);

function isSmallOrder(raw: Uint8Array): boolean {
  const point = Uint8Array.from(raw);
  point[KEY_BYTES - 1] = (raw[KEY_BYTES - 1] ?? 0) & 0x7f;
  return SMALL_ORDER_POINTS.has(toHex(point));
}
