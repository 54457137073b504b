import type { Id } from "@reef/crypto";
import type { MailContent } from "@reef/mail";
import type { BudgetCrossing } from "../api.ts";
import { FAILURES_TO_SUSPEND } from "../lifecycle.ts";
import { countOf, dayOf, moneyOf } from "../words.ts";

/** An invoice, as far as a mail tells of it. */
interface IssuedInvoice {
  id: Id<"inv">;
  number: string;
  totalCents: number;
  /** ISO 4217, in lower case. */
  currency: string;
  dueAt: Date;
}

/** An invoice that was paid, as far as a mail tells of it. */
type PaidInvoice = Omit<IssuedInvoice, "dueAt">;

/** What people are told of. */
export type Alert =
  | { kind: "trial-began"; planName: string; endsAt: Date }
  | { kind: "trial-ends"; planName: string; endsAt: Date; isPaidByCard: boolean }
  | { kind: "plan-began"; planName: string }
  | { kind: "plan-changed"; planName: string; previousName: string }
  | { kind: "upgrade-unpaid"; planName: string; wantedName: string }
  | { kind: "payment-failed"; failedPayments: number; payUrl: string | undefined }
  | { kind: "suspended"; isUnpaid: boolean; payUrl: string | undefined }
  | { kind: "reactivated"; planName: string }
  | { kind: "will-end"; planName: string; endsAt: Date }
  | { kind: "goes-on"; planName: string }
  | { kind: "cancelled"; planName: string }
  | { kind: "invoice-issued"; invoice: IssuedInvoice }
  | { kind: "invoice-paid"; invoice: PaidInvoice }
  | { kind: "budget-warned" | "budget-exhausted"; crossing: BudgetCrossing };

/** Whom it is about, and where. */
export interface AlertPlace {
  /** The organization's name. */
  organization: string;
  /** The base of the console's addresses. */
  publicUrl: string;
}

const SCOPES: Readonly<Record<BudgetCrossing["scope"], string>> = {
  organization: "the organization",
  workspace: "a workspace",
  agent: "an agent",
  key: "a key",
  plan: "the plan",
};

/** What a mail says of it: what happened, what it means, and what to do. */
export function contentOf(alert: Alert, { organization, publicUrl }: AlertPlace): MailContent {
  const template = `billing-${alert.kind}`;
  const planPage = { label: "See the plan", link: `${publicUrl}/plan` };
  const payAt = (url: string | undefined) => ({ label: "Pay", link: url ?? planPage.link });
  switch (alert.kind) {
    case "trial-began":
      return {
        template,
        subject: `${organization} tries the plan ${alert.planName}`,
        text: [
          `${organization} has the plan ${alert.planName} from now on. Until ${dayOf(iso(alert.endsAt))} it costs nothing.`,
        ],
        action: planPage,
      };
    case "trial-ends":
      return {
        template,
        subject: `The trial of ${organization} ends on ${dayOf(iso(alert.endsAt))}`,
        text: [
          `On ${dayOf(iso(alert.endsAt))} the trial of the plan ${alert.planName} ends, and its first month begins.`,
          alert.isPaidByCard
            ? "The month is charged to the card then. Whoever does not want it ends the plan before."
            : "Whoever does not want it asks an operator of the reef to end the plan before.",
        ],
        action: planPage,
      };
    case "plan-began":
      return {
        template,
        subject: `${organization} has the plan ${alert.planName}`,
        text: [`${organization} has the plan ${alert.planName} from now on.`],
        action: planPage,
      };
    case "plan-changed":
      return {
        template,
        subject: `The plan of ${organization} is now ${alert.planName}`,
        text: [
          `The plan of ${organization} was changed from ${alert.previousName} to ${alert.planName}. It holds at once.`,
        ],
        action: planPage,
      };
    case "upgrade-unpaid":
      return {
        template,
        subject: `${organization} could not change to the plan ${alert.wantedName}`,
        text: [
          `${organization} chose the plan ${alert.wantedName}. Its first month is paid at once, and the card could not be charged for it.`,
          `So the plan was not changed: ${alert.planName} goes on as it was, and nothing was charged.`,
          `To have ${alert.wantedName}, change the card on the plan's page under "Cards and receipts", then choose ${alert.wantedName} there again.`,
        ],
        action: planPage,
      };
    case "payment-failed":
      return {
        template,
        subject: `A payment of ${organization} failed`,
        text: [
          `The plan of ${organization} could not be charged (attempt ${alert.failedPayments} of ${FAILURES_TO_SUSPEND}).`,
          "It is tried again in the next days, and models can be called until then. If the third attempt fails too, calls of models stop.",
        ],
        action: payAt(alert.payUrl),
        after: ["A card that has expired or was replaced is changed from the plan's page."],
      };
    case "suspended":
      return {
        template,
        subject: `The plan of ${organization} is suspended`,
        text: [
          alert.isUnpaid
            ? `The plan of ${organization} was not paid for, so calls of models are refused from now on. They are served again as soon as what is due is paid.`
            : `An operator of the reef suspended the plan of ${organization}: calls of models are refused from now on.`,
        ],
        ...(alert.isUnpaid && { action: payAt(alert.payUrl) }),
        after: alert.isUnpaid ? [] : ["Ask an operator of the reef why."],
      };
    case "reactivated":
      return {
        template,
        subject: `The plan of ${organization} serves again`,
        text: [`The plan ${alert.planName} of ${organization} is no longer suspended: models can be called again.`],
        action: planPage,
      };
    case "will-end":
      return {
        template,
        subject: `The plan of ${organization} ends on ${dayOf(iso(alert.endsAt))}`,
        text: [
          `The plan ${alert.planName} of ${organization} was cancelled. It serves until ${dayOf(iso(alert.endsAt))}; nothing more is charged for its months.`,
          "Until then this can be taken back.",
        ],
        action: planPage,
      };
    case "goes-on":
      return {
        template,
        subject: `The plan of ${organization} goes on`,
        text: [`The end of the plan ${alert.planName} of ${organization} was taken back: it goes on as before.`],
        action: planPage,
      };
    case "cancelled":
      return {
        template,
        subject: `The plan of ${organization} has ended`,
        text: [
          `The plan ${alert.planName} of ${organization} has ended. Invoices and what was used can still be seen.`,
          "A plan can be chosen again at any time; an invoice that is still open is paid first.",
        ],
        action: planPage,
      };
    case "invoice-issued":
      return invoiceContent(alert.invoice, { organization, publicUrl, template });
    case "invoice-paid":
      return paidContent(alert.invoice, { organization, publicUrl, template });
    default:
      return budgetContent(alert, { organization, publicUrl, template });
  }
}

function invoiceContent(
  { id, number, totalCents, currency, dueAt }: IssuedInvoice,
  { organization, publicUrl, template }: AlertPlace & { template: string },
): MailContent {
  const amount = moneyOf(totalCents, currency);
  return {
    template,
    subject: `Invoice ${number} for ${organization}: ${amount}`,
    text: [
      `Invoice ${number} for ${organization} comes to ${amount}, due by ${dayOf(iso(dueAt))}. It can be seen and had as a PDF there:`,
    ],
    action: { label: "See the invoice", link: `${publicUrl}/plan/invoices/${id}` },
    after: ["Who operates the reef notes that it was paid."],
  };
}

function paidContent(
  { id, number, totalCents, currency }: PaidInvoice,
  { organization, publicUrl, template }: AlertPlace & { template: string },
): MailContent {
  const amount = moneyOf(totalCents, currency);
  return {
    template,
    subject: `${organization} paid ${amount}: invoice ${number}`,
    text: [
      `Invoice ${number} of ${organization} over ${amount} was paid at Stripe. It can be seen and had as a PDF there:`,
    ],
    action: { label: "See the invoice", link: `${publicUrl}/plan/invoices/${id}` },
  };
}

function budgetContent(
  { kind, crossing }: Extract<Alert, { crossing: BudgetCrossing }>,
  { organization, publicUrl, template }: AlertPlace & { template: string },
): MailContent {
  const { scope, used, limit } = crossing;
  const isPlan = scope === "plan";
  const isGone = kind === "budget-exhausted";
  const share = isGone ? "used up" : "nearly used up";
  const amounts = `${amountOf(used, crossing)} of ${amountOf(limit, crossing)}`;
  const what = isPlan ? "allowance" : "budget";
  return {
    template,
    subject: isPlan ? `The allowance of ${organization}'s plan is ${share}` : `A budget of ${organization} is ${share}`,
    text: [
      isPlan
        ? `${organization} has used ${amounts} that its plan allows in this month.`
        : `Of a budget for ${SCOPES[scope]} in ${organization}, ${amounts} are used.`,
      isGone
        ? `Calls of models that draw on the ${what} are refused until ${whenAgain(crossing)}.`
        : `When nothing is left of the ${what}, calls of models that draw on it are refused until ${whenAgain(crossing)}.`,
    ],
    action: isPlan
      ? { label: "See the plan", link: `${publicUrl}/plan` }
      : { label: "See the budgets", link: `${publicUrl}/models?tab=budgets` },
  };
}

function whenAgain({ scope, periodStart }: BudgetCrossing): string {
  if (scope === "plan") return "the next month begins or the plan is changed";
  return periodStart === null ? "the budget is raised" : "its next period begins or it is raised";
}

const MICROS_PER_CENT = 10_000;

const amountOf = (amount: number, { unit }: Pick<BudgetCrossing, "unit">): string =>
  unit === "tokens" ? `${countOf(amount)} tokens` : moneyOf(Math.ceil(amount / MICROS_PER_CENT), "usd");

const iso = (date: Date): string => date.toISOString();
