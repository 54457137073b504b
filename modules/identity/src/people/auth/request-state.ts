import { AsyncLocalStorage } from "node:async_hooks";
import type { Attempt } from "../attempts.ts";

/** What is known of one request to the accounts, beside what better-auth knows of it. */
export interface RequestState {
  /** The address that an invitation's link, which came with the request, was sent to: so its owner is calling. */
  provenAddress?: string;
  /** Whether it makes an account, so that what is done to that is no news to its owner. */
  isSigningUp?: boolean;
  /** A password that was hashed before a transaction began, which would have had to wait for it. */
  hashed?: { password: string; hash: string };
  /** What the password that was right is kept as. */
  verifiedHash?: string;
  /** The password or code that the request tries, which counts as wrong until it is known to be right. */
  attempt?: Attempt & { account: string };
  /** The address of the account whose password was just reset, by a link that was mailed there. */
  hasReset?: string;
}

const states = new AsyncLocalStorage<RequestState>();

/** Runs `work` with a state of its own. */
export const withRequestState = <Result>(work: () => Promise<Result>): Promise<Result> => states.run({}, work);

/** The state of the request that is being answered; a fresh one outside of any. */
export const requestState = (): RequestState => states.getStore() ?? {};
