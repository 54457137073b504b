import { identityMessages, toBase64 } from "@reef/proofs";
import type { CallOptions } from "./client-types.ts";
import { frameToSign } from "./frame-to-sign.ts";
import type { Agent, Credentials } from "./generated/types.ts";
import { generateKey, keyFromSeed } from "./keys.ts";
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

/**
 * A registration that is ready to be sent, with all that a second try needs: JSON to be kept in a safe place. Sent again
 * as it is, it gets the first answer; so neither a crash nor a lost answer costs the agent.
 */
export interface PreparedRegistration {
  url: string;
  privateKey: string;
  fingerprint: string;
  idempotencyKey: string;
  request: { name: string; publicKey: string; voucher: string; nonce: string; signature: string };
}

/** A registered agent, with what it must keep: nobody can give it its private key again. */
export interface RegisteredAgent {
  agent: Agent;
  credentials: Credentials;
  privateKey: string;
}

/**
 * Registers an agent with a voucher. The private key stays here: what is sent is a signature over the reef's nonce.
 * Whoever must survive a crash between sending and keeping takes the two steps one by one: {@link prepareRegistration}
 * and {@link completeRegistration}.
 *
 * @example
 * ```ts
 * const { credentials, privateKey } = await register({ url: "http://localhost:4200", name: "ada", voucher });
 * const reef = createReef({ url, credentials: { clientId: credentials.clientId, privateKey } });
 * ```
 *
 * @throws ReefError `identity.registration_failed` when the voucher is unknown, spent or expired.
 */
export async function register(newAgent: NewAgent): Promise<RegisteredAgent> {
  return completeRegistration(await prepareRegistration(newAgent), newAgent);
}

/** Makes the key and signs the reef's challenge. Nothing exists yet at the reef; the nonce is good for five minutes. */
export async function prepareRegistration(newAgent: NewAgent): Promise<PreparedRegistration> {
  const { url, name, voucher, privateKey, fetch, signal, idempotencyKey = crypto.randomUUID() } = newAgent;
  const key = await (privateKey === undefined ? generateKey() : keyFromSeed(privateKey));
  const { publicKey, fingerprint } = key;
  const challenge = await createReef({ url, fetch }).identity.createChallenge({ publicKey }, { signal });
  const frame = await frameToSign("challenge", { ...challenge, message: identityMessages.register(publicKey) });
  const signature = toBase64(await key.sign(frame));
  const request = { name, publicKey, voucher, nonce: challenge.nonce, signature };
  return { url, privateKey: key.privateKey, fingerprint, idempotencyKey, request };
}

/**
 * Sends a prepared registration; safe to repeat within 24 hours.
 *
 * @throws ReefError `identity.invalid_proof` when its nonce is too old: prepare it again with the same `privateKey`.
 */
export async function completeRegistration(
  { url, privateKey, idempotencyKey, request }: PreparedRegistration,
  { fetch, signal }: Pick<NewAgent, "fetch" | "signal"> = {},
): Promise<RegisteredAgent> {
  const reef = createReef({ url, fetch });
  const registration = await reef.identity.registerAgent(request, { signal, idempotencyKey });
  return { ...registration, privateKey };
}
