import { deriveKey, hmacHex } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { Clock } from "../clock.ts";
import { type AttemptPolicy, beginAttempt, deleteAttempts, withdrawAttempt } from "./store/attempts.ts";

/** Who guesses, or whose secret is guessed. */
export type Guesser =
  /** By its mail address, whether there is such an account or not. */
  | { account: string }
  /** A browser that has signed in to an account before; it is not held up by what others guess. */
  | { browser: string }
  | { address: string };

/** An attempt that counts as wrong until it is known to be right. */
export interface Attempt {
  /** It was right: the account's count starts anew, and the address's loses this one. */
  succeed(): Promise<void>;
}

/** Slows down who guesses passwords and codes. The counts stand in the database, so they hold for all processes. */
export interface Attempts {
  /** @returns the attempt, or how long to wait until the next one may be made. */
  begin(guessers: readonly Guesser[]): Promise<Attempt | { retryAfterSeconds: number }>;
}

/** A person mistypes a few times; a minute between guesses makes a password of 12 characters safe, and keeps nobody out for long. */
const ACCOUNT: AttemptPolicy = { free: 5, mostSeconds: 60 };
/** Many people may share an address. */
const ADDRESS: AttemptPolicy = { free: 30, mostSeconds: 300 };
const KEEP_MS = 86_400_000;

export function createAttempts({
  db,
  masterSecret,
  clock,
}: {
  db: () => Connection;
  masterSecret: string;
  clock: Clock;
}): Attempts {
  // Who reads the table learns no addresses from it.
  const key = deriveKey(masterSecret, "identity.attempts");
  const policyOf = (guesser: Guesser) => ("address" in guesser ? ADDRESS : ACCOUNT);
  const keyOf = (guesser: Guesser) => hmacHex(key, JSON.stringify(guesser));

  return {
    async begin(guessers) {
      const now = clock.now();
      const moment = { now: new Date(now), forgottenAt: new Date(now + KEEP_MS) };
      const counted: Guesser[] = [];
      for (const guesser of guessers) {
        const blockedUntil = await beginAttempt(db(), keyOf(guesser), policyOf(guesser), moment);
        if (blockedUntil === undefined) {
          counted.push(guesser);
          continue;
        }
        // Who is held up by one count must not grow the others by asking.
        for (const other of counted) await withdrawAttempt(db(), keyOf(other), moment.now);
        return { retryAfterSeconds: Math.max(1, Math.ceil((blockedUntil.getTime() - now) / 1_000)) };
      }
      return {
        async succeed() {
          for (const guesser of counted) {
            if ("address" in guesser) await withdrawAttempt(db(), keyOf(guesser), new Date(clock.now()));
            else await deleteAttempts(db(), keyOf(guesser));
          }
        },
      };
    },
  };
}
