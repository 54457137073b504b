import { frameSigningBytes, RESERVED_PREFIX, SIGNING_DOMAIN, toBase64 } from "@reef/proofs";
import { localError } from "./errors.ts";

/** What a reef asks a signature over. A {@link SigningRequest} of the API is one. */
export interface AskedSignature {
  /** What the caller means to sign: of its own making, or read and approved. */
  message: string;
  nonce: string;
  /** The bytes that the reef would have signed, in base64. They are only compared. */
  signingInput: string;
}

/**
 * Why a signature is asked for: `challenge` proves who holds a key (a registration, a recovery, a change of keys), `request`
 * is a signing request, over a message of somebody's choice.
 */
export type SigningPurpose = "challenge" | "request";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The bytes to sign. They are made here, of the message and the nonce, and only compared with what the reef sent: signing
 * whatever a server sends could sign something else. The two purposes share their domain, so neither may be had by way of
 * the other: what a request asks for is no message of the reef's own, and its nonce is a UUID, which no challenge's is.
 *
 * @example
 * ```ts
 * const reef = await Reef.connect();
 * const key = await keyFromSeed("the agent's seed, in base64");
 * const request = await reef.signing.createSigningRequest({ message: "The tide is at noon." });
 * const signature = await key.sign(await frameToSign("request", request));
 * ```
 *
 * @throws ReefError `sdk.unexpected_challenge` or `sdk.unexpected_signing_request`; then nothing may be signed.
 */
export async function frameToSign(
  purpose: SigningPurpose,
  { message, nonce, signingInput }: AskedSignature,
): Promise<Uint8Array<ArrayBuffer>> {
  const isRequest = purpose === "request";
  const fits = isRequest
    ? !message.startsWith(RESERVED_PREFIX) && UUID.test(nonce)
    : message.startsWith(RESERVED_PREFIX) && !UUID.test(nonce);
  const frame = await frameSigningBytes(SIGNING_DOMAIN, message, nonce);
  if (fits && toBase64(frame) === signingInput) return frame;
  throw localError(
    isRequest ? "unexpected_signing_request" : "unexpected_challenge",
    isRequest ? "The signing request is over something else" : "The challenge is for something else",
    "The reef asked for a signature over something else. Nothing was signed. Update this program, or do not trust this reef.",
  );
}
