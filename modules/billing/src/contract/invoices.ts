import { idSchema, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";
import { currencySchema } from "./plans.ts";

/** What an invoice can be: to be paid, paid, taken back, or given up. */
export const invoiceStates = ["open", "paid", "void", "uncollectible"] as const;
const state = z.enum(invoiceStates);
/** Cents; less than nothing for what is given back. */
const cents = z.int();

const lineSchema = z.object({
  description: z.string().max(500),
  quantity: z.int(),
  amountCents: cents,
  periodStart: timeSchema().nullable(),
  periodEnd: timeSchema().nullable(),
});

/** An invoice, of Stripe or of the reef itself. */
const invoiceSchema = z
  .object({
    id: idSchema("inv"),
    organizationId: idSchema("org"),
    number: z.string().describe("As it stands on the invoice; no two have the same"),
    state,
    paidBy: z.enum(["stripe", "operator"]),
    billedTo: z.string().describe("The organization's name when it was issued"),
    currency: currencySchema,
    lines: z.array(lineSchema).max(250),
    subtotalCents: cents,
    taxCents: cents,
    totalCents: cents,
    failedPayments: z.int().describe("How often paying it has failed"),
    payUrl: z.url().nullable().describe("Where it can be paid; null where that is not in the reef"),
    issuedAt: timeSchema(),
    dueAt: timeSchema().nullable(),
    paidAt: timeSchema().nullable(),
  })
  .meta({ id: "Invoice" });

const listedSchema = invoiceSchema
  .extend({ organizationName: z.string().nullable().describe("As it is named now; null where it is no more") })
  .meta({ id: "ListedInvoice" });

const pdfSchema = z.object({
  name: z.string().describe("A name for the file"),
  pdf: z.base64().describe("The file, in standard base64"),
});

const invoiceParams = z.object({ invoiceId: idSchema("inv") });
const seen = { access: "billing:read", people: "admin", agents: false, limit: "read", method: "GET" } as const;
const operated = { access: "reef:operate", people: "operator", agents: false } as const;
const recordedIn = ({ organizationId }: { organizationId: `org_${string}` }) => organizationId;

/** The routes of invoices. */
export const invoiceRoutes = {
  listInvoices: {
    ...seen,
    path: "/api/invoices",
    summary: "List the organization's invoices, newest first",
    query: z.object({ ...pageQuery, state: state.optional() }),
    status: 200,
    response: pageSchema(invoiceSchema),
    errors: ["list.invalid_cursor"],
  },
  // Before the route of one invoice, which would take `export` for an id.
  exportInvoices: {
    ...seen,
    path: "/api/invoices/export",
    summary: "Export the organization's invoices as CSV, page by page",
    description:
      "Each item is one record of a CSV file (RFC 4180), the first one names the columns; join all with CRLF. Oldest first. A text that a spreadsheet would take for a formula has an apostrophe before it.",
    query: z.object({
      ...pageQuery,
      limit: z.coerce.number().int().min(2).max(500).default(200).describe("How many records at most"),
    }),
    status: 200,
    response: pageSchema(z.string()),
    errors: ["list.invalid_cursor"],
  },
  getInvoice: {
    ...seen,
    path: "/api/invoices/{invoiceId}",
    summary: "Get an invoice",
    needs: "own",
    params: invoiceParams,
    status: 200,
    response: invoiceSchema,
    errors: ["billing.invoice_not_found"],
  },
  getInvoicePdf: {
    ...seen,
    path: "/api/invoices/{invoiceId}/pdf",
    summary: "Get an invoice as a PDF",
    needs: "own",
    params: invoiceParams,
    status: 200,
    response: pdfSchema,
    errors: ["billing.invoice_not_found"],
  },
  listAllInvoices: {
    ...operated,
    method: "GET",
    path: "/api/admin/invoices",
    summary: "List the invoices of all organizations, newest first",
    limit: "read",
    query: z.object({ ...pageQuery, state: state.optional(), organizationId: idSchema("org").optional() }),
    status: 200,
    response: pageSchema(listedSchema),
    errors: ["list.invalid_cursor"],
  },
  getAnyInvoicePdf: {
    ...operated,
    method: "GET",
    path: "/api/admin/invoices/{invoiceId}/pdf",
    summary: "Get an invoice of any organization as a PDF",
    limit: "read",
    params: invoiceParams,
    status: 200,
    response: pdfSchema,
    errors: ["billing.invoice_not_found"],
  },
  settleInvoice: {
    ...operated,
    method: "POST",
    path: "/api/admin/invoices/{invoiceId}/settle",
    summary: "Say of an open invoice of the reef that it is paid, void or given up",
    limit: "write",
    recordedIn,
    params: invoiceParams,
    body: z.strictObject({ state: z.enum(["paid", "void", "uncollectible"]) }),
    status: 200,
    response: invoiceSchema,
    errors: ["billing.invoice_not_found", "billing.invoice_settled", "billing.paid_by_stripe"],
  },
} as const satisfies Record<string, Route>;

export type Invoice = z.output<typeof invoiceSchema>;
export type ListedInvoice = z.output<typeof listedSchema>;
export type InvoiceLine = z.output<typeof lineSchema>;
export type InvoiceState = z.output<typeof state>;
export type InvoicePdf = z.output<typeof pdfSchema>;
