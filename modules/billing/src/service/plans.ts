import type { Id } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { AccountCaller, Call, PersonCaller } from "@reef/http/call";
import type { Clock } from "../clock.ts";
import { isCoherent, type NewPlan, type Plan, type PlanChange } from "../contract/plans.ts";
import { billingErrors } from "../errors.ts";
import * as store from "../store/plans.ts";
import { planView } from "./views.ts";

export interface PlanDependencies {
  cursors: Cursors;
  /** Orders, in the transaction, that the months of everybody who has the plan follow its terms. */
  orderFollowing(transaction: Connection, planId: Id<"pln">): Promise<void>;
  clock: Clock;
}

/** An operator, within an organization or outside of any. */
export type OperatorCall = Call<PersonCaller | AccountCaller>;

/** Which part of a list is asked for. */
export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** Terms that hold at once for whoever has the plan. */
const FOLLOWED = ["name", "allowanceTokens", "allowanceMicros", "atLimit", "overageCentsPerMillion"] as const;

/** What plans there are. */
export function createPlanService({ cursors, orderFollowing, clock }: PlanDependencies) {
  async function list(db: Connection, { limit, cursor }: PageQuery, onlyOffered: boolean): Promise<Page<Plan>> {
    const name = onlyOffered ? "billing.listPlans" : "billing.listAllPlans";
    const [position, id] = cursor === undefined ? [] : cursors.decode(name, cursor);
    const behind = cursor === undefined ? undefined : { position: Number(position), id: id as Id<"pln"> };
    const rows = await store.listPlans(db, { onlyOffered, limit: limit + 1, behind });
    const total = await store.countPlans(db, { onlyOffered });
    const page = pageOf(rows, limit, total, (last) => cursors.encode(name, [last.position, last.id]));
    return { ...page, items: page.items.map(planView) };
  }

  return {
    /** The plans that an organization may choose, from the least. @throws list.invalid_cursor */
    listPlans: ({ db }: Call<PersonCaller>, query: PageQuery): Promise<Page<Plan>> => list(db, query, true),

    /** All plans. @throws list.invalid_cursor */
    listAllPlans: ({ db }: OperatorCall, query: PageQuery): Promise<Page<Plan>> => list(db, query, false),

    /** @throws billing.plan_exists */
    async createPlan({ db }: OperatorCall, plan: NewPlan): Promise<Plan> {
      const created = await store.insertPlan(db, plan, new Date(clock.now()));
      if (created === undefined) throw billingErrors.plan_exists();
      return planView(created);
    },

    /** @throws billing.plan_not_found */
    async getPlan({ db }: OperatorCall, planId: Id<"pln">): Promise<Plan> {
      const plan = await store.findPlan(db, planId);
      if (plan === undefined) throw billingErrors.plan_not_found();
      return planView(plan);
    },

    /**
     * Changes a plan. What it allows follows at once for whoever has it; its price with each one's next month.
     *
     * @throws billing.plan_not_found, billing.overage_mismatch, billing.changed when `ifMatch` is not the current version.
     */
    updatePlan: (
      { db }: OperatorCall,
      planId: Id<"pln">,
      change: PlanChange,
      ifMatch: number | undefined,
    ): Promise<Plan> =>
      transact(db, async (transaction) => {
        const plan = await store.findPlan(transaction, planId, { forUpdate: true });
        if (plan === undefined) throw billingErrors.plan_not_found();
        if (ifMatch !== undefined && ifMatch !== plan.version) {
          throw billingErrors.changed({ currentVersion: plan.version });
        }
        const changed = { ...plan, ...given(change) };
        if (!isCoherent(changed)) throw billingErrors.overage_mismatch();
        const updated = await store.updatePlan(transaction, planId, changed, new Date(clock.now()));
        if (FOLLOWED.some((name) => changed[name] !== plan[name])) await orderFollowing(transaction, planId);
        return planView(updated ?? plan);
      }),

    /** Nobody can choose it any more. Safe to repeat. @throws billing.plan_not_found */
    async archivePlan({ db }: OperatorCall, planId: Id<"pln">): Promise<void> {
      const isKnown = await store.archivePlan(db, planId, new Date(clock.now()));
      if (!isKnown) throw billingErrors.plan_not_found();
    },
  };
}

export type PlanService = ReturnType<typeof createPlanService>;

/** The fields that a change names. */
const given = (change: PlanChange): Partial<store.PlanFields> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
