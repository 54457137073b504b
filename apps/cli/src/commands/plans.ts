import type { Plan } from "@reef/sdk";
import { getPlan } from "../billing/find.ts";
import { digitsOf } from "../billing/words.ts";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { confirm } from "../terminal/input.ts";
import { oneLine } from "../terminal/text.ts";
import { writePlans } from "./plan.ts";

/** What a plan may be given; what is left out stays as it is, or is as the reef has it. */
interface TermOptions {
  name?: string;
  description?: string;
  price?: number;
  tokens?: number | "none";
  dollars?: number | "none";
  overagePerMillion?: number | "none";
  trialDays?: number;
  offered?: boolean;
  position?: number;
}

/** The terms of the API that options say. An amount of money is of the plan's currency. */
const termsOf = ({ overagePerMillion, ...options }: TermOptions, currency: string) => ({
  name: options.name,
  description: options.description,
  priceCents: options.price === undefined ? undefined : minorOf(options.price, currency),
  allowanceTokens: nullOf(options.tokens),
  allowanceMicros: nullOf(options.dollars),
  ...(overagePerMillion !== undefined &&
    (overagePerMillion === "none"
      ? { atLimit: "stop" as const, overageCentsPerMillion: null }
      : { atLimit: "charge" as const, overageCentsPerMillion: minorOf(overagePerMillion, currency) })),
  trialDays: options.trialDays,
  isOffered: options.offered,
  position: options.position,
});

const nullOf = (amount: number | "none" | undefined): number | null | undefined => (amount === "none" ? null : amount);

const minorOf = (amount: number, currency: string): number => Math.round(amount * 10 ** digitsOf(currency));

/** `reef plans list`: all of the reef's. */
export async function listPlans(context: Context, options: { limit?: number; cursor?: string }): Promise<void> {
  const { limit, cursor } = options;
  const reef = await connect(context);
  const page = await reef.billing.listAllPlans({ limit, cursor });
  writePlans(context, page, "There is no plan. Create one with `reef plans create`.");
}

interface CreateOptions extends TermOptions {
  name: string;
  price: number;
  currency?: string;
}

/** `reef plans create SLUG`: stdout gets the new plan's id. */
export async function createPlan(context: Context, options: CreateOptions, slug: string): Promise<void> {
  const { output } = context;
  const { currency = "usd", name, price } = options;
  const reef = await connect(context);
  const priceCents = minorOf(price, currency);
  const plan = await reef.billing.createPlan({ ...termsOf(options, currency), slug, name, priceCents, currency });
  output.result(plan, plan.id);
  output.talk(
    plan.isOffered
      ? "Organizations may choose it from now on."
      : "Operators may assign it: `reef subscriptions assign`.",
  );
}

/** `reef plans update PLAN` */
export async function updatePlan(context: Context, options: TermOptions, name: string): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const plan: Plan = await getPlan(reef, name, true);
  const terms = termsOf(options, plan.currency);
  if (Object.values(terms).every((term) => term === undefined)) {
    throw new CommandError(exitCodes.wrongUse, "Say what to change.", "`reef plans update --help` shows what can be.");
  }
  const changed = await reef.billing.updatePlan({ planId: plan.id, ...terms }, { ifMatch: plan.version });
  output.result(changed, "");
  output.talk("Changed. A new allowance holds at once, a new price from each one's next month on.");
}

/** `reef plans archive PLAN` */
export async function archivePlan(context: Context, { yes }: { yes?: boolean }, name: string): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const { id: planId, name: called } = await getPlan(reef, name, true);
  await confirm(
    `Archive the plan ${oneLine(called)}? Nobody can choose it any more; who has it keeps it.`,
    yes,
    signal,
    "Nothing was changed.",
  );
  await reef.billing.archivePlan({ planId });
  output.result({ archived: planId }, "");
  output.talk(`Archived: ${oneLine(called)}.`);
}
