import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { fromBase64, toBase64 } from "../base64.ts";
import { formatPublicKey, publicKeyOf } from "../keys.ts";
import type { ArchivedKey } from "./records.ts";

/** About a second and 128 MiB for each guess (RFC 7914). Others are not accepted: a file must not choose what we spend. */
const COST = { n: 2 ** 17, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 24;
const DOMAIN = "reef:archive-key:v1";

const utf8 = new TextEncoder();

/** The least characters of a passphrase: whoever has the file may guess for ever. */
export const shortestPassphrase = 12;

/** The passphrase is wrong, or the encrypted key was altered. */
export class WrongPassphraseError extends Error {
  constructor(options?: ErrorOptions) {
    super("The passphrase does not open the archive's key.", options);
    this.name = "WrongPassphraseError";
  }
}

/** Encrypts a 32-byte seed for an archive. @throws TypeError for a passphrase of fewer than {@link shortestPassphrase} characters. */
export async function sealKeyForArchive(seed: Uint8Array, passphrase: string): Promise<ArchivedKey> {
  if (Array.from(passphrase).length < shortestPassphrase) {
    throw new TypeError(`A passphrase has at least ${shortestPassphrase} characters.`);
  }
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const cipher = xchacha20poly1305(await deriveKey(passphrase, salt), nonce, associated(await publicKeyTextOf(seed)));
  return {
    kind: "key",
    kdf: { name: "scrypt", ...COST, salt: toBase64(salt) },
    nonce: toBase64(nonce),
    ciphertext: toBase64(cipher.encrypt(seed)),
  };
}

/** The seed of the agent with this public key, from its archive. @throws WrongPassphraseError */
export async function openArchivedKey(
  { kdf, nonce, ciphertext }: ArchivedKey,
  publicKey: string,
  passphrase: string,
): Promise<Uint8Array> {
  const [salt, nonceBytes, sealed] = [kdf.salt, nonce, ciphertext].map(bytesOf);
  const hasOurCost = kdf.name === "scrypt" && kdf.n === COST.n && kdf.r === COST.r && kdf.p === COST.p;
  if (!hasOurCost || salt?.length !== SALT_BYTES || nonceBytes?.length !== NONCE_BYTES || sealed === undefined) {
    throw new WrongPassphraseError();
  }
  try {
    const cipher = xchacha20poly1305(await deriveKey(passphrase, salt), nonceBytes, associated(publicKey));
    const seed = cipher.decrypt(sealed);
    if ((await publicKeyTextOf(seed)) === publicKey) return seed;
  } catch (cause) {
    throw new WrongPassphraseError({ cause });
  }
  throw new WrongPassphraseError();
}

/** One text has several spellings in Unicode, and keyboards differ in which one they give. */
const deriveKey = (passphrase: string, salt: Uint8Array): Promise<Uint8Array> =>
  scryptAsync(utf8.encode(passphrase.normalize("NFKC")), salt, { N: COST.n, r: COST.r, p: COST.p, dkLen: KEY_BYTES });

const associated = (publicKey: string) => utf8.encode(`${DOMAIN}\n${publicKey}`);

const publicKeyTextOf = async (seed: Uint8Array): Promise<string> => formatPublicKey(await publicKeyOf(seed));

const bytesOf = (text: unknown) => (typeof text === "string" ? fromBase64(text) : undefined);
