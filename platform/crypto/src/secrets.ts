import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

const TOKEN_BYTES = 32;

/** A random secret of 256 bits, as 64 hex digits. */
export function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString("hex");
}

/** SHA-256 of a text or bytes, as 64 hex digits. Enough to store a 256-bit random secret by; never use it for passwords. */
export function sha256Hex(value: string | Uint8Array): string {
  return createHash("sha256").update(value).digest("hex");
}

/** HMAC-SHA-256 of a text, as 64 hex digits. */
export function hmacHex(key: Uint8Array, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

/** Compares two strings in a time that depends on neither's content. */
export function constantTimeEqual(left: string, right: string): boolean {
  return timingSafeEqual(createHash("sha256").update(left).digest(), createHash("sha256").update(right).digest());
}

/** A 256-bit key for one purpose from the reef's master secret (HKDF-SHA-256, RFC 5869). */
export function deriveKey(masterSecret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", masterSecret, "", `reef:${purpose}`, 32));
}
