import type { AsyncEntry } from "@napi-rs/keyring";
import type { Environment } from "../environment.ts";
import { CommandError, exitCodes } from "../failures.ts";
import type { StoredKey } from "./profile.ts";

const SERVICE = "reef";
/** A keyring that asks its user for a password does not answer by itself; nobody waits for it longer than this. */
const LIMIT_MS = 1_000;

/**
 * Keeps a seed: in the system's keyring where there is one that gives it back, else with the caller, who writes the
 * result into the credentials file.
 */
export async function storeKey(environment: Environment, fingerprint: string, privateKey: string): Promise<StoredKey> {
  if (!environment.allowsKeyring) return { privateKey };
  const kept = await withLimit(async (signal) => {
    const entry = await openEntry(fingerprint);
    await entry.setPassword(privateKey, signal);
    return (await entry.getPassword(signal)) === privateKey;
  }).catch(() => false);
  return kept ? { keyring: true } : { privateKey };
}

/** The seed that {@link storeKey} kept. @throws CommandError when the keyring does not give it. */
export async function loadKey(fingerprint: string, stored: StoredKey): Promise<string> {
  if ("privateKey" in stored) return stored.privateKey;
  const seed = await withLimit(async (signal) => (await openEntry(fingerprint)).getPassword(signal)).catch(() => null);
  if (seed !== null) return seed;
  throw new CommandError(
    exitCodes.notSignedIn,
    `The system's keyring does not give the key of ${fingerprint}.`,
    "Unlock the keyring and repeat the command.",
  );
}

/** Removes a seed that no profile names any more. A keyring that refuses keeps it; nothing depends on that. */
export async function forgetKey(fingerprint: string, stored: StoredKey): Promise<void> {
  if ("privateKey" in stored) return;
  await withLimit(async (signal) => (await openEntry(fingerprint)).deletePassword(signal)).catch(() => false);
}

/** On Linux only the secret service will do: the kernel's keyring, which would take its place, forgets at a restart. */
async function openEntry(fingerprint: string): Promise<AsyncEntry> {
  const { AsyncEntry } = await import("@napi-rs/keyring");
  return new AsyncEntry(SERVICE, fingerprint, { linux: { store: "secret-service" } });
}

/** The library looks at the signal only between its steps, so the clock runs beside it. */
async function withLimit<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("The keyring did not answer in time.")), LIMIT_MS);
  try {
    return await Promise.race([work(signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
