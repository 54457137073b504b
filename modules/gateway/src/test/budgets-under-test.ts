import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type Id, newId, toUuid } from "@reef/crypto";
import { type DatabaseHandle, type Migrations, transact } from "@reef/db";
import { createEvents, eventMigrations } from "@reef/events";
import { silentLogger } from "@reef/testing";
import type { Clock } from "../clock.ts";
import { gatewayMigrations } from "../migrations/index.ts";
import { createBudgets, type ProcessBudgets } from "../plane/budgets/create-budgets.ts";
import type { Amounts, PlaneKey } from "../plane/call.ts";
import type { BudgetRefusal, Reservation } from "../plane/parts.ts";
import { type BudgetPeriod, type BudgetScope, tables } from "../schema.ts";
import { createBudgetCharges } from "../service/budget-charges.ts";
import type { BudgetCharge } from "../store/budget-charges.ts";
import { insertBudget } from "../store/budgets.ts";

/** All that budgets need in the database. */
export const budgetMigrations: Migrations = { ...eventMigrations, ...gatewayMigrations };

/** A key that draws on these budgets. */
export const keyOn = (...budgetIds: string[]): PlaneKey => ({
  id: randomUUID(),
  organizationId: randomUUID(),
  agentId: null,
  workspaceId: null,
  models: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  expiresAt: null,
  capture: null,
  cache: null,
  budgets: budgetIds,
  unserved: null,
});

/** One process of the reef as far as budgets are concerned, with what its journal would hold. */
export interface BudgetProcess extends ProcessBudgets {
  processId: string;
  /** What calls took that is not on record yet. */
  unshipped: BudgetCharge[];
  /** Settles a call, and puts it into the journal. */
  finish(reservation: Reservation, actual: Amounts): void;
  /** Puts on record what the journal holds. */
  ship(): Promise<void>;
  /**
   * Ends the process without a word: from now on it asks the database nothing. Resolves when what it was putting on record
   * just then is there, or is not: whoever adopts its journal waits for that.
   */
  kill(): Promise<void>;
}

export const tokens = (amount: number): Amounts => ({ tokens: amount, costNanos: 0 });

/** What a call took of each budget that it drew on. */
export const chargesOf = ({ charges }: Pick<Reservation, "charges">, actual: Amounts): BudgetCharge[] =>
  charges.map((charge) => ({ ...charge, ...actual }));

/** Budgets over a real database, in as many processes as a test wants. */
export function createBudgetsUnderTest(database: () => DatabaseHandle) {
  const chargesIn = () => createBudgetCharges({ events: createEvents({ database: database(), logger: silentLogger }) });

  const ship = (processId: string, taken: readonly BudgetCharge[]) =>
    transact(database().kysely, (transaction) => chargesIn().chargeBudgets(transaction, processId, taken));

  return {
    ship,
    release: (processId: string) =>
      transact(database().kysely, (transaction) => chargesIn().releaseSlices(transaction, processId)),

    start(options: { clock?: Clock; processId?: string; onProcesses?(count: number): void } = {}): BudgetProcess {
      const processId = options.processId ?? randomUUID();
      const unshipped: BudgetCharge[] = [];
      let isKilled = false;
      let shipping: Promise<void> = Promise.resolve();
      const kysely = database().kysely.withPlugin({
        transformQuery({ node }) {
          if (isKilled) throw new Error("The process is no more.");
          return node;
        },
        transformResult: async ({ result }) => result,
      });
      const budgets = createBudgets({
        database: { ...database(), kysely },
        logger: silentLogger,
        host: "test",
        charges: chargesIn(),
        ...options,
        processId,
      });
      return {
        ...budgets,
        processId,
        unshipped,
        finish(reservation, actual) {
          reservation.settle(actual);
          unshipped.push(...chargesOf(reservation, actual));
        },
        ship() {
          shipping = Promise.all([shipping, ship(processId, unshipped.splice(0))]).then(() => {});
          return shipping;
        },
        kill() {
          isKilled = true;
          return shipping;
        },
      };
    },

    /** A budget of an organization of its own, by its UUID. */
    async addBudget(
      limits: Partial<Amounts>,
      { period = "total", scope = "organization" }: { period?: BudgetPeriod; scope?: BudgetScope } = {},
      organizationId: Id<"org"> = newId("org"),
    ): Promise<string> {
      const id = await insertBudget(database().kysely, organizationId, {
        scope,
        scopeId: scope === "organization" ? toUuid(organizationId) : randomUUID(),
        period,
        limits: { tokens: limits.tokens ?? null, costNanos: limits.costNanos ?? null },
        now: new Date(),
      });
      assert.ok(id);
      return toUuid(id);
    },

    /** What the database has of each period of a budget, the oldest first. */
    periodsOf: (budgetId: string) =>
      tables(database().kysely)
        .selectFrom("gateway.budget_periods")
        .selectAll()
        .where("budget_id", "=", budgetId)
        .orderBy("period_start")
        .execute(),
  };
}

export function assertReserved(answer: Reservation | BudgetRefusal): asserts answer is Reservation {
  assert.ok(!("refused" in answer), `refused: ${JSON.stringify(answer)}`);
}

export function assertRefused(answer: Reservation | BudgetRefusal): asserts answer is BudgetRefusal {
  assert.ok("refused" in answer, "reserved");
}
