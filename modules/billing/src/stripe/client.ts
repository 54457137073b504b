import { Problem } from "@reef/errors";
import Stripe from "stripe";
import { billingErrors } from "../errors.ts";

/** The version of Stripe's API that this code was written against; its shapes are those of the SDK's types. */
export const STRIPE_API_VERSION = "2026-10-28.endive";

/** A person waits for a checkout, so Stripe has this long for one answer. */
const TIMEOUT_MS = 15_000;
/** The SDK gives each repetition the same idempotency key, so nothing happens twice. */
const RETRIES = 2;

/** Where Stripe's API is, and with what it is asked. */
export interface StripeAccess {
  secretKey: string;
  /** In place of https://api.stripe.com: a stand-in on this machine. */
  localPort?: number | undefined;
}

/** The official client, with its version, its patience and its repetitions set. */
export function createStripeClient({ secretKey, localPort }: StripeAccess): Stripe {
  return new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    timeout: TIMEOUT_MS,
    maxNetworkRetries: RETRIES,
    telemetry: false,
    ...(localPort === undefined ? {} : { protocol: "http", host: "127.0.0.1", port: localPort }),
  });
}

/** Whether a secret key, or a restricted one, is for real money. */
export const isLiveKey = (secretKey: string): boolean => /^(sk|rk)_live_/.test(secretKey);

/**
 * Asks Stripe. Of its failure only what says why goes on: the SDK's error holds headers and bodies, which neither a log nor a
 * dead letter should keep.
 *
 * @throws billing.stripe_failed
 */
export async function ask<Answer>(purpose: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    throw error instanceof Stripe.errors.StripeError ? failureOf(purpose, error) : error;
  }
}

function failureOf(
  purpose: string,
  { type, code, statusCode, requestId, message }: Stripe.errors.StripeError,
): Problem {
  const internal = { purpose, type, stripeCode: code, stripeStatus: statusCode, stripeRequestId: requestId, message };
  return billingErrors.stripe_failed({ internal });
}

const stripeFailure = (error: unknown): Record<string, unknown> | undefined =>
  error instanceof Problem && error.code === "billing.stripe_failed" ? error.options.internal : undefined;

/** The code that Stripe gave for its failure; undefined where it gave none, or where something else failed. */
export function stripeCodeOf(error: unknown): string | undefined {
  const code = stripeFailure(error)?.stripeCode;
  return typeof code === "string" ? code : undefined;
}

/** Whether Stripe understood and refused, so that asking the same again would not help. */
export function isRefusal(error: unknown): boolean {
  const status = stripeFailure(error)?.stripeStatus;
  return status === 400 || status === 402 || status === 404;
}

/** Whether what was asked for had to be paid at once, and could not be. */
export const isPaymentRefusal = (error: unknown): boolean => stripeFailure(error)?.stripeStatus === 402;
