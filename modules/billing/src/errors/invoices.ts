import type { ErrorDefinition } from "@reef/errors";

/** What can be wrong about invoices. */
export const invoiceProblems = {
  invoice_not_found: {
    status: 404,
    title: "Invoice not found",
    public: "There is no such invoice in this organization. GET /api/invoices lists those that there are.",
  },
  invoice_settled: {
    status: 409,
    title: "Invoice settled already",
    public: "The invoice is not open any more, so it stays as it is.",
  },
  invoice_open: {
    status: 409,
    title: "Invoice to be paid",
    public:
      "An invoice of the organization is open. Pay it first: the plan's page lists it under Invoices (GET /api/invoices) with where to pay; one of the reef's own goes to its operators.",
  },
} as const satisfies Record<string, ErrorDefinition>;
