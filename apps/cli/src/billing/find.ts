import type { Invoice, Organization, Plan, Reef } from "@reef/sdk";
import { CommandError, exitCodes } from "../failures.ts";
import { oneLine } from "../terminal/text.ts";

/**
 * A plan by its short name or id: among those that the organization may choose, or, for operators, among all.
 *
 * @throws CommandError when there is none.
 */
export async function getPlan(reef: Reef, slugOrId: string, isOperated = false): Promise<Plan> {
  const all = isOperated ? reef.billing.listAllPlans.all : reef.billing.listPlans.all;
  for await (const plan of all({ limit: 100 })) if (plan.id === slugOrId || plan.slug === slugOrId) return plan;
  throw new CommandError(
    exitCodes.notFound,
    `There is no plan ${oneLine(slugOrId)}.`,
    `\`${isOperated ? "reef plans list" : "reef plan list"}\` shows those that there are.`,
  );
}

/**
 * The id of an invoice that is named by its number or id: one of the organization, or, for operators, of any.
 *
 * @throws CommandError when no invoice has this number.
 */
export async function invoiceIdOf(reef: Reef, numberOrId: string, isOperated = false): Promise<Invoice["id"]> {
  if (isInvoiceId(numberOrId)) return numberOrId;
  const all = isOperated ? reef.billing.listAllInvoices.all : reef.billing.listInvoices.all;
  const wanted = numberOrId.trim().toUpperCase();
  for await (const { id, number } of all({ limit: 100 })) if (number.toUpperCase() === wanted) return id;
  throw new CommandError(
    exitCodes.notFound,
    `There is no invoice ${oneLine(numberOrId)}.`,
    `\`reef invoices list${isOperated ? " --all" : ""}\` shows those that there are, with their numbers.`,
  );
}

const isInvoiceId = (text: string): text is Invoice["id"] => /^inv_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text);

/**
 * An organization of the reef by its slug or id, for operators.
 *
 * @throws CommandError when there is none.
 */
export async function getOrganization(reef: Reef, slugOrId: string): Promise<Organization> {
  for await (const organization of reef.identity.listOrganizations.all({ limit: 100 })) {
    if (organization.id === slugOrId || organization.slug === slugOrId) return organization;
  }
  throw new CommandError(
    exitCodes.notFound,
    `There is no organization ${oneLine(slugOrId)} in this reef.`,
    "The console's page of operations shows those that there are.",
  );
}
