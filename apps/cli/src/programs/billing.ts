import { type Command, Option } from "commander";
import { currency, dollars, money, numberOrNone, orNone, wholeNumber } from "../parse.ts";
import { lazily } from "../run.ts";
import { paged } from "./paged.ts";

const loadPlan = () => import("../commands/plan.ts");
const loadPlans = () => import("../commands/plans.ts");
const loadInvoices = () => import("../commands/invoices.ts");
const loadSubscriptions = () => import("../commands/subscriptions.ts");

/** `reef plan …`: the organization's own; `reef plans` is for operators. */
export function addPlanCommands(program: Command): void {
  const plan = program.command("plan").description("what the organization may use of models, and what it costs");
  plan
    .command("show", { isDefault: true })
    .description("tell which plan there is, how it stands, and what was used of the month")
    .action(lazily(async () => (await loadPlan()).showPlan));
  paged(plan.command("list"))
    .description("list the plans that the organization may choose")
    .action(lazily(async () => (await loadPlan()).listOfferedPlans));
  paged(plan.command("months"))
    .description("list the months of the plan with what was used in each, newest first")
    .action(lazily(async () => (await loadPlan()).listMonths));
  plan
    .command("choose")
    .description("begin to pay for a plan: stdout gets the address where one pays, in a browser")
    .argument("<plan>", "its short name or id")
    .action(lazily(async () => (await loadPlan()).choosePlan));
  plan
    .command("pay")
    .description("stdout gets the address where cards are changed, and what is due is paid")
    .action(lazily(async () => (await loadPlan()).openPortal));
  plan
    .command("change")
    .description("change to another plan, at once; what was paid is reckoned up")
    .argument("<plan>", "its short name or id")
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadPlan()).changePlan));
  plan
    .command("cancel")
    .description("let the plan end with the month")
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadPlan()).cancelPlan));
  plan
    .command("resume")
    .description("keep a plan that was to end")
    .action(lazily(async () => (await loadPlan()).resumePlan));
}

const INVOICE_STATES = ["open", "paid", "void", "uncollectible"];
const SUBSCRIPTION_STATES = ["trial", "active", "past_due", "suspended", "cancelled"];

/** `reef invoices …` */
export function addInvoiceCommands(program: Command): void {
  const invoices = program.command("invoices").description("what the organization owes and paid");
  paged(invoices.command("list", { isDefault: true }))
    .description("list them, newest first")
    .addOption(new Option("--state <state>", "only those in this state").choices(INVOICE_STATES))
    .option("--all", "those of every organization, for operators")
    .action(lazily(async () => (await loadInvoices()).listInvoices));
  invoices
    .command("get")
    .description("show an invoice with its lines")
    .argument("<number or id>", "the invoice, such as R-2026-0001")
    .action(lazily(async () => (await loadInvoices()).getInvoice));
  invoices
    .command("pdf")
    .description("write an invoice as a PDF")
    .argument("<number or id>", "the invoice, such as R-2026-0001")
    .argument("[file]", "where to; default: named by its number, in this folder")
    .option("--all", "one of any organization, for operators")
    .action(lazily(async () => (await loadInvoices()).saveInvoicePdf));
  invoices
    .command("export")
    .description("write all invoices as CSV, oldest first")
    .argument("[file]", "where to; default: standard output")
    .action(lazily(async () => (await loadInvoices()).exportInvoices));
  invoices
    .command("settle")
    .description("say of an open invoice of the reef what became of it, for operators")
    .argument("<number or id>", "the invoice, such as R-2026-0001")
    .addOption(new Option("--as <state>", "what became of it").choices(INVOICE_STATES.slice(1)).makeOptionMandatory())
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadInvoices()).settleInvoice));
}

const withTerms = (command: Command): Command =>
  command
    .option("--description <text>", "what it is for, in a sentence")
    .option("--tokens <number|none>", "how many tokens a month, input and output", numberOrNone(0, 9e15))
    .option("--dollars <amount|none>", "what its calls of models may cost a month", orNone(dollars))
    .option(
      "--overage-per-million <amount|none>",
      "what each million tokens beyond the allowance costs; none: calls stop there",
      orNone(money),
    )
    .option("--trial-days <0-365>", "how many days are free at the first time", wholeNumber(0, 365))
    .option("--offered", "organizations may choose it themselves")
    .option("--no-offered", "only operators assign it")
    .option("--position <0-1000>", "its place among the plans", wholeNumber(0, 1_000));

/** `reef plans …`, for operators. */
export function addPlansCommands(program: Command): void {
  const plans = program.command("plans").description("the plans of the reef, for operators; `reef plan` is your own");
  paged(plans.command("list", { isDefault: true }))
    .description("list all plans, also those that nobody can choose any more")
    .action(lazily(async () => (await loadPlans()).listPlans));
  withTerms(
    plans
      .command("create")
      .description("create a plan; stdout gets its id")
      .argument("<plan>", "its short name, for good: `starter`")
      .requiredOption("--name <name>", "what people shall call it")
      .requiredOption("--price <amount>", "of one month, in its currency: 49.00", money)
      .option("--currency <code>", "as ISO 4217 has it, for good (usd)", currency),
  ).action(lazily(async () => (await loadPlans()).createPlan));
  withTerms(
    plans
      .command("update")
      .description("change a plan: an allowance holds at once, a price from each one's next month on")
      .argument("<plan>", "its short name or id")
      .option("--name <name>", "what people shall call it")
      .option("--price <amount>", "of one month, in its currency", money),
  ).action(lazily(async () => (await loadPlans()).updatePlan));
  plans
    .command("archive")
    .description("let nobody choose a plan any more; who has it keeps it")
    .argument("<plan>", "its short name or id")
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadPlans()).archivePlan));
}

/** `reef subscriptions …`, for operators. */
export function addSubscriptionCommands(program: Command): void {
  const subscriptions = program
    .command("subscriptions")
    .description("which plans the organizations of the reef have, for operators");
  paged(subscriptions.command("list", { isDefault: true }))
    .description("list those of all organizations, newest first")
    .addOption(new Option("--state <state>", "only those in this state").choices(SUBSCRIPTION_STATES))
    .action(lazily(async () => (await loadSubscriptions()).listSubscriptions));
  subscriptions
    .command("assign")
    .description("give an organization a plan, without a payment in the reef")
    .argument("<organization>", "its slug or id")
    .argument("<plan>", "the plan's short name or id")
    .option("--trial-days <0-365>", "begin with so many days of trial", wholeNumber(0, 365))
    .action(lazily(async () => (await loadSubscriptions()).assignPlan));
  subscriptions
    .command("suspend")
    .description("refuse an organization's calls of models until it is reactivated")
    .argument("<organization>", "its slug or id")
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadSubscriptions()).suspendSubscription));
  subscriptions
    .command("reactivate")
    .description("let a suspended organization call models again")
    .argument("<organization>", "its slug or id")
    .action(lazily(async () => (await loadSubscriptions()).reactivateSubscription));
  subscriptions
    .command("cancel")
    .description("end an organization's plan now")
    .argument("<organization>", "its slug or id")
    .option("--yes", "do not ask")
    .action(lazily(async () => (await loadSubscriptions()).cancelSubscription));
  subscriptions
    .command("roll-up")
    .description("sum up an organization's use of its months anew; safe to repeat")
    .argument("<organization>", "its slug or id")
    .action(lazily(async () => (await loadSubscriptions()).rollUpSubscription));
}
