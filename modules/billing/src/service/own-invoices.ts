import { type Id, newId } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { IdentityApi } from "@reef/identity";
import type { Clock } from "../clock.ts";
import type { InvoiceLine } from "../contract/invoices.ts";
import { insertInvoice, takeNumber } from "../store/invoices.ts";
import { findPeriodAt, listUninvoiced, type StoredPeriod, updateInvoiced } from "../store/periods.ts";
import { beyondAllowanceOf, countOf } from "../words.ts";
import type { Alerts } from "./alerts.ts";

export interface OwnInvoiceDependencies {
  identity: Pick<IdentityApi, "findOrganization">;
  alerts: Alerts;
  clock: Clock;
}

/** Issues the reef's own invoices, for plans that operators assign. */
export interface OwnInvoices {
  /**
   * Issues the invoice of the month that begins at `start`, with what was used beyond the allowance before and is on none yet; in the
   * transaction that begins the month, so that there is one for each.
   */
  issueForMonth(transaction: Connection, organizationId: Id<"org">, start: Date): Promise<void>;
  /** Issues what was used beyond the allowance and is on no invoice yet, where no month follows that it could be charged with. */
  issueRest(transaction: Connection, organizationId: Id<"org">): Promise<void>;
}

const DUE_DAYS = 14;
const DAY_MS = 86_400_000;
/** Months with overage on one invoice; more come with the next one. */
const MOST_MONTHS = 24;
const NUMBER_DIGITS = 4;

/** Invoices, with what is told of them, in the transaction that issues them. */
export function createOwnInvoices({ identity, alerts, clock }: OwnInvoiceDependencies): OwnInvoices {
  /** Puts overage on an invoice, as far as that is of its currency. */
  async function takeOverage(db: Connection, organizationId: Id<"org">): Promise<Map<string, InvoiceLine[]>> {
    const now = new Date(clock.now());
    const months = await listUninvoiced(db, organizationId, { now, limit: MOST_MONTHS });
    for (const { id, overageCents } of months) await updateInvoiced(db, organizationId, id, overageCents);
    const byCurrency = Map.groupBy(months, ({ currency }) => currency);
    return new Map(Array.from(byCurrency, ([currency, ofIt]) => [currency, ofIt.map(overageLine)]));
  }

  async function issue(db: Connection, organizationId: Id<"org">, linesByCurrency: Map<string, InvoiceLine[]>) {
    for (const [currency, lines] of linesByCurrency) {
      const totalCents = lines.reduce((sum, { amountCents }) => sum + amountCents, 0);
      if (totalCents > 0) await issueOne(db, organizationId, { currency, lines, totalCents });
    }
  }

  async function issueOne(
    db: Connection,
    organizationId: Id<"org">,
    { currency, lines, totalCents }: { currency: string; lines: InvoiceLine[]; totalCents: number },
  ): Promise<void> {
    const issuedAt = new Date(clock.now());
    const dueAt = new Date(issuedAt.getTime() + DUE_DAYS * DAY_MS);
    const organization = await identity.findOrganization(db, organizationId);
    // Last, since whoever takes a number lets all others who issue wait.
    const year = issuedAt.getUTCFullYear();
    const number = `R-${year}-${String(await takeNumber(db, year)).padStart(NUMBER_DIGITS, "0")}`;
    const id = newId("inv");
    await insertInvoice(db, {
      id,
      organizationId,
      number,
      state: "open",
      paidBy: "operator",
      billedTo: organization?.name ?? organizationId,
      currency,
      lines,
      subtotalCents: totalCents,
      taxCents: 0,
      totalCents,
      failedPayments: 0,
      payUrl: null,
      issuedAt,
      dueAt,
      paidAt: null,
    });
    const invoice = { id, number, totalCents, currency, dueAt };
    await alerts.tell(db, organizationId, id, { kind: "invoice-issued", invoice });
  }

  return {
    async issueForMonth(db, organizationId, start) {
      const month = await findPeriodAt(db, organizationId, start);
      const lines = await takeOverage(db, organizationId);
      if (month !== undefined && month.priceCents > 0) {
        lines.set(month.currency, [feeLine(month), ...(lines.get(month.currency) ?? [])]);
      }
      await issue(db, organizationId, lines);
    },
    issueRest: async (db, organizationId) => issue(db, organizationId, await takeOverage(db, organizationId)),
  };
}

const spanOf = ({ start, end }: StoredPeriod) => ({
  periodStart: start.toISOString(),
  periodEnd: end.toISOString(),
});

const feeLine = (month: StoredPeriod): InvoiceLine => ({
  description: `${month.planName}, one month`,
  quantity: 1,
  amountCents: month.priceCents,
  ...spanOf(month),
});

function overageLine(month: StoredPeriod): InvoiceLine {
  const { overageTokens, overageCents, invoicedOverageCents, planName } = month;
  const isRest = invoicedOverageCents > 0;
  return {
    description: isRest
      ? `What was counted later beyond the allowance of ${planName}: ${countOf(overageTokens)} tokens in all`
      : beyondAllowanceOf(month),
    quantity: 1,
    amountCents: overageCents - invoicedOverageCents,
    ...spanOf(month),
  };
}
