import { frameSigningBytes, identityMessages, SIGNING_DOMAIN, verifySignature } from "@reef/proofs";
import type { AgentKey } from "@reef/sdk";

/** Computes whether a key was introduced by the key before it: whether both signed that the one follows the other. */
export async function verifyRotation(
  agentId: string,
  older: Pick<AgentKey, "publicKey">,
  { publicKey, proof }: Pick<AgentKey, "publicKey" | "proof">,
): Promise<boolean> {
  if (proof === null) return false;
  const message = identityMessages.rotateKey(agentId, older.publicKey, publicKey);
  const frame = await frameSigningBytes(SIGNING_DOMAIN, message, proof.nonce);
  const [byOld, byNew] = await Promise.all([
    verifySignature(older.publicKey, frame, proof.oldSignature),
    verifySignature(publicKey, frame, proof.newSignature),
  ]);
  return byOld && byNew;
}
