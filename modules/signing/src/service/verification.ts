import { sha256Hex } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { AgentCaller, Call } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import { fingerprintOf, frameSigningBytes, parsePublicKey, SIGNING_DOMAIN, verifySignature } from "@reef/proofs";
import type { Verification } from "../contract.ts";
import { findSignature } from "../store/requests.ts";
import { canonicalSignature } from "./signatures.ts";

export interface VerificationDependencies {
  identity: Pick<IdentityApi, "findKey">;
}

/** What is to be verified: a signature that this reef may know, or all that a computation needs. */
interface SignatureCheck {
  signature: string;
  message?: string | undefined;
  nonce?: string | undefined;
  publicKey?: string | undefined;
  fingerprint?: string | undefined;
}

const INVALID: Verification = {
  valid: false,
  signer: null,
  signedAt: null,
  messageHash: null,
  signingRequestId: null,
  keyRetiredAt: null,
};

/** Tells, to anybody, whose a signature is. */
export function createVerification({ identity }: VerificationDependencies) {
  /**
   * By what agents of this reef signed. Only a request that its own agent answered rightly counts, so a copy of the
   * signature on somebody else's request changes nothing.
   */
  async function lookUp(db: Connection, signature: string): Promise<Verification> {
    const found = await findSignature(db, signature);
    if (found === undefined) return INVALID;
    const { requestId: signingRequestId, messageHash, signedAt, signer } = found;
    return { ...INVALID, valid: true, signer, signedAt: signedAt.toISOString(), messageHash, signingRequestId };
  }

  /** By computation. The key may be one that this reef does not know; then there is no signer to name. */
  async function compute(db: Connection, signature: string, check: SignatureCheck): Promise<Verification> {
    const { message = "", nonce = "" } = check;
    const given = check.publicKey === undefined ? undefined : parsePublicKey(check.publicKey);
    const asked = given === undefined ? (check.fingerprint ?? "") : await fingerprintOf(given);
    const known = await identity.findKey(db, asked);
    const publicKey = check.publicKey ?? known?.publicKey ?? "";
    const frame = await frameSigningBytes(SIGNING_DOMAIN, message, nonce);
    if (!(await verifySignature(publicKey, frame, signature))) return INVALID;
    const valid = { ...INVALID, valid: true, messageHash: sha256Hex(message) };
    // A fingerprint is short enough to be made twice by somebody who works on it for years; the key decides.
    if (known?.publicKey !== publicKey) return valid;
    const { agentId, name, fingerprint, validUntil } = known;
    return {
      ...valid,
      signer: { agentId, name, fingerprint, publicKey },
      keyRetiredAt: validUntil?.toISOString() ?? null,
    };
  }

  return {
    /** Whether a signature is valid, and whose. Says nothing of a message that the asker does not have. */
    async verifySignature({ db }: Call<AgentCaller | undefined>, check: SignatureCheck): Promise<Verification> {
      const signature = canonicalSignature(check.signature);
      if (signature === undefined) return INVALID;
      return check.message === undefined ? lookUp(db, signature) : compute(db, signature, check);
    },
  };
}

export type VerificationService = ReturnType<typeof createVerification>;
