import { type Id, toTypeId, toUuid } from "@reef/crypto";
import type { Connection } from "@reef/db";
import { type Selectable, sql } from "kysely";
import type { InvoiceLine, InvoiceState } from "../contract/invoices.ts";
import { type BillingTables, type PaidBy, tables } from "../schema.ts";

/** An invoice as the rest of the module sees it. */
export interface StoredInvoice {
  id: Id<"inv">;
  organizationId: Id<"org">;
  number: string;
  state: InvoiceState;
  paidBy: PaidBy;
  billedTo: string;
  currency: string;
  lines: InvoiceLine[];
  subtotalCents: number;
  taxCents: number;
  totalCents: number;
  failedPayments: number;
  payUrl: string | null;
  issuedAt: Date;
  dueAt: Date | null;
  paidAt: Date | null;
}

/** Where an invoice stands in a list. */
export type InvoicePlace = Pick<StoredInvoice, "issuedAt" | "id">;

/** Which invoices a list shows. */
export interface InvoiceFilter {
  organizationId?: Id<"org"> | undefined;
  state?: InvoiceState | undefined;
}

type Row = Selectable<BillingTables["billing.invoices"]>;

const toInvoice = (row: Row): StoredInvoice => ({
  id: toTypeId("inv", row.id),
  organizationId: toTypeId("org", row.organization_id),
  number: row.number,
  state: row.state,
  paidBy: row.paid_by,
  billedTo: row.billed_to,
  currency: row.currency,
  lines: row.lines,
  subtotalCents: row.subtotal_cents,
  taxCents: row.tax_cents,
  totalCents: row.total_cents,
  failedPayments: row.failed_payments,
  payUrl: row.pay_url,
  issuedAt: row.issued_at,
  dueAt: row.due_at,
  paidAt: row.paid_at,
});

/**
 * The next number of the year. Whoever takes one makes the others wait until its transaction ends, and if that is rolled back
 * the number is not taken: so there is none without an invoice.
 */
export async function takeNumber(db: Connection, year: number): Promise<number> {
  const { last } = await tables(db)
    .insertInto("billing.invoice_numbers")
    .values({ year, last: 1 })
    .onConflict((conflict) =>
      conflict.column("year").doUpdateSet((set) => ({ last: set("billing.invoice_numbers.last", "+", 1) })),
    )
    .returning("last")
    .executeTakeFirstOrThrow();
  return last;
}

/** Writes an invoice of the reef's own. */
export async function insertInvoice(db: Connection, invoice: StoredInvoice): Promise<void> {
  await tables(db)
    .insertInto("billing.invoices")
    .values({
      id: toUuid(invoice.id),
      organization_id: toUuid(invoice.organizationId),
      number: invoice.number,
      state: invoice.state,
      paid_by: invoice.paidBy,
      billed_to: invoice.billedTo,
      currency: invoice.currency,
      lines: JSON.stringify(invoice.lines),
      subtotal_cents: invoice.subtotalCents,
      tax_cents: invoice.taxCents,
      total_cents: invoice.totalCents,
      failed_payments: invoice.failedPayments,
      stripe_invoice_id: null,
      pay_url: invoice.payUrl,
      issued_at: invoice.issuedAt,
      due_at: invoice.dueAt,
      paid_at: invoice.paidAt,
      updated_at: invoice.issuedAt,
    })
    .execute();
}

/** One invoice, of whichever organization where none is named: then for operators. */
export async function findInvoice(
  db: Connection,
  organizationId: Id<"org"> | undefined,
  invoiceId: Id<"inv">,
  { forUpdate = false }: { forUpdate?: boolean } = {},
): Promise<StoredInvoice | undefined> {
  const row = await invoicesOf(db, { organizationId })
    .selectAll()
    .where("id", "=", toUuid(invoiceId))
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst();
  return row && toInvoice(row);
}

const invoicesOf = (db: Connection, { organizationId, state }: InvoiceFilter) =>
  tables(db)
    .selectFrom("billing.invoices")
    .$if(organizationId !== undefined, (query) =>
      query.where("organization_id", "=", toUuid(organizationId as Id<"org">)),
    )
    .$if(state !== undefined, (query) => query.where("state", "=", state ?? "open"));

/** Invoices by when they were issued, from beyond a place on. */
export async function listInvoices(
  db: Connection,
  filter: InvoiceFilter,
  { order, limit, beyond }: { order: "newest" | "oldest"; limit: number; beyond: InvoicePlace | undefined },
): Promise<StoredInvoice[]> {
  const direction = order === "newest" ? "desc" : "asc";
  const rows = await invoicesOf(db, filter)
    .selectAll()
    .$if(beyond !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple("issued_at", "id"),
          order === "newest" ? "<" : ">",
          tuple(beyond?.issuedAt ?? new Date(), toUuid(beyond?.id ?? "inv_")),
        ),
      ),
    )
    .orderBy("issued_at", direction)
    .orderBy("id", direction)
    .limit(limit)
    .execute();
  return rows.map(toInvoice);
}

/** How many invoices such a list has. */
export async function countInvoices(db: Connection, filter: InvoiceFilter): Promise<number> {
  const { count } = await invoicesOf(db, filter)
    .select((select) => select.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

/** Where the organization's newest open invoice can be paid; undefined where it has none, or not in the reef. */
export async function findPayUrl(db: Connection, organizationId: Id<"org">): Promise<string | undefined> {
  const row = await invoicesOf(db, { organizationId, state: "open" })
    .select("pay_url")
    .where("pay_url", "is not", null)
    .orderBy("issued_at", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.pay_url ?? undefined;
}

/** Whether an invoice of the organization is to be paid: one of Stripe's, or of the reef's own. */
export async function hasOpenInvoice(db: Connection, organizationId: Id<"org">, paidBy: PaidBy): Promise<boolean> {
  const row = await invoicesOf(db, { organizationId, state: "open" })
    .select("id")
    .where("paid_by", "=", paidBy)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Says what became of an open invoice. */
export async function settleInvoice(
  db: Connection,
  { organizationId, id }: Pick<StoredInvoice, "organizationId" | "id">,
  state: InvoiceState,
  now: Date,
): Promise<void> {
  await tables(db)
    .updateTable("billing.invoices")
    .set({ state, updated_at: now, ...(state === "paid" && { paid_at: sql<Date>`${now}::timestamptz` }) })
    .where("organization_id", "=", toUuid(organizationId))
    .where("id", "=", toUuid(id))
    .execute();
}
