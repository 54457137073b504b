import type { CallOptions } from "./client-types.ts";
import { ReefError } from "./errors.ts";
import type { Agent, Credentials } from "./generated/types.ts";
import { generateKey, keyFromSeed, toBase64 } from "./keys.ts";
import { createReef } from "./reef.ts";

/** What a new agent brings. */
export interface NewAgent extends Pick<CallOptions, "signal" | "idempotencyKey"> {
  /** The reef's address, such as `http://localhost:4200`. */
  url: string;
  name: string;
  /** The code of a voucher: 64 hex digits. */
  voucher: string;
  /** The agent's seed in base64; a new one is made where none is given. */
  privateKey?: string | undefined;
  fetch?: typeof fetch | undefined;
}

/** A registered agent, with what it must keep: nobody can give it its private key again. */
export interface RegisteredAgent {
  agent: Agent;
  credentials: Credentials;
  privateKey: string;
}

/**
 * Registers an agent with a voucher. The private key stays here: what is sent is a signature over the reef's nonce.
 *
 * @throws ReefError `identity.registration_failed` when the voucher is unknown, spent or expired.
 */
export async function register({
  url,
  name,
  voucher,
  privateKey,
  fetch,
  ...options
}: NewAgent): Promise<RegisteredAgent> {
  const key = await (privateKey === undefined ? generateKey() : keyFromSeed(privateKey));
  const reef = createReef({ url, fetch });
  const { nonce, signingInput } = await reef.identity.createChallenge(
    { publicKey: key.publicKey },
    { signal: options.signal },
  );
  const frame = await frameRegistration(key.publicKey, nonce);
  // Signing whatever a server sends could sign something else; so the bytes are made here and only compared.
  if (toBase64(frame) !== signingInput) {
    throw new ReefError({
      code: "sdk.unexpected_challenge",
      status: 0,
      title: "The challenge is not a registration",
      detail: "The server asked for a signature over something else. Update the SDK, or do not trust this server.",
    });
  }
  const signature = toBase64(await key.sign(frame));
  const registration = await reef.identity.registerAgent(
    { name, publicKey: key.publicKey, voucher, nonce, signature },
    options,
  );
  return { ...registration, privateKey: key.privateKey };
}

/** The framed bytes of a registration: domain ‖ u32 length ‖ SHA-256 of the message ‖ u32 length ‖ nonce. */
async function frameRegistration(publicKey: string, nonce: string): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(`reef:register:${publicKey}`)));
  const nonceBytes = encoder.encode(nonce);
  return Uint8Array.from([
    ...encoder.encode("reef:v1"),
    ...u32(digest.length),
    ...digest,
    ...u32(nonceBytes.length),
    ...nonceBytes,
  ]);
}

const u32 = (value: number): Uint8Array => new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
