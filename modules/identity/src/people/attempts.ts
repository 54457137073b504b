import { deriveKey, hmacHex } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { networkOf } from "@reef/http";
import type { Clock } from "../clock.ts";
import { type AttemptPolicy, beginAttempt, deleteAttempts, withdrawAttempt } from "./store/attempts.ts";

/** Who guesses, or whose secret is guessed. An account is named by its mail address, whether there is one or not. */
export type Guesser =
  /** An account, wherever the guesses come from. */
  | { account: string }
  /** An account, by what one address guesses. */
  | { account: string; address: string }
  /** The second factor of an account; who may guess it has the password. */
  | { code: string }
  /** A browser that has signed in to an account before; it is not held up by what others guess. */
  | { browser: string }
  | { address: string }
  /** Nobody guesses here: each attempt sends a mail to this address, and none of them is right. */
  | { recipient: string };

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

/** A person mistypes a few times; a minute between guesses makes a password of 12 characters safe. */
const GUESSER: AttemptPolicy = { free: 5, mostSeconds: 60 };
/** Who guesses from many addresses still has to wait, but whoever the account belongs to finds a moment in between. */
const ACCOUNT: AttemptPolicy = { free: 20, mostSeconds: 15 };
/** Many people may share an address. */
const ADDRESS: AttemptPolicy = { free: 30, mostSeconds: 300 };
/** Enough for who lost a mail or two, and too few to fill anybody's mailbox. */
const RECIPIENT: AttemptPolicy = { free: 5, mostSeconds: 600 };
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
  const keyOf = (guesser: Guesser) => {
    const network = "address" in guesser && { address: networkOf(guesser.address) };
    return hmacHex(key, JSON.stringify({ ...guesser, ...network }));
  };

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
            if (isAddress(guesser)) await withdrawAttempt(db(), keyOf(guesser), new Date(clock.now()));
            else await deleteAttempts(db(), keyOf(guesser));
          }
        },
      };
    },
  };
}

/** Whether it is an address as such, of which many people may try many things. */
const isAddress = (guesser: Guesser): boolean => "address" in guesser && !("account" in guesser);

function policyOf(guesser: Guesser): AttemptPolicy {
  if ("recipient" in guesser) return RECIPIENT;
  if (isAddress(guesser)) return ADDRESS;
  return "account" in guesser && !("address" in guesser) ? ACCOUNT : GUESSER;
}
