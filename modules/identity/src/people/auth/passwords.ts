import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** Long enough that a guess has no chance, so that no rule about digits and signs is needed (NIST SP 800-63B, 5.1.1.2). */
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 128;

/** One of OWASP's equal recommendations for scrypt: 16 MiB and about 150 ms for each password, in libuv's thread pool. */
const COST = { N: 16_384, r: 8, p: 5 };
const MEMORY_BYTES = 64 * 1_024 * 1_024;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const FORM = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w+/]+=*)\$([\w+/]+=*)$/;

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** `scrypt$N$r$p$salt$key`; the parameters stand in it, so that they may grow later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(normalised(password), salt, KEY_BYTES, { ...COST, maxmem: MEMORY_BYTES });
  return `scrypt$${COST.N}$${COST.r}$${COST.p}$${salt.toString("base64")}$${key.toString("base64")}`;
}

/** Whether `password` is the one that `hash` was made of. */
export async function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  const [, N, r, p, salt, key] = FORM.exec(hash) ?? [];
  if (salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, "base64");
  const cost = { N: Number(N), r: Number(r), p: Number(p), maxmem: MEMORY_BYTES };
  const derived = await derive(normalised(password), Buffer.from(salt, "base64"), expected.length, cost);
  return timingSafeEqual(derived, expected);
}

/** The same characters may come composed or decomposed, as keyboards differ. */
const normalised = (password: string): string => password.normalize("NFKC");
