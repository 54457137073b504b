import type { ListedSubscription, Organization, Page, Reef, Subscription } from "@reef/sdk";
import { getOrganization, getPlan } from "../billing/find.ts";
import { dayOf, priceOf, standingOf } from "../billing/words.ts";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { confirm } from "../terminal/input.ts";
import { writePage } from "../terminal/page.ts";
import { oneLine } from "../terminal/text.ts";

interface ListOptions {
  state?: Subscription["state"];
  limit?: number;
  cursor?: string;
}

/** `reef subscriptions list`: those of all organizations. */
export async function listSubscriptions(context: Context, { state, limit, cursor }: ListOptions): Promise<void> {
  const reef = await connect(context);
  const page: Page<ListedSubscription> = await reef.billing.listSubscriptions({ state, limit, cursor });
  const columns = [
    {
      heading: "ORGANIZATION",
      text: ({ organizationId, organizationSlug }: ListedSubscription) => organizationSlug ?? organizationId,
    },
    { heading: "PLAN", text: ({ plan }: Subscription) => plan.slug },
    { heading: "PRICE", text: ({ plan }: Subscription) => priceOf(plan) },
    { heading: "STATE", text: standingOf },
    { heading: "PAID", text: ({ paidBy }: Subscription) => (paidBy === "stripe" ? "at Stripe" : "by hand") },
    { heading: "MONTH ENDS", text: ({ periodEnd }: Subscription) => dayOf(periodEnd) },
    { heading: "NAME", text: ({ organizationName }: ListedSubscription) => organizationName ?? "", mayCut: true },
  ];
  const none = "No organization has a plan. Assign one with `reef subscriptions assign`.";
  writePage(context.output, page, columns, state === undefined ? none : "There is no such subscription.");
}

/** `reef subscriptions assign ORGANIZATION PLAN` */
export async function assignPlan(
  context: Context,
  { trialDays = 0 }: { trialDays?: number },
  organization: string,
  plan: string,
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const { id: organizationId, name } = await getOrganization(reef, organization);
  const { id: planId } = await getPlan(reef, plan, true);
  const subscription = await reef.billing.assignPlan({ organizationId, planId, trialDays });
  output.result(subscription, "");
  output.talk(
    `${oneLine(name)} has the plan ${oneLine(subscription.plan.name)}; its month ends on ${dayOf(subscription.periodEnd)}.`,
  );
}

interface Deed {
  /** What is asked before it is done; nothing is asked where it can be taken back. */
  question?: (organization: Organization) => string;
  run: (reef: Reef, organizationId: Organization["id"]) => Promise<Subscription>;
  done: (name: string) => string;
}

const doing =
  ({ question, run, done }: Deed) =>
  async (context: Context, { yes }: GlobalOptions & { yes?: boolean }, named: string): Promise<void> => {
    const { output, signal } = context;
    const reef = await connect(context);
    const organization = await getOrganization(reef, named);
    if (question !== undefined) await confirm(question(organization), yes, signal, "Nothing was changed.");
    const subscription = await run(reef, organization.id);
    output.result(subscription, "");
    output.talk(done(oneLine(organization.name)));
  };

/** `reef subscriptions suspend ORGANIZATION` */
export const suspendSubscription = doing({
  question: ({ name }) =>
    `Suspend the plan of ${oneLine(name)}? Its calls of models are refused until it is reactivated.`,
  run: (reef, organizationId) => reef.billing.suspendSubscription({ organizationId }),
  done: (name) => `Suspended: ${name} can call no model within seconds.`,
});

/** `reef subscriptions reactivate ORGANIZATION` */
export const reactivateSubscription = doing({
  run: (reef, organizationId) => reef.billing.reactivateSubscription({ organizationId }),
  done: (name) => `Reactivated: ${name} can call models again.`,
});

/** `reef subscriptions cancel ORGANIZATION` */
export const cancelSubscription = doing({
  question: ({ name }) => `End the plan of ${oneLine(name)} now? Its calls of models are refused within seconds.`,
  run: (reef, organizationId) => reef.billing.cancelSubscription({ organizationId }),
  done: (name) => `The plan of ${name} has ended.`,
});

/** `reef subscriptions roll-up ORGANIZATION` */
export const rollUpSubscription = doing({
  run: (reef, organizationId) => reef.billing.rollUpPeriods({ organizationId }),
  done: (name) => `The use of ${name} is being summed up anew; it is done within seconds.`,
});
