import { constantTimeEqual, hmacHex, randomToken } from "@reef/crypto";
import { frameSigningBytes, parsePublicKey, SIGNING_DOMAIN, verifySignature } from "@reef/proofs";
import { identityErrors } from "../errors.ts";
import type { ServiceDependencies } from "./dependencies.ts";

const CHALLENGE_TTL_MS = 300_000;
/** How far the clocks of two processes of one reef may differ before the one's challenges are from the other's future. */
const CLOCK_TOLERANCE_MS = 5_000;

/** A challenge as it leaves the reef. */
export interface IssuedChallenge {
  nonce: string;
  /** The framed bytes, in base64. */
  signingInput: string;
  expiresAt: string;
}

/**
 * Challenges that need no memory: a nonce is `<expiry in ms>.<random>.<HMAC>`, and the HMAC also covers the message, and
 * by it the purpose and the keys. Whoever must not accept one twice remembers those that it accepted.
 */
export function createChallenges({ challengeKey, clock }: Pick<ServiceDependencies, "challengeKey" | "clock">) {
  const seal = (message: string, expiresAtMs: string, random: string) =>
    hmacHex(challengeKey, `${message}\n${expiresAtMs}\n${random}`);

  return {
    /** A nonce for `message`, good for five minutes. */
    async createChallenge(message: string): Promise<IssuedChallenge> {
      const expiresAtMs = clock.now() + CHALLENGE_TTL_MS;
      const random = randomToken();
      const nonce = `${expiresAtMs}.${random}.${seal(message, String(expiresAtMs), random)}`;
      const bytes = await frameSigningBytes(SIGNING_DOMAIN, message, nonce);
      return {
        nonce,
        signingInput: Buffer.from(bytes).toString("base64"),
        expiresAt: new Date(expiresAtMs).toISOString(),
      };
    },

    /** When a nonce expires; undefined when it is not one of this reef's for that message, or not valid at this time. */
    findExpiry(message: string, nonce: string): Date | undefined {
      const [expiresAtMs = "", random = "", mac = ""] = nonce.split(".");
      const genuine = constantTimeEqual(mac, seal(message, expiresAtMs, random));
      const remainingMs = Number(expiresAtMs) - clock.now();
      const valid = genuine && remainingMs > 0 && remainingMs <= CHALLENGE_TTL_MS + CLOCK_TOLERANCE_MS;
      return valid ? new Date(Number(expiresAtMs)) : undefined;
    },
  };
}

/** The 32 bytes of a public key. @throws identity.invalid_key */
export function rawKeyOf(publicKey: string): Uint8Array<ArrayBuffer> {
  const rawKey = parsePublicKey(publicKey);
  if (rawKey === undefined) throw identityErrors.invalid_key();
  return rawKey;
}

/** Whether a key signed the frame of a message and its nonce. */
export async function isSignedBy(
  publicKey: string,
  { message, nonce, signature }: { message: string; nonce: string; signature: string },
): Promise<boolean> {
  return verifySignature(publicKey, await frameSigningBytes(SIGNING_DOMAIN, message, nonce), signature);
}
