import { constantTimeEqual, hmacHex, parsePublicKey, randomToken, verifySignature } from "@reef/crypto";
import { frameSigningBytes } from "@reef/proofs";
import type { Challenge } from "../contract.ts";
import { identityErrors } from "../errors.ts";
import type { ServiceDependencies } from "./dependencies.ts";

const DOMAIN = "reef:v1";
const CHALLENGE_TTL_MS = 300_000;

/** The bytes whose signature proves that a new agent holds the private key of `publicKey`. */
const registrationSigningBytes = (publicKey: string, nonce: string) =>
  frameSigningBytes(DOMAIN, `reef:register:${publicKey}`, nonce);

/**
 * Challenges that need no memory: a nonce is `<expiry in ms>.<random>.<HMAC>`, and the HMAC also covers the public key.
 * One may be used again within its five minutes, but a key registers only once.
 */
export function createChallenges({ challengeKey, clock }: Pick<ServiceDependencies, "challengeKey" | "clock">) {
  const seal = (publicKey: string, expiresAtMs: string, random: string) =>
    hmacHex(challengeKey, `${publicKey}\n${expiresAtMs}\n${random}`);

  return {
    /** @throws identity.invalid_key */
    async createChallenge(publicKey: string): Promise<Challenge> {
      rawKeyOf(publicKey);
      const expiresAtMs = clock.now() + CHALLENGE_TTL_MS;
      const random = randomToken();
      const nonce = `${expiresAtMs}.${random}.${seal(publicKey, String(expiresAtMs), random)}`;
      const bytes = await registrationSigningBytes(publicKey, nonce);
      return {
        nonce,
        signingInput: Buffer.from(bytes).toString("base64"),
        expiresAt: new Date(expiresAtMs).toISOString(),
      };
    },

    /**
     * Checks a signed challenge.
     *
     * @returns the raw public key that it proves.
     * @throws identity.invalid_key, identity.invalid_proof
     */
    async verifyProof(proof: { publicKey: string; nonce: string; signature: string }): Promise<Buffer> {
      const rawKey = rawKeyOf(proof.publicKey);
      const [expiresAtMs = "", random = "", mac = ""] = proof.nonce.split(".");
      const genuine = constantTimeEqual(mac, seal(proof.publicKey, expiresAtMs, random));
      if (!genuine || Number(expiresAtMs) <= clock.now()) throw identityErrors.invalid_proof();
      const bytes = await registrationSigningBytes(proof.publicKey, proof.nonce);
      if (!verifySignature(rawKey, bytes, proof.signature)) throw identityErrors.invalid_proof();
      return rawKey;
    },
  };
}

function rawKeyOf(publicKey: string): Buffer {
  const rawKey = parsePublicKey(publicKey);
  if (rawKey === undefined) throw identityErrors.invalid_key();
  return rawKey;
}
