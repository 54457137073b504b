import type { Id } from "@reef/crypto";
import { type Connection, type Cursors, type Page, pageOf, transact } from "@reef/db";
import type { Call, PersonCaller } from "@reef/http/call";
import { csvRecord } from "@reef/http/csv";
import type { IdentityApi } from "@reef/identity";
import type { Clock } from "../clock.ts";
import type { Invoice, InvoicePdf, InvoiceState, ListedInvoice } from "../contract/invoices.ts";
import { billingErrors } from "../errors.ts";
import type { InvoicePdfs } from "../invoice-pdf/render-invoice-pdf.ts";
import * as store from "../store/invoices.ts";
import type { OperatorCall, PageQuery } from "./plans.ts";
import { invoiceView } from "./views.ts";

export interface InvoiceDependencies {
  identity: Pick<IdentityApi, "listOrganizationsById">;
  pdfs: InvoicePdfs;
  /** Who issues them: name and address, lines apart by `|`. */
  issuer: string;
  /** Whether a stand-in takes the payments, so that nothing is real. */
  isTest: boolean;
  cursors: Cursors;
  clock: Clock;
}

type InvoiceQuery = PageQuery & { state?: InvoiceState | undefined; organizationId?: Id<"org"> | undefined };

type Column = readonly [name: string, read: (invoice: Invoice) => string | number | null];

/** The columns of an export, in their order: new ones come last, so that what reads the file goes on to work. */
const COLUMNS: readonly Column[] = [
  ["id", ({ id }) => id],
  ["number", ({ number }) => number],
  ["state", ({ state }) => state],
  ["paidBy", ({ paidBy }) => paidBy],
  ["billedTo", ({ billedTo }) => billedTo],
  ["issuedAt", ({ issuedAt }) => issuedAt],
  ["dueAt", ({ dueAt }) => dueAt],
  ["paidAt", ({ paidAt }) => paidAt],
  ["currency", ({ currency }) => currency],
  ["subtotalCents", ({ subtotalCents }) => subtotalCents],
  ["taxCents", ({ taxCents }) => taxCents],
  ["totalCents", ({ totalCents }) => totalCents],
  ["lines", ({ lines }) => lines.map(({ description, amountCents }) => `${description}: ${amountCents}`).join("; ")],
];

const EXPORT = "billing.exportInvoices";

/** Invoices, of Stripe's and of the reef's own, as one sees and settles them. */
export function createInvoiceService({ identity, pdfs, issuer, isTest, cursors, clock }: InvoiceDependencies) {
  async function list(
    db: Connection,
    name: string,
    { limit, cursor, ...filter }: InvoiceQuery,
  ): Promise<Page<Invoice>> {
    const beyond = placeOf(name, cursor);
    const rows = await store.listInvoices(db, filter, { order: "newest", limit: limit + 1, beyond });
    const total = await store.countInvoices(db, filter);
    const page = pageOf(rows, limit, total, (last) => cursorOf(name, last));
    return { ...page, items: page.items.map(invoiceView) };
  }

  function placeOf(name: string, cursor: string | undefined): store.InvoicePlace | undefined {
    if (cursor === undefined) return undefined;
    const [issuedAt, id] = cursors.decode(name, cursor);
    return { issuedAt: new Date(String(issuedAt)), id: id as Id<"inv"> };
  }

  const cursorOf = (name: string, { issuedAt, id }: store.InvoicePlace) =>
    cursors.encode(name, [issuedAt.toISOString(), id]);

  /** @throws billing.invoice_not_found */
  async function getInvoice({ caller, db }: Call<PersonCaller>, id: Id<"inv">): Promise<Invoice> {
    const invoice = await store.findInvoice(db, caller.organizationId, id);
    if (invoice === undefined) throw billingErrors.invoice_not_found();
    return invoiceView(invoice);
  }

  async function pdfOf(invoice: Invoice): Promise<InvoicePdf> {
    const pdf = await pdfs.renderInvoicePdf({ invoice, issuer, isTest: isTest && invoice.paidBy === "stripe" });
    // What Stripe numbers need not be fit for a file's name.
    const name = `invoice-${invoice.number.replaceAll(/[^\w.-]+/g, "-")}.pdf`;
    return { name, pdf: Buffer.from(pdf).toString("base64") };
  }

  return {
    getInvoice,

    /** The organization's, newest first. @throws list.invalid_cursor */
    listInvoices: ({ caller, db }: Call<PersonCaller>, query: InvoiceQuery): Promise<Page<Invoice>> =>
      list(db, "billing.listInvoices", { ...query, organizationId: caller.organizationId }),

    /** Those of all organizations, newest first. @throws list.invalid_cursor */
    async listAllInvoices({ db }: OperatorCall, query: InvoiceQuery): Promise<Page<ListedInvoice>> {
      const page = await list(db, "billing.listAllInvoices", query);
      const named = await identity.listOrganizationsById(
        db,
        Array.from(new Set(page.items.map((one) => one.organizationId))),
      );
      const listed = (invoice: Invoice) => ({
        ...invoice,
        organizationName: named.get(invoice.organizationId)?.name ?? null,
      });
      return { ...page, items: page.items.map(listed) };
    },

    /** @throws billing.invoice_not_found */
    getInvoicePdf: async (call: Call<PersonCaller>, id: Id<"inv">): Promise<InvoicePdf> =>
      pdfOf(await getInvoice(call, id)),

    /** Of whichever organization. @throws billing.invoice_not_found */
    async getAnyInvoicePdf({ db }: OperatorCall, id: Id<"inv">): Promise<InvoicePdf> {
      const invoice = await store.findInvoice(db, undefined, id);
      if (invoice === undefined) throw billingErrors.invoice_not_found();
      return pdfOf(invoiceView(invoice));
    },

    /** The organization's as records of a CSV file, oldest first. @throws list.invalid_cursor */
    async exportInvoices({ caller, db }: Call<PersonCaller>, { limit, cursor }: PageQuery): Promise<Page<string>> {
      const filter = { organizationId: caller.organizationId };
      const beyond = placeOf(EXPORT, cursor);
      const count = beyond === undefined ? limit - 1 : limit;
      const rows = await store.listInvoices(db, filter, { order: "oldest", limit: count + 1, beyond });
      const total = (await store.countInvoices(db, filter)) + 1;
      const page = pageOf(rows, count, total, (last) => cursorOf(EXPORT, last));
      const records = page.items.map(invoiceView).map((invoice) => csvRecord(COLUMNS.map(([, read]) => read(invoice))));
      const head = csvRecord(COLUMNS.map(([name]) => name));
      return { ...page, items: beyond === undefined ? [head, ...records] : records };
    },

    /** Says what became of an invoice of the reef's own. @throws billing.invoice_not_found, billing.paid_by_stripe, billing.invoice_settled */
    settleInvoice: (
      { db }: OperatorCall,
      id: Id<"inv">,
      { state }: { state: Exclude<InvoiceState, "open"> },
    ): Promise<Invoice> =>
      transact(db, async (transaction) => {
        const invoice = await store.findInvoice(transaction, undefined, id, { forUpdate: true });
        if (invoice === undefined) throw billingErrors.invoice_not_found();
        if (invoice.paidBy === "stripe") throw billingErrors.paid_by_stripe();
        if (invoice.state !== "open") throw billingErrors.invoice_settled();
        const now = new Date(clock.now());
        await store.settleInvoice(transaction, invoice, state, now);
        return invoiceView({ ...invoice, state, paidAt: state === "paid" ? now : null });
      }),
  };
}

export type InvoiceService = ReturnType<typeof createInvoiceService>;
