import { type Id, toTypeId, toUuid } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, PersonCaller } from "@reef/http/call";
import type { IdentityApi } from "@reef/identity";
import type { Clock } from "../clock.ts";
import type { Budget, BudgetChange, NewBudget } from "../contract/budgets.ts";
import { gatewayErrors } from "../errors.ts";
import type { Limits } from "../plane/budgets/amounts.ts";
import { periodAt } from "../plane/budgets/periods.ts";
import type { BudgetScope } from "../schema.ts";
import * as store from "../store/budgets.ts";
import { touchChanges } from "../store/changes.ts";
import { findKey } from "../store/keys.ts";
import { microsOf } from "./budget-charges.ts";

export interface BudgetServiceDependencies {
  identity: Pick<IdentityApi, "listAgentsById">;
  cursors: Cursors;
  clock: Clock;
}

const NANOS_PER_MICRO = 1_000;
const LIST = "gateway.listBudgets";
const PREFIXES = { workspace: "wsp", agent: "agt", key: "key" } as const;

/** What an organization allows itself, its workspaces, agents and keys to use. */
export function createBudgetService({ identity, cursors, clock }: BudgetServiceDependencies) {
  /**
   * The UUID of what the budget is for. A workspace may be any: of whatever id nothing is called, it limits nothing.
   *
   * @throws gateway.no_such_agent, gateway.key_not_found
   */
  async function scopeUuidOf(
    db: Connection,
    organizationId: Id<"org">,
    { scope, scopeId }: NewBudget,
  ): Promise<string> {
    if (scope === "organization" || scopeId === undefined) return toUuid(organizationId);
    if (scope === "agent") {
      const found = await identity.listAgentsById(db, organizationId, [scopeId as Id<"agt">]);
      if (found.size === 0) throw gatewayErrors.no_such_agent();
    }
    if (scope === "key" && (await findKey(db, organizationId, scopeId as Id<"key">)) === undefined) {
      throw gatewayErrors.key_not_found();
    }
    return toUuid(scopeId as Id<"key">);
  }

  function view(budget: store.StoredBudget): Budget {
    const { start, end } = periodAt(budget.period, clock.now(), budget.given);
    const { limits, used, held } = budget;
    return {
      id: budget.id,
      scope: budget.scope,
      scopeId:
        budget.scope === "organization" || budget.scope === "plan"
          ? null
          : toTypeId(PREFIXES[budget.scope], budget.scopeId),
      period: budget.period,
      limitTokens: limits.tokens,
      limitMicros: limits.costNanos === null ? null : limits.costNanos / NANOS_PER_MICRO,
      usedTokens: used.tokens,
      usedMicros: microsOf(used.costNanos),
      heldTokens: held.tokens,
      heldMicros: microsOf(held.costNanos),
      periodStart: end === null ? null : new Date(start).toISOString(),
      resetsAt: end === null ? null : new Date(end).toISOString(),
      warnedAt: budget.warnedAt?.toISOString() ?? null,
      exhaustedAt: budget.exhaustedAt?.toISOString() ?? null,
      version: budget.version,
      createdAt: budget.createdAt.toISOString(),
      updatedAt: budget.updatedAt.toISOString(),
    };
  }

  /** @throws gateway.budget_not_found */
  async function get(db: Connection, organizationId: Id<"org">, budgetId: Id<"bud">, forUpdate = false) {
    const budget = await store.findBudget(db, organizationId, budgetId, { now: new Date(clock.now()), forUpdate });
    if (budget === undefined) throw gatewayErrors.budget_not_found();
    return budget;
  }

  /** One that admins may change. @throws gateway.budget_not_found, gateway.budget_of_plan */
  async function getForChange(db: Connection, organizationId: Id<"org">, budgetId: Id<"bud">) {
    const budget = await get(db, organizationId, budgetId, true);
    if (budget.scope === "plan") throw gatewayErrors.budget_of_plan();
    return budget;
  }

  return {
    /**
     * Creates a budget, which holds in every process within a second.
     *
     * @throws gateway.budget_exists when there is one of the same scope and period, gateway.no_such_agent,
     * gateway.key_not_found when it is for one that the organization does not have.
     */
    createBudget: ({ caller, db }: Call<PersonCaller>, input: NewBudget): Promise<Budget> =>
      transact(db, async (transaction) => {
        const { organizationId } = caller;
        const scopeId = await scopeUuidOf(transaction, organizationId, input);
        const { scope, period } = input;
        const limits = limitsOf(input.limitTokens, input.limitMicros);
        const now = new Date(clock.now());
        const id = await store.insertBudget(transaction, organizationId, { scope, scopeId, period, limits, now });
        if (id === undefined) throw gatewayErrors.budget_exists();
        await touchChanges(transaction, organizationId);
        return view(await get(transaction, organizationId, id));
      }),

    /** All budgets of the organization, or those of a scope. @throws list.invalid_cursor */
    async listBudgets(
      { caller, db }: Call<PersonCaller>,
      { limit, cursor, scope, scopeId }: BudgetQuery,
    ): Promise<Page<Budget>> {
      const { organizationId } = caller;
      const before = cursor === undefined ? undefined : (cursors.decode(LIST, cursor)[0] as Id<"bud">);
      const filter = { scope, scopeId: scopeId && toUuid(scopeId as Id<"key">) };
      const now = new Date(clock.now());
      const rows = await store.listBudgets(db, organizationId, { ...filter, limit: limit + 1, before, now });
      const total = await store.countBudgets(db, organizationId, filter);
      const page = pageOf(rows, limit, total, ({ id }) => cursors.encode(LIST, [id]));
      return { ...page, items: page.items.map(view) };
    },

    /** @throws gateway.budget_not_found */
    getBudget: async ({ caller, db }: Call<PersonCaller>, budgetId: Id<"bud">): Promise<Budget> =>
      view(await get(db, caller.organizationId, budgetId)),

    /**
     * Changes what a budget allows. What is used stays used: under a lower limit it may be used up at once.
     *
     * @throws gateway.budget_not_found, gateway.budget_of_plan, gateway.budget_without_limit, gateway.changed when `ifMatch` is
     * not the current version.
     */
    updateBudget: (
      { caller, db }: Call<PersonCaller>,
      budgetId: Id<"bud">,
      change: BudgetChange,
      ifMatch: number | undefined,
    ): Promise<Budget> =>
      transact(db, async (transaction) => {
        const { organizationId } = caller;
        const budget = await getForChange(transaction, organizationId, budgetId);
        if (ifMatch !== undefined && ifMatch !== budget.version) {
          throw gatewayErrors.changed({ currentVersion: budget.version });
        }
        const given = limitsOf(change.limitTokens ?? null, change.limitMicros ?? null);
        const limits = {
          tokens: change.limitTokens === undefined ? budget.limits.tokens : given.tokens,
          costNanos: change.limitMicros === undefined ? budget.limits.costNanos : given.costNanos,
        };
        if (limits.tokens === null && limits.costNanos === null) throw gatewayErrors.budget_without_limit();
        await store.updateBudget(transaction, organizationId, budget, { limits, now: new Date(clock.now()) });
        await touchChanges(transaction, organizationId);
        return view(await get(transaction, organizationId, budgetId));
      }),

    /**
     * Deletes a budget: within a second nothing is refused for it any more.
     *
     * @throws gateway.budget_not_found, gateway.budget_of_plan
     */
    deleteBudget: ({ caller, db }: Call<PersonCaller>, budgetId: Id<"bud">): Promise<void> =>
      transact(db, async (transaction) => {
        await getForChange(transaction, caller.organizationId, budgetId);
        await store.deleteBudget(transaction, caller.organizationId, budgetId);
        await touchChanges(transaction, caller.organizationId);
      }),
  };
}

export type BudgetService = ReturnType<typeof createBudgetService>;

interface BudgetQuery {
  limit: number;
  cursor?: string | undefined;
  scope?: BudgetScope | undefined;
  scopeId?: string | undefined;
}

const limitsOf = (tokens: number | null, micros: number | null): Limits => ({
  tokens,
  costNanos: micros === null ? null : micros * NANOS_PER_MICRO,
});
