import type { Invoice, ListedInvoice } from "@reef/sdk";
import { Receipt, SearchX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Dialog } from "../../../ui/dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Field, Select } from "../../../ui/field.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { useIsNarrow } from "../../../ui/use-narrow.ts";
import { formatMoney, fullDayOf } from "../billing-words.ts";
import { useAllInvoices } from "../queries.ts";
import { InvoiceLines } from "./invoice-lines.tsx";
import { InvoiceState } from "./invoice-state.tsx";
import { SavePdf } from "./save-buttons.tsx";
import { SettleInvoice } from "./settle-invoice.tsx";

/** As the organization is named now; where it is no more, as it was when it was billed. */
const nameOf = ({ organizationName, billedTo }: ListedInvoice): string => organizationName ?? billedTo;

const columns: readonly Column<ListedInvoice>[] = [
  {
    name: "Organization",
    width: "minmax(0, 1.6fr)",
    cell: (invoice) => <span className="truncate">{nameOf(invoice)}</span>,
  },
  {
    name: "Invoice",
    width: "11rem",
    cell: (invoice) => <LinesOf invoice={invoice}>{invoice.number}</LinesOf>,
  },
  { name: "State", width: "9rem", cell: (invoice) => <InvoiceState invoice={invoice} /> },
  { name: "Issued", width: "7rem", hideBelow: "md", align: "end", cell: ({ issuedAt }) => fullDayOf(issuedAt) },
  {
    name: "Total",
    width: "6rem",
    align: "end",
    cell: ({ totalCents, currency }) => formatMoney(totalCents, currency),
  },
  {
    name: "Actions",
    isNameHidden: true,
    width: "6rem",
    align: "end",
    cell: (invoice) => <SettleInvoice invoice={invoice} />,
  },
];

/** The same on a telephone: two lines a row. */
const narrowColumns: readonly Column<ListedInvoice>[] = [
  {
    name: "Invoice",
    cell: (invoice) => (
      <span className="flex min-w-0 flex-col">
        <LinesOf invoice={invoice}>{nameOf(invoice)}</LinesOf>
        <span className="flex min-w-0 gap-2 text-13">
          <InvoiceState invoice={invoice} />
          <span className="truncate">{formatMoney(invoice.totalCents, invoice.currency)}</span>
        </span>
      </span>
    ),
  },
  ...columns.slice(-1),
];

/** The invoices of all organizations. */
export function AllInvoices(): ReactNode {
  const isNarrow = useIsNarrow();
  const [state, setState] = useState<Invoice["state"] | undefined>();
  return (
    <div className="flex flex-col gap-4">
      <Field label="State" isLabelHidden className="w-36">
        <Select
          value={state ?? ""}
          onChange={({ target }) => setState((target.value || undefined) as Invoice["state"] | undefined)}
        >
          <option value="">All invoices</option>
          <option value="open">To be paid</option>
          <option value="paid">Paid</option>
          <option value="void">Void</option>
          <option value="uncollectible">Given up</option>
        </Select>
      </Field>
      <Table
        label="Invoices"
        pages={useAllInvoices(state)}
        keyOf={({ id }) => id}
        columns={isNarrow ? narrowColumns : columns}
        isTall={isNarrow}
        empty={
          state === undefined ? (
            <EmptyState title="No invoices yet" icon={<Receipt />}>
              Each month of a plan that costs something brings one.
            </EmptyState>
          ) : (
            <EmptyState title="No invoice is in this state" icon={<SearchX />}>
              Choose another state to see the others.
            </EmptyState>
          )
        }
      />
    </div>
  );
}

/** What opens the lines of an invoice. */
const LinesOf = ({ invoice, children }: { invoice: Invoice; children: string }): ReactNode => (
  <span className="relative z-10 min-w-0">
    <Dialog
      title={`Invoice ${invoice.number}`}
      description={`To ${invoice.billedTo}, issued on ${fullDayOf(invoice.issuedAt)}${invoice.dueAt === null ? "" : `, due on ${fullDayOf(invoice.dueAt)}`}.`}
      trigger={
        <button
          type="button"
          aria-label={`Invoice ${invoice.number} of ${invoice.billedTo}`}
          className="max-w-full truncate rounded-sm font-medium hover:underline touch:min-h-6"
        >
          {children}
        </button>
      }
    >
      <InvoiceLines invoice={invoice} />
      <div>
        <SavePdf invoice={invoice} isAny />
      </div>
    </Dialog>
  </span>
);
