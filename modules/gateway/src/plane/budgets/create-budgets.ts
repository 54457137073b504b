import { type Connection, type DatabaseHandle, transact } from "@reef/db";
import { httpErrors } from "@reef/http";
import type { Loop } from "@reef/supervision";
import type { Logger } from "@reef/telemetry";
import { type Clock, systemClock } from "../../clock.ts";
import type { BudgetPeriod } from "../../schema.ts";
import type { BudgetCharges } from "../../service/budget-charges.ts";
import { deleteEmptySlices } from "../../store/budget-charges.ts";
import { listBudgetPeriods } from "../../store/budgets.ts";
import { countProcesses, deleteProcess, noteProcess } from "../../store/processes.ts";
import { settleSlice } from "../../store/slices.ts";
import type { Amounts, PlaneKey } from "../call.ts";
import type { BudgetRefusal, Budgets, Reservation } from "../parts.ts";
import { type Account, createAccount } from "./account.ts";
import { wholeAmounts } from "./amounts.ts";
import { type GivenSpan, type Period, periodAt } from "./periods.ts";

export interface BudgetsDependencies {
  database: DatabaseHandle;
  logger: Logger;
  /** UUID of this process: that of its journal. */
  processId: string;
  /** Where this process runs, for people who look. */
  host: string;
  charges: Pick<BudgetCharges, "writeOffLost">;
  clock?: Clock;
  /** Told every few seconds how many processes of the reef are alive, this one included. */
  onProcesses?(count: number): void;
}

/** The budgets of this process, with what must be done beside calls. */
export interface ProcessBudgets extends Budgets {
  /**
   * Gives back what is free of the budgets of an organization (a UUID), or of all of them, so that a change of them holds for
   * the next call.
   */
  recall(organizationId: string | undefined): Promise<void>;
  /** Gives back slices that nobody used for so long, in milliseconds; the loop does so all the time. */
  tend(idleMs: number): Promise<void>;
  /** Gives idle slices back, and says that this process lives. */
  loop: Loop;
  /**
   * Gives all that is free back, and forgets this process if it then holds nothing: after its last call, and after its
   * journal is on record.
   */
  close(): Promise<void>;
}

/** A budget as far as a call must know it before the database is asked. Only the span of a plan's budget ever changes. */
interface Known {
  organizationId: string;
  period: BudgetPeriod;
  given: GivenSpan | null;
}

const IDLE_MS = 2_000;
const TEND_MS = 500;
const HEARTBEAT_MS = 5_000;
/** A process that was not heard of for so long does not count as alive. */
const ALIVE_SECONDS = 15;
const LOST_EVERY_MS = 60_000;
const OLD_SLICES_MS = 40 * 86_400_000;
/** A call does not wait longer for an answer of the database than this; the first one of a budget waits for two. */
const ASK_TIMEOUT_MS = 5_000;
/** How many budgets are known at most; the oldest is forgotten first, and then read again. */
const CAPACITY = 100_000;
const TENDED_AT_ONCE = 4;
const LEARNED_AT_ONCE = 1_000;

const UNLIMITED: Reservation = { charges: [], nearlyUsed: false, settle: () => {}, release: () => {} };

/**
 * Budgets of which this process holds slices. A call is admitted as long as less than the limit is used or set aside by calls
 * in flight, anywhere; see `shareOut` for why no more than one call passes it, by what it declared.
 *
 * Where the database does not answer, slices are spent to their end; a call that then needs another one is refused with
 * http.unavailable, by a rejection of `reserve`.
 */
export function createBudgets(dependencies: BudgetsDependencies): ProcessBudgets {
  const { database, logger, processId, host, charges, clock = systemClock, onProcesses = () => {} } = dependencies;
  const db: Connection = database.kysely;
  const known = new Map<string, Known>();
  const accounts = new Map<string, Account>();
  /**
   * Accounts of periods that are over, until the last of their calls is. A slice has one account at a time, also where the
   * clock was set back, since each tells the database what it holds in all.
   */
  const past = new Map<string, Account>();
  /** Plans' budgets whose span may be another one now. */
  const outdated = new Set<string>();

  /** The account of the present period; undefined for a budget that this process does not know yet. */
  function accountOf(budgetId: string, now: number): Account | undefined {
    const account = accounts.get(budgetId);
    if (account !== undefined && isIn(account.period, now)) return account;
    const budget = known.get(budgetId);
    return budget && open(budgetId, budget, now);
  }

  function open(budgetId: string, budget: Known, now: number): Account {
    const period = periodAt(budget.period, now, budget.given);
    setPast(accounts.get(budgetId));
    const key = pastKey({ budgetId, period });
    const account = past.get(key) ?? create(budgetId, period);
    past.delete(key);
    account.period.end = period.end;
    accounts.set(budgetId, account);
    return account;
  }

  function setPast(account: Account | undefined): void {
    if (account === undefined) return;
    accounts.delete(account.budgetId);
    past.set(pastKey(account), account);
  }

  const create = (budgetId: string, period: Period): Account =>
    createAccount({
      budgetId,
      period,
      now: clock.now,
      monotonic: clock.monotonic,
      unavailable,
      ask: ({ decide, ...ask }) =>
        withTimeout(settleSlice(db, { ...ask, processId, host, budgetId, periodStart: period.start }, decide)),
    });

  function reserve(key: PlaneKey, declared: Amounts): ReturnType<Budgets["reserve"]> {
    if (key.budgets.length === 0) return UNLIMITED;
    const amounts = wholeAmounts(declared);
    const now = clock.now();
    const drawn: Account[] = [];
    for (const budgetId of key.budgets) {
      const account = accountOf(budgetId, now);
      if (account === undefined) return reserveSlowly(key.budgets, amounts);
      const refusal = account.refusal();
      if (refusal !== undefined) return refusal;
      drawn.push(account);
    }
    if (!drawn.every((account) => account.canTake(amounts))) return reserveSlowly(key.budgets, amounts);
    for (const account of drawn) account.take(amounts);
    return reservationOf(drawn, amounts);
  }

  /** Takes of one budget after the other, and waits where the database must be asked; takes of all of them or of none. */
  async function reserveSlowly(budgetIds: readonly string[], amounts: Amounts): Promise<Reservation | BudgetRefusal> {
    await learn(budgetIds.filter((budgetId) => !known.has(budgetId)));
    const drawn: Account[] = [];
    const undo = () => {
      for (const account of drawn) account.settle(amounts, { tokens: 0, costNanos: 0 });
    };
    for (const budgetId of budgetIds) {
      const account = accountOf(budgetId, clock.now());
      // It was deleted a moment ago, and the key is about to learn of it.
      if (account === undefined) continue;
      try {
        const verdict = account.refusal() ?? (account.take(amounts) ? "taken" : await account.wait(amounts));
        if (verdict === "missing") forget(budgetId, account);
        else if (verdict === "taken") drawn.push(account);
        else {
          undo();
          return verdict;
        }
      } catch (error) {
        undo();
        throw error;
      }
    }
    return reservationOf(drawn, amounts);
  }

  async function learn(budgetIds: readonly string[]): Promise<void> {
    if (budgetIds.length === 0) return;
    const found = await withTimeout(listBudgetPeriods(db, budgetIds)).catch((error: unknown) => {
      throw unavailable(error);
    });
    for (const { id, ...budget } of found) known.set(id, budget);
    while (known.size > CAPACITY) {
      const [oldest] = known.keys();
      if (oldest === undefined) return;
      known.delete(oldest);
      setPast(accounts.get(oldest));
    }
  }

  /** Reads anew which months plans have. What the database does not tell now is asked for again by `tend`. */
  async function followPlans(): Promise<void> {
    while (outdated.size > 0) {
      const budgetIds = [...outdated].slice(0, LEARNED_AT_ONCE);
      for (const budgetId of budgetIds) outdated.delete(budgetId);
      try {
        await learn(budgetIds);
      } catch (error) {
        for (const budgetId of budgetIds) outdated.add(budgetId);
        throw error;
      }
      for (const budgetId of budgetIds) followPlan(budgetId);
    }
  }

  /** The month may have got another end; or it is another one, which the next call begins. */
  function followPlan(budgetId: string): void {
    const [account, budget] = [accounts.get(budgetId), known.get(budgetId)];
    if (account === undefined || budget === undefined) return;
    const { start, end } = periodAt(budget.period, clock.now(), budget.given);
    if (start === account.period.start) account.period.end = end;
    else setPast(account);
  }

  async function recall(organizationId: string | undefined): Promise<void> {
    const isMeant = (budget: Known | undefined) =>
      organizationId === undefined || budget?.organizationId === organizationId;
    for (const [budgetId, budget] of known) if (budget.period === "plan" && isMeant(budget)) outdated.add(budgetId);
    await followPlans().catch(() => {});
    await forEachAccount(
      ({ budgetId }) => isMeant(known.get(budgetId)),
      (account) => account.recall(),
    );
  }

  function forget(budgetId: string, account: Account): void {
    known.delete(budgetId);
    if (accounts.get(budgetId) === account) accounts.delete(budgetId);
  }

  /** Some accounts at a time, so that the database's connections are left to others. */
  async function forEachAccount(isMeant: (account: Account) => boolean, work: (account: Account) => Promise<void>) {
    const meant = [...accounts.values(), ...past.values()].filter(isMeant).values();
    const worker = async () => {
      for (const account of meant) await work(account);
    };
    await Promise.all(Array.from({ length: TENDED_AT_ONCE }, worker));
  }

  async function tend(idleMs: number): Promise<void> {
    await followPlans();
    const now = clock.now();
    for (const account of accounts.values()) {
      if (!isIn(account.period, now)) setPast(account);
    }
    const patience = (account: Account) => (isIn(account.period, now) ? idleMs : 0);
    await forEachAccount(
      (account) => account.needsTending(patience(account)),
      (account) => account.tend(patience(account)),
    );
    for (const [key, account] of past) if (account.isIdle()) past.delete(key);
  }

  async function beatHeart(): Promise<void> {
    await noteProcess(db, processId, host);
    onProcesses(Math.max(1, await countProcesses(db, ALIVE_SECONDS)));
  }

  return {
    reserve,
    tend,
    recall,
    loop: {
      name: "gateway.budgets",
      stallSeconds: 60,
      async run({ beat, signal, sleep }) {
        let [heartAt, lostAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
        while (!signal.aborted) {
          const now = clock.monotonic();
          try {
            if (now - heartAt >= HEARTBEAT_MS) {
              await beatHeart();
              heartAt = now;
            }
            if (now - lostAt >= LOST_EVERY_MS) {
              await charges.writeOffLost(db);
              await deleteEmptySlices(db, processId, new Date(clock.now() - OLD_SLICES_MS));
              lostAt = now;
            }
            await tend(IDLE_MS);
            beat();
          } catch (error) {
            // Slices that are held go on being spent, so a database that is away for a moment stops nobody.
            logger.warn({ err: error }, "Budgets could not be tended; it is tried again.");
          }
          await sleep(TEND_MS);
        }
      },
    },
    async close() {
      await tend(0);
      await transact(db, async (transaction) => {
        // A slice of which nothing is left would keep the process in the table.
        await deleteEmptySlices(transaction, processId);
        await deleteProcess(transaction, processId);
      });
    },
  };
}

const isIn = ({ start, end }: Period, moment: number) => end === null || (moment >= start && moment < end);

const pastKey = ({ budgetId, period }: Pick<Account, "budgetId" | "period">) => `${budgetId} ${period.start}`;

function reservationOf(drawn: readonly Account[], declared: Amounts): Reservation {
  let isOpen = true;
  const settle = (actual: Amounts) => {
    if (!isOpen) return;
    isOpen = false;
    for (const account of drawn) account.settle(declared, actual);
  };
  return {
    charges: drawn.map(({ charge }) => charge),
    nearlyUsed: drawn.some((account) => account.isNearlyUsed()),
    settle: (actual) => settle(wholeAmounts(actual)),
    release: () => settle({ tokens: 0, costNanos: 0 }),
  };
}

const unavailable = (cause: unknown) =>
  httpErrors.unavailable({
    detail: "What is left of the budget cannot be told without the database. Try again in a moment.",
    retryAfterSeconds: 1,
    cause,
  });

async function withTimeout<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("The database did not answer in time.")), ASK_TIMEOUT_MS);
  });
  // What comes too late is heard by nobody.
  work.catch(() => {});
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
