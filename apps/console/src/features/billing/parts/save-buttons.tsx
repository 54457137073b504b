import type { Invoice } from "@reef/sdk";
import { Download, FileText } from "lucide-react";
import type { ReactNode } from "react";
import { SaveButton } from "../../../ui/save-button.tsx";
import { fetchInvoicePdf, fetchInvoicesAsCsv } from "../queries.ts";

/** Keeps an invoice as a PDF; of any organization, for operators. */
export const SavePdf = ({ invoice, isAny = false }: { invoice: Invoice; isAny?: boolean }): ReactNode => (
  <SaveButton fetch={() => fetchInvoicePdf(invoice.id, { isAny })}>
    <FileText aria-hidden />
    Download PDF
  </SaveButton>
);

/** Keeps the organization's invoices as CSV. */
export const SaveCsv = (): ReactNode => (
  <SaveButton
    size="small"
    kind="quiet"
    fetch={async () => ({ name: "invoices.csv", file: await fetchInvoicesAsCsv() })}
  >
    <Download aria-hidden />
    Export CSV
  </SaveButton>
);
