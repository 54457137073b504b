import type { Invoice } from "@reef/sdk";
import { FileText } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { RowLink } from "../../../ui/row-link.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { useIsNarrow } from "../../../ui/use-narrow.ts";
import { formatMoney, fullDayOf } from "../billing-words.ts";
import { useInvoices } from "../queries.ts";
import { InvoiceState } from "./invoice-state.tsx";
import { SaveCsv } from "./save-buttons.tsx";

const InvoiceLink = ({ invoice: { id, number } }: { invoice: Invoice }): ReactNode => (
  <RowLink to="/plan/invoices/$invoiceId" params={{ invoiceId: id }} className="truncate">
    {number}
  </RowLink>
);

const total: Column<Invoice> = {
  name: "Total",
  width: "7rem",
  align: "end",
  cell: ({ totalCents, currency }) => formatMoney(totalCents, currency),
};

const columns: readonly Column<Invoice>[] = [
  { name: "Invoice", width: "minmax(0, 1.4fr)", cell: (invoice) => <InvoiceLink invoice={invoice} /> },
  { name: "State", width: "9rem", cell: (invoice) => <InvoiceState invoice={invoice} /> },
  { name: "Issued", width: "8rem", align: "end", cell: ({ issuedAt }) => fullDayOf(issuedAt) },
  {
    name: "Due",
    width: "8rem",
    hideBelow: "md",
    align: "end",
    cell: ({ dueAt }) => (dueAt === null ? <span className="text-muted">–</span> : fullDayOf(dueAt)),
  },
  total,
];

/** The same on a telephone: two lines a row. */
const narrowColumns: readonly Column<Invoice>[] = [
  {
    name: "Invoice",
    cell: (invoice) => (
      <span className="flex min-w-0 flex-col">
        <InvoiceLink invoice={invoice} />
        <span className="flex min-w-0 gap-2 text-13 text-muted">
          <InvoiceState invoice={invoice} />
          <span className="truncate">{fullDayOf(invoice.issuedAt)}</span>
        </span>
      </span>
    ),
  },
  { ...total, width: "6rem" },
];

/** The organization's invoices. */
export function InvoicesList(): ReactNode {
  const isNarrow = useIsNarrow();
  const invoices = useInvoices();
  return (
    <div className="flex flex-col gap-3">
      {invoices.items.length > 0 && (
        <div className="flex justify-end">
          <SaveCsv />
        </div>
      )}
      <Table
        label="Invoices"
        pages={invoices}
        keyOf={({ id }) => id}
        columns={isNarrow ? narrowColumns : columns}
        isTall={isNarrow}
        empty={
          <EmptyState title="No invoices yet" icon={<FileText />}>
            The first one comes with the first month of a plan that costs something.
          </EmptyState>
        }
      />
    </div>
  );
}
