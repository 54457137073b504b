import { toBase64 } from "./base64.ts";
import { parsePublicKey, publicKeyOf } from "./keys.ts";

const KEY_TYPE = "ssh-ed25519";
const MAGIC = "openssh-key-v1\0";
/** OpenSSH pads the private part to this, the block size of "no cipher". */
const BLOCK_BYTES = 8;
const LINE_LENGTH = 70;

const utf8 = new TextEncoder();

/**
 * The line of an OpenSSH public key, without a comment: `ssh-ed25519 AAAA…`.
 *
 * @throws TypeError when the key (`ed25519:…`) is malformed.
 */
export function sshPublicKey(publicKey: string): string {
  const raw = parsePublicKey(publicKey);
  if (raw === undefined) throw new TypeError("It is no Ed25519 public key.");
  return `${KEY_TYPE} ${toBase64(publicBlob(raw))}`;
}

/**
 * The text of an unencrypted OpenSSH private key file (PROTOCOL.key of OpenSSH) for a 32-byte seed. The check numbers,
 * which are otherwise random, are zero: the same seed gives the same file.
 */
export async function sshPrivateKey(seed: Uint8Array): Promise<string> {
  const raw = await publicKeyOf(seed);
  const secret = concat(
    u32(0),
    u32(0),
    text(KEY_TYPE),
    field(raw),
    // The private half is the seed and the public key after each other.
    field(concat(seed, raw)),
    text(""),
  );
  const padding = Uint8Array.from({ length: -secret.length & (BLOCK_BYTES - 1) }, (_zero, index) => index + 1);
  const file = concat(
    utf8.encode(MAGIC),
    // No cipher, no key derivation, its empty options, one key.
    text("none"),
    text("none"),
    text(""),
    u32(1),
    field(publicBlob(raw)),
    field(concat(secret, padding)),
  );
  const lines = toBase64(file).match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n");
}

/**
 * A line of git's `gpg.ssh.allowedSignersFile`: who is believed under this key (ALLOWED SIGNERS in ssh-keygen(1)).
 *
 * @throws TypeError when the address could be read as a pattern, as several addresses, or as options; or for a bad key.
 */
export function allowedSignersLine(email: string, publicKey: string): string {
  if (!/^[^\s"#*,?!\p{Cc}]+@[^\s"#*,?!\p{Cc}]+$/u.test(email)) {
    throw new TypeError("An address of an allowed signer is one e-mail address without spaces, quotes or wildcards.");
  }
  return `${email} ${sshPublicKey(publicKey)}`;
}

const publicBlob = (raw: Uint8Array) => concat(text(KEY_TYPE), field(raw));

const text = (value: string) => field(utf8.encode(value));

/** A string of the SSH protocol: its length in four bytes, then its bytes (RFC 4251, section 5). */
const field = (bytes: Uint8Array) => concat(u32(bytes.length), bytes);

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
