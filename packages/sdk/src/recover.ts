import { identityMessages, toBase64 } from "@reef/proofs";
import type { CallOptions } from "./client-types.ts";
import { frameToSign } from "./frame-to-sign.ts";
import type { Agent } from "./generated/types.ts";
import { generateKey, type Key, keyFromSeed } from "./keys.ts";
import { createReef, type Reef } from "./reef.ts";
import type { RegisteredAgent } from "./register.ts";

/** What an agent still has that lost its credentials. */
export interface LostAgent extends Pick<CallOptions, "signal"> {
  /** The reef's address, such as `http://localhost:4200`. */
  url: string;
  /** The agent's seed in base64. */
  privateKey: string;
  fetch?: typeof fetch | undefined;
}

/**
 * Gets new credentials with the agent's current key. The old client secret, and the tokens that were got with it, stop
 * working within five seconds.
 *
 * @example
 * ```ts
 * const privateKey = "the agent's seed, in base64";
 * const { agent } = await recover({ url, privateKey });
 * const reef = createReef({ url, credentials: { clientId: agent.id, privateKey } });
 * ```
 *
 * @throws ReefError `identity.invalid_signature` when no agent of the reef has this key now.
 */
export async function recover({ url, privateKey, fetch, signal }: LostAgent): Promise<RegisteredAgent> {
  const key = await keyFromSeed(privateKey);
  const { publicKey } = key;
  const reef = createReef({ url, fetch });
  const { challenge, signingInput } = await reef.identity.createRecoveryChallenge({ publicKey }, { signal });
  const message = identityMessages.recover(publicKey);
  const frame = await frameToSign("challenge", { message, nonce: challenge, signingInput });
  const signature = toBase64(await key.sign(frame));
  return { ...(await reef.identity.recover({ publicKey, challenge, signature }, { signal })), privateKey };
}

/** A rotation that is ready to be sent, with the new key: to be kept in a safe place **before** it is sent. */
export interface PreparedRotation {
  /** The new seed in base64. */
  privateKey: string;
  fingerprint: string;
  request: { publicKey: string; nonce: string; oldSignature: string; newSignature: string };
}

/**
 * Makes a new key, and signs the reef's challenge with it and with the old one. Nothing has changed yet at the reef. Whoever
 * loses the answer to the rotation finds out with `reef.identity.getAgent({ fingerprint })` whether it happened.
 *
 * @example
 * ```ts
 * const reef = await Reef.connect();
 * const rotation = await prepareRotation(reef, { privateKey: "the agent's seed, in base64" });
 * // Keep rotation.privateKey in a safe place here.
 * await completeRotation(reef, rotation);
 * ```
 */
export async function prepareRotation(
  reef: Reef,
  current: { privateKey: string },
  next?: { privateKey: string },
  { signal }: Pick<CallOptions, "signal"> = {},
): Promise<PreparedRotation> {
  const oldKey = await keyFromSeed(current.privateKey);
  const newKey = await (next === undefined ? generateKey() : keyFromSeed(next.privateKey));
  const { publicKey } = newKey;
  const { id } = await reef.identity.whoami({}, { signal });
  const { nonce, signingInput } = await reef.identity.createRotationChallenge({ publicKey }, { signal });
  const message = identityMessages.rotateKey(id, oldKey.publicKey, publicKey);
  const frame = await frameToSign("challenge", { message, nonce, signingInput });
  const sign = async (key: Key) => toBase64(await key.sign(frame));
  const request = { publicKey, nonce, oldSignature: await sign(oldKey), newSignature: await sign(newKey) };
  return { privateKey: newKey.privateKey, fingerprint: newKey.fingerprint, request };
}

/**
 * Sends a prepared rotation. Every token of the agent stops working within five seconds, so the client needs the new key.
 *
 * @throws ReefError `identity.key_replaced` when another rotation came first.
 */
export const completeRotation = (
  reef: Reef,
  { request }: PreparedRotation,
  { signal }: Pick<CallOptions, "signal"> = {},
): Promise<Agent> => reef.identity.rotateKey(request, { signal });
