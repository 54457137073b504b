import type { SliceAnswer } from "../../store/slices.ts";
import type { Amounts, Charge } from "../call.ts";
import type { BudgetRefusal } from "../parts.ts";
import { addTo, eachUnit, type Limits, NOTHING, UNITS, type Unit } from "./amounts.ts";
import type { Period } from "./periods.ts";
import { isNearlyUsed, type PeriodState, type Share, shareOut, type Wish } from "./share-out.ts";

/** What a call that waits for a slice is told: it has what it declared, the budget is gone, or a refusal. */
type Verdict = "taken" | "missing" | BudgetRefusal;

/** How an account asks the database. */
interface AccountAsk {
  number: number;
  isFirst: boolean;
  decide(state: PeriodState): Share;
}

export interface AccountOptions {
  budgetId: string;
  period: Period;
  /** Milliseconds since 1970, and ones that never run backwards. */
  now(): number;
  monotonic(): number;
  ask(ask: AccountAsk): Promise<SliceAnswer>;
  /** What to throw at calls that wait while the database does not answer. */
  unavailable(cause: unknown): Error;
}

/** What this process holds of one period of a budget, and what it has spent of that. */
export interface Account {
  readonly budgetId: string;
  readonly period: Period;
  /** What calls that draw on it are charged to: one object for all of them, so that charges are summed at little cost. */
  readonly charge: Charge;
  /** Sets aside what a call declares, where there is enough; false where the database must be asked. */
  take(declared: Amounts): boolean;
  /** Whether {@link take} would succeed. */
  canTake(declared: Amounts): boolean;
  /** Sets aside what a call declares as soon as the database gave enough of it. @throws what `unavailable` makes */
  wait(declared: Amounts): Promise<Verdict>;
  /** A refusal of a moment ago that still holds. */
  refusal(): BudgetRefusal | undefined;
  /** A call is over: what it declared is free again, and what it took is spent. */
  settle(declared: Amounts, actual: Amounts): void;
  isNearlyUsed(): boolean;
  /** Whether there is something to {@link tend}. */
  needsTending(idleMs: number): boolean;
  /**
   * Gives back what nobody used for so long, in milliseconds, and tries that again where it came to nothing; or makes good
   * what calls took beyond what they declared. Resolves when the database has it, or did not answer.
   */
  tend(idleMs: number): Promise<void>;
  /** Forgets a refusal, and gives back what is free: the budget may be another one now. */
  recall(): Promise<void>;
  /** Whether no call holds on to it, and the database holds nothing for it that would still have to be given back. */
  isIdle(): boolean;
}

interface Waiting {
  declared: Amounts;
  resolve(verdict: Verdict): void;
  reject(error: Error): void;
}

/** How long a refusal answers for the database: so a budget that is used up costs two queries a second at most. */
const REFUSED_MS = 500;
/** After an ask that came to nothing, a slice is not asked for in advance for so long. */
const SPARSE_MS = 250;
/** Where a budget never begins anew, only a person can help. */
const NEVER_SECONDS = 3_600;

/** An account of one period, which holds nothing at first. Only one ask of it is under way at a time. */
export function createAccount({ budgetId, period, now, monotonic, ask, ...options }: AccountOptions): Account {
  let limits: Limits = { tokens: null, costNanos: null };
  // All of these are sums that only grow, but for what is given back: a lost answer of the database so loses nothing.
  let granted: Amounts = { ...NOTHING };
  let spent: Amounts = { ...NOTHING };
  const reserved: Amounts = { ...NOTHING };
  /** What others, and this process's charged calls, have used beside what is in `spent`. */
  let usedBeside: Amounts = { ...NOTHING };
  let isFirst = true;
  let isMissing = false;
  let number = 0;
  const waiting: Waiting[] = [];
  let asking: Promise<void> | undefined;
  let lowWater: Amounts = { ...NOTHING };
  let sparseUntil = Number.NEGATIVE_INFINITY;
  let takenAt = monotonic();
  let refused: { unit: Unit; until: number } | undefined;
  /** Whether the database may still hold for this process what this process has given back. */
  let isOwing = false;

  const committed = () => eachUnit((unit) => spent[unit] + reserved[unit]);
  const usedOf = (unit: Unit) => usedBeside[unit] + spent[unit];
  const freeOf = (unit: Unit) => granted[unit] - spent[unit] - reserved[unit];
  const isLimited = (unit: Unit) => limits[unit] !== null;
  /** A call that declares nothing, since its model costs nothing, is refused as well once nothing is left. */
  const isEnough = (declared: Amounts) =>
    !isFirst && UNITS.every((unit) => !isLimited(unit) || freeOf(unit) >= Math.max(1, declared[unit]));
  const isLow = () => UNITS.some((unit) => isLimited(unit) && freeOf(unit) < lowWater[unit]);
  const isOverdrawn = () => UNITS.some((unit) => isLimited(unit) && freeOf(unit) < 0);
  const isFree = () => UNITS.some((unit) => isLimited(unit) && freeOf(unit) > 0);

  const isUnused = (idleMs: number) => isFree() && monotonic() - takenAt >= idleMs;

  function setAside(declared: Amounts): void {
    addTo(reserved, declared);
    takenAt = monotonic();
  }

  function take(declared: Amounts): boolean {
    if (!canTake(declared)) return false;
    setAside(declared);
    if (asking === undefined && isLow() && takenAt >= sparseUntil) void askSoon(false);
    return true;
  }

  const canTake = (declared: Amounts) => isMissing || (waiting.length === 0 && isEnough(declared));

  /** Asks until nobody waits. It never rejects: those who wait are told. */
  function askSoon(givesBack: boolean): Promise<void> {
    asking ??= askOnce(givesBack).finally(() => {
      asking = undefined;
      if (waiting.length > 0) void askSoon(false);
    });
    return asking;
  }

  async function askOnce(givesBack: boolean): Promise<void> {
    try {
      if (isFirst) await begin();
      if (!isFirst && !isMissing) await askFor(givesBack);
    } catch (error) {
      sparseUntil = monotonic() + SPARSE_MS;
      for (const { reject } of waiting.splice(0)) reject(options.unavailable(error));
    }
  }

  /**
   * The first ask is for nothing: the database may do what it is asked for and its answer not come, and who knows of no grant
   * cannot tell it from one to an earlier program with this process's id. That one is spent, for all that is known.
   */
  async function begin(): Promise<void> {
    number += 1;
    const answer = await ask({ number, isFirst: true, decide: (state) => ({ granted: state.granted }) });
    if (answer.kind === "missing") miss();
    if (answer.kind !== "given") return;
    spent = eachUnit((unit) => spent[unit] + answer.grantedBefore[unit]);
    ({ granted, number } = answer);
    isFirst = false;
  }

  async function askFor(givesBack: boolean): Promise<void> {
    const wish = { committed: committed(), waiting: declaredByAll(), givesBack: givesBack && waiting.length === 0 };
    // Before the ask, so that no call takes meanwhile what is on its way back.
    if (wish.givesBack) {
      granted = eachUnit((unit) => Math.min(granted[unit], wish.committed[unit]));
      isOwing = true;
    }
    number += 1;
    apply(await ask({ number, isFirst: false, decide: (state) => shareOut(state, wish) }), wish);
  }

  function declaredByAll(): Wish["waiting"] {
    const [first] = waiting;
    if (first === undefined) return undefined;
    const least = (declared: Amounts) => eachUnit((unit) => Math.max(1, declared[unit]));
    return {
      first: least(first.declared),
      all: waiting.reduce((sum, { declared }) => eachUnit((unit) => sum[unit] + least(declared)[unit]), NOTHING),
    };
  }

  function apply(answer: SliceAnswer, wish: Wish): void {
    if (answer.kind !== "late") isOwing = false;
    switch (answer.kind) {
      case "missing":
        miss();
        return;
      case "gone":
        // All that was held is counted as used by now, but what calls still take.
        [granted, spent, isFirst] = [{ ...NOTHING }, { ...NOTHING }, true];
        return;
      case "late":
        number = answer.number;
        return;
      case "given":
        applyShare(answer, wish);
    }
  }

  function miss(): void {
    isMissing = true;
    for (const { resolve } of waiting.splice(0)) resolve("missing");
  }

  function applyShare(answer: Extract<SliceAnswer, { kind: "given" }>, wish: Wish): void {
    ({ granted, limits, number } = answer);
    usedBeside = eachUnit((unit) => answer.used[unit] - answer.charged[unit]);
    if (!wish.givesBack) {
      lowWater = eachUnit((unit) => Math.floor(Math.max(0, freeOf(unit) - (wish.waiting?.all[unit] ?? 0)) / 2));
      if (!isFree()) sparseUntil = monotonic() + SPARSE_MS;
    }
    if (answer.refused !== undefined) refuseAll(answer.refused);
    else serve(wish.waiting !== undefined);
  }

  /** The first of those who wait was granted its wish, whatever was left; the others as far as it reaches. */
  function serve(isFirstGranted: boolean): void {
    let isGranted = isFirstGranted;
    while (waiting[0] !== undefined && (isGranted || isEnough(waiting[0].declared))) {
      const next = waiting.shift();
      isGranted = false;
      if (next === undefined) return;
      setAside(next.declared);
      next.resolve("taken");
    }
  }

  function refuseAll(unit: Unit): void {
    refused = { unit, until: monotonic() + REFUSED_MS };
    for (const { resolve } of waiting.splice(0)) resolve(describe(unit));
  }

  function describe(unit: Unit): BudgetRefusal {
    const limit = limits[unit] ?? 0;
    const amount = usedOf(unit);
    const untilEnd = period.end === null ? NEVER_SECONDS : Math.max(1, Math.ceil((period.end - now()) / 1_000));
    const isMoney = unit === "costNanos";
    return {
      refused: true,
      budgetId,
      unit: isMoney ? "micros" : "tokens",
      used: isMoney ? Math.ceil(amount / 1_000) : amount,
      limit: isMoney ? Math.ceil(limit / 1_000) : limit,
      resetsAt: period.end,
      ...(period.ofPlan && { ofPlan: true }),
      // What is left is held by calls in flight, or by processes that give it back when they do not need it.
      retryAfterSeconds: amount >= limit ? untilEnd : 1,
    };
  }

  return {
    budgetId,
    period,
    charge: { budgetId, periodStart: period.start },
    take,
    canTake,
    wait(declared) {
      if (isMissing) return Promise.resolve("missing");
      const verdict = new Promise<Verdict>((resolve, reject) => waiting.push({ declared, resolve, reject }));
      void askSoon(false);
      return verdict;
    },
    refusal() {
      if (refused === undefined) return undefined;
      if (monotonic() < refused.until) return describe(refused.unit);
      refused = undefined;
      return undefined;
    },
    settle(declared, actual) {
      addTo(reserved, declared, -1);
      addTo(spent, actual);
      if (isFree()) refused = undefined;
      // It took more than it said: the others are to know at once.
      if (isOverdrawn() && monotonic() >= sparseUntil) void askSoon(false);
    },
    isNearlyUsed: () => UNITS.some((unit) => isNearlyUsed(usedOf(unit), limits[unit])),
    needsTending: (idleMs) => isUnused(idleMs) || isOwing || isOverdrawn(),
    async tend(idleMs) {
      if (isUnused(idleMs) || isOwing) await askSoon(true);
      else if (isOverdrawn()) await askSoon(false);
    },
    async recall() {
      refused = undefined;
      while (asking !== undefined) await asking;
      if (!isFirst && !isMissing) await askSoon(true);
    },
    isIdle: () =>
      waiting.length === 0 &&
      asking === undefined &&
      reserved.tokens === 0 &&
      reserved.costNanos === 0 &&
      !isFree() &&
      !isOwing &&
      !isOverdrawn(),
  };
}
