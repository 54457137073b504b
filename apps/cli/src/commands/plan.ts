import type { BillingPeriod, BillingStanding, Budget, Page, Plan, Reef, Subscription } from "@reef/sdk";
import { getPlan } from "../billing/find.ts";
import { allowanceOf, beyondOf, dayOf, moneyOf, priceOf, standingOf } from "../billing/words.ts";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { count, dollarsOf } from "../terminal/amount.ts";
import { confirm } from "../terminal/input.ts";
import { writePage } from "../terminal/page.ts";
import { oneLine } from "../terminal/text.ts";

interface PageOptions {
  limit?: number;
  cursor?: string;
}

/** `reef plan`: what the organization has, and what it used of the month. */
export async function showPlan(context: Context, _options: GlobalOptions): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const [standing, { items: periods }, { items: budgets }] = await Promise.all([
    reef.billing.getSubscription(),
    reef.billing.listPeriods({ limit: 1 }),
    reef.gateway.listBudgets({ scope: "plan", limit: 1 }),
  ]);
  const { subscription } = standing;
  const [period] = periods;
  const present = period !== undefined && period.start === subscription?.periodStart ? period : undefined;
  const shown = { period: present ?? null, budget: budgets[0] ?? null };
  output.result({ ...standing, ...shown }, subscription === null ? "" : cardOf(subscription, present, budgets[0]));
  for (const line of nextSteps(standing)) output.talk(line);
}

function cardOf(subscription: Subscription, period: BillingPeriod | undefined, budget: Budget | undefined): string {
  const { plan, paidBy, periodEnd } = subscription;
  const facts = [
    ["plan", `${oneLine(plan.name)} (${plan.slug}), ${priceOf(plan)}${paidBy === "operator" ? ", by hand" : ""}`],
    ["state", standingOf(subscription)],
    ["month ends", dayOf(periodEnd)],
    ["allows", `${allowanceOf(plan)}; beyond it: ${beyondOf(plan)}`],
    ...(period === undefined ? [] : [["used", usedOf(period, budget)]]),
  ];
  return facts.map(([name = "", value = ""]) => `${name.padEnd(12)}${value}`).join("\n");
}

/** The plan's budget tells what is used now; the month's own sums are made once an hour. */
function usedOf({ overageCents, currency, ...summed }: BillingPeriod, budget: Budget | undefined): string {
  const tokens = budget?.usedTokens ?? summed.inputTokens + summed.outputTokens;
  const micros = budget?.usedMicros ?? summed.costMicros;
  const beyond = overageCents === 0 ? "" : `; ${moneyOf(overageCents, currency)} beyond the allowance`;
  return `${count(tokens)} tokens, ${dollarsOf(micros)} of models${beyond}`;
}

/** What a person should know, or do next. */
function nextSteps({ subscription, payments, planRequired, mayTry }: BillingStanding): string[] {
  const choose =
    payments === "none"
      ? "Ask an operator of the reef for a plan."
      : `Choose one with \`reef plan choose\`; \`reef plan list\` shows them.${mayTry ? " Where one has a trial, its first days are free." : ""}`;
  const steps = payments === "test" ? ["Nothing is real: a stand-in for Stripe takes the payments of this reef."] : [];
  if (subscription === null) {
    const meaning = planRequired ? "no model can be called." : "models can be called without one.";
    return [...steps, `There is no plan, and ${meaning} ${choose}`];
  }
  const pay = subscription.paidBy === "stripe" ? "`reef plan pay` says where." : "Ask an operator of the reef.";
  if (subscription.state === "cancelled") return [...steps, `The plan has ended: no model can be called. ${choose}`];
  if (subscription.state === "suspended") return [...steps, `Suspended: no model can be called. ${pay}`];
  if (subscription.state === "past_due") return [...steps, `A payment failed; after the third time calls stop. ${pay}`];
  if (subscription.endsAtPeriodEnd) return [...steps, "It ends with the month. `reef plan resume` keeps it."];
  return subscription.pendingPlanId === null ? steps : [...steps, "A change of the plan is being arranged."];
}

/** `reef plan list`: what the organization may choose. */
export async function listOfferedPlans(context: Context, { limit, cursor }: PageOptions): Promise<void> {
  const reef = await connect(context);
  writePlans(context, await reef.billing.listPlans({ limit, cursor }), "No plan is offered.");
}

/** A page of plans as a table. */
export function writePlans(context: Context, page: Page<Plan>, whenEmpty: string): void {
  const isOperated = page.items.some(({ archivedAt, isOffered }) => archivedAt !== null || !isOffered);
  const columns = [
    { heading: "PLAN", text: (plan: Plan) => plan.slug },
    { heading: "NAME", text: (plan: Plan) => plan.name, mayCut: true },
    { heading: "PRICE", text: (plan: Plan) => priceOf(plan) },
    { heading: "ALLOWS A MONTH", text: (plan: Plan) => allowanceOf(plan), mayCut: true },
    { heading: "BEYOND", text: (plan: Plan) => beyondOf(plan) },
    { heading: "TRIAL", text: ({ trialDays }: Plan) => (trialDays === 0 ? "none" : `${trialDays} days`) },
    ...(isOperated ? [{ heading: "STATE", text: stateOf }] : []),
    { heading: "ID", text: (plan: Plan) => plan.id },
  ];
  writePage(context.output, page, columns, whenEmpty);
}

const stateOf = ({ archivedAt, isOffered }: Plan): string =>
  archivedAt !== null ? "archived" : isOffered ? "offered" : "by operators";

/** `reef plan months` */
export async function listMonths(context: Context, { limit, cursor }: PageOptions): Promise<void> {
  const reef = await connect(context);
  const page: Page<BillingPeriod> = await reef.billing.listPeriods({ limit, cursor });
  const columns = [
    { heading: "FROM", text: ({ start }: BillingPeriod) => dayOf(start) },
    { heading: "TO", text: ({ end }: BillingPeriod) => dayOf(end) },
    { heading: "PLAN", text: ({ planName }: BillingPeriod) => planName, mayCut: true },
    { heading: "CALLS", text: ({ calls }: BillingPeriod) => count(calls) },
    {
      heading: "TOKENS",
      text: ({ inputTokens, outputTokens }: BillingPeriod) => count(inputTokens + outputTokens),
    },
    { heading: "MODELS", text: ({ costMicros }: BillingPeriod) => dollarsOf(costMicros) },
    {
      heading: "BEYOND",
      text: ({ overageCents, currency }: BillingPeriod) => (overageCents === 0 ? "" : moneyOf(overageCents, currency)),
    },
  ];
  writePage(context.output, page, columns, "There is no month yet; the first one begins with the plan.");
}

/** `reef plan choose PLAN`: stdout gets the address where one pays. */
export async function choosePlan(context: Context, _options: GlobalOptions, name: string): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const plan = await getPlan(reef, name);
  const redirect = await reef.billing.startCheckout({ planId: plan.id });
  output.result(redirect, redirect.url);
  output.talk(`Open it in a browser to pay for ${oneLine(plan.name)}, ${priceOf(plan)}. Nothing is owed until then.`);
}

/** `reef plan pay`: stdout gets the address where cards are changed and what is due is paid. */
export async function openPortal(context: Context, _options: GlobalOptions): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const redirect = await reef.billing.openPortal();
  output.result(redirect, redirect.url);
  output.talk("Open it in a browser: there cards are changed, and what is due is paid.");
}

/** `reef plan change PLAN` */
export async function changePlan(context: Context, { yes }: { yes?: boolean }, name: string): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const [plan, subscription] = [await getPlan(reef, name), await getSubscription(reef)];
  const question = `Change to ${oneLine(plan.name)}, ${priceOf(plan)}? It holds within seconds; what was paid is reckoned up.`;
  await confirm(question, yes, signal, "Nothing was changed.");
  const changed = await reef.billing.updateSubscription({ planId: plan.id }, { ifMatch: subscription.version });
  output.result(changed, "");
  const isArranged = changed.pendingPlanId === null;
  output.talk(isArranged ? `The plan is ${oneLine(plan.name)}.` : `Being arranged: \`reef plan\` tells when it holds.`);
}

/** `reef plan cancel` */
export async function cancelPlan(context: Context, { yes }: { yes?: boolean }): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const subscription = await getSubscription(reef);
  const end = dayOf(subscription.periodEnd);
  const question = `Cancel the plan ${oneLine(subscription.plan.name)}? It serves until ${end}; afterwards no model can be called.`;
  await confirm(question, yes, signal, "The plan goes on.");
  const changed = await reef.billing.updateSubscription({ endsAtPeriodEnd: true }, { ifMatch: subscription.version });
  output.result(changed, "");
  output.talk(`It ends on ${end}. \`reef plan resume\` takes that back until then.`);
}

/** `reef plan resume` */
export async function resumePlan(context: Context, _options: GlobalOptions): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const subscription = await getSubscription(reef);
  const changed = await reef.billing.updateSubscription({ endsAtPeriodEnd: false }, { ifMatch: subscription.version });
  output.result(changed, "");
  output.talk(`The plan ${oneLine(changed.plan.name)} goes on.`);
}

/** @throws CommandError where the organization never had one */
async function getSubscription(reef: Reef): Promise<Subscription> {
  const { subscription } = await reef.billing.getSubscription();
  if (subscription !== null) return subscription;
  throw new CommandError(exitCodes.failed, "There is no plan.", "Choose one with `reef plan choose` first.");
}
