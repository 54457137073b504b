/** The parts of the data plane, as they see each other. */

import type { Price } from "../prices/price.ts";
import type { ProviderKind } from "../providers/provider.ts";
import type { Amounts, BegunCall, Charge, EndedCall, PlaneKey } from "./call.ts";

/** The keys, found by their secrets. */
export interface KeyRing {
  /**
   * The key with this secret, and undefined where there is none, or it is revoked, expired, of an organization that is
   * suspended or of an agent that is disabled. At once where it was used before; else after one query. `connection` is the one
   * on which the secret was shown.
   */
  find(secret: string, connection: object): PlaneKey | undefined | Promise<PlaneKey | undefined>;
}

/** Requests and tokens a minute. */
export interface Rates {
  /** Takes one request and so many tokens of the key; or says when to come again, and takes nothing. */
  take(key: PlaneKey, tokens: number): RateRefusal | undefined;
  /** Corrects what was taken by what was used. */
  correct(key: PlaneKey, takenTokens: number, usedTokens: number): void;
}

export interface RateRefusal {
  unit: "requests" | "tokens";
  /** A minute's worth. */
  limit: number;
  retryAfterSeconds: number;
}

/** The budgets. */
export interface Budgets {
  /**
   * Sets aside what a call may take at most of every budget that its key draws on; or says which one is used up. At once
   * while this process holds enough of each; else after it has asked the database for another slice.
   */
  reserve(key: PlaneKey, declared: Amounts): Reservation | BudgetRefusal | Promise<Reservation | BudgetRefusal>;
}

/** What was set aside for one call. Exactly one of its two methods is called, once. */
export interface Reservation {
  charges: readonly Charge[];
  /** Whether a budget is used by nine tenths or more. */
  nearlyUsed: boolean;
  /** The call is over, and took this; what is left of the declared goes back. */
  settle(actual: Amounts): void;
  /** The call never reached an upstream. */
  release(): void;
}

export interface BudgetRefusal {
  refused: true;
  budgetId: string;
  unit: "tokens" | "micros";
  used: number;
  limit: number;
  /** Milliseconds since 1970; null for a budget that never begins anew. */
  resetsAt: number | null;
  /** Whether it is the allowance of the organization's plan. */
  ofPlan?: true;
  /** When another try may do: where only calls in flight hold the rest, a second; else when the period ends. */
  retryAfterSeconds: number;
}

/** The record of calls that survives this process, on its own disk; from there they go to the database in groups. */
export interface Journal {
  /**
   * Resolves when the call is on record as begun: only then may its upstream be contacted.
   *
   * @throws JournalRefusal when it cannot be recorded: then the call is refused with 503.
   */
  begin(call: BegunCall): Promise<void>;
  /**
   * Notes how many tokens of a begun call's answer were delivered so far, as the reef estimates them: what is counted where
   * this process ends before the call does. As cheap as a look into a map; written once a second at most.
   */
  progress(id: string, outputTokens: number): void;
  /** Resolves when the call is on record as over: only then is its last byte released. */
  end(call: EndedCall): Promise<void>;
}

/** The ways to models. */
export interface Router {
  /**
   * The ways to what the key asks for, the first to be tried first; undefined where there is no such model or alias, or the
   * key may not ask for it. At once where the organization's providers are known to this process; else after one query.
   */
  route(key: PlaneKey, model: string): Route | undefined | Promise<Route | undefined>;
  /** Models and aliases that the key may ask for, by name. */
  listModels(key: PlaneKey): ListedModel[] | Promise<ListedModel[]>;
}

export interface ListedModel {
  id: string;
  ownedBy: string;
  createdSeconds: number;
}

export interface Route {
  targets: readonly Target[];
}

/** One way: a model of a provider. */
export interface Target {
  provider: PlaneProvider;
  model: string;
  price: Price | null;
  /** What the model writes at most, for a call that declares no limit of its own. */
  maxOutputTokens: number;
}

/** A provider as the plane knows it. */
export interface PlaneProvider {
  /** UUID. */
  id: string;
  slug: string;
  kind: ProviderKind;
  /** Without a slash at its end. */
  baseUrl: string;
  /** The path of the base address, without a slash at its end: what stands before an endpoint's path. */
  pathPrefix: string;
  options: Readonly<Record<string, string>>;
  /** Whether addresses of private networks may be called: for what an operator set up. */
  mayBePrivate: boolean;
  /**
   * The key to try next for this model, by weight, of those whose circuit is closed; undefined where none is, or none is left.
   */
  pickKey(tried: ReadonlySet<string>, model: string): UpstreamKey | undefined;
  /** Whether all of its keys that could be tried were refused this model lately. */
  refuses(model: string): boolean;
}

/** One of a provider's keys, with its circuit breaker. */
export interface UpstreamKey {
  /** UUID. */
  id: string;
  /** The secret itself; empty for a provider that wants none. Never logged, never sent to a client. */
  secret: string;
  /** The upstream answered: whatever it said, it is alive, and the key is good. */
  succeeded(model: string): void;
  /**
   * It refused the key, was overloaded, or could not be reached; it asked for that much rest, where it said so. With 401 or
   * 403 as its status the key is left alone at once.
   */
  failed(retryAfterSeconds: number | undefined, status?: number): void;
  /** The upstream took the key, and refused it this model: the model is left alone on this key for a while. */
  refusedModel(model: string): void;
}
