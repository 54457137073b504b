import type { ActionRecorder, Call } from "@reef/http/call";

/** A message that the caller has signed with its own key, checked. */
export interface SignedMessage {
  message: string;
  nonce: string;
  /** Standard base64 of the Ed25519 signature over the framed message. */
  signature: string;
  /** The key that signed, as `ed25519:<base64>`. */
  publicKey: string;
}

/** What other modules and the server use of this module. */
export interface SigningApi {
  /** Records who did what in the organization's audit ledger. */
  recorder: ActionRecorder;
  /** The key that signs the checkpoints of the audit ledgers, `ed25519:…`: whoever knows it can verify an export. */
  auditPublicKey: string;
  /**
   * The caller's own signing request, completed by a valid signature.
   *
   * @throws signing.not_found when it is unknown or another agent's, signing.not_signed when it has no valid signature.
   */
  getSigned(call: Call, signingRequestId: string): Promise<SignedMessage>;
}
