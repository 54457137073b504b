import type { Invoice } from "@reef/sdk";
import type { ReactNode } from "react";
import { formatCount } from "../../../ui/amounts.ts";
import { classes } from "../../../ui/classes.ts";
import { formatMoney, monthOf } from "../billing-words.ts";

/** What an invoice is made of, with its sums. */
export const InvoiceLines = ({ invoice }: { invoice: Invoice }): ReactNode => (
  <table className="w-full text-14">
    <caption className="sr-only">Lines of the invoice</caption>
    <thead className="text-12 text-muted">
      <tr>
        <th scope="col" className="pb-2 text-left font-normal">
          Description
        </th>
        <th scope="col" className="pb-2 pl-4 text-right font-normal max-sm:hidden">
          Quantity
        </th>
        <th scope="col" className="pb-2 pl-4 text-right font-normal">
          Amount
        </th>
      </tr>
    </thead>
    <tbody>
      {invoice.lines.map(({ description, quantity, amountCents, periodStart, periodEnd }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an invoice keep their places.
        <tr key={index} className="border-t align-top">
          <td className="py-2 wrap-anywhere">
            {description}
            {periodStart !== null && periodEnd !== null && (
              <span className="block text-13 text-muted">{monthOf(periodStart, periodEnd)}</span>
            )}
          </td>
          <td className="py-2 pl-4 text-right max-sm:hidden">{formatCount(quantity)}</td>
          <td className="py-2 pl-4 text-right whitespace-nowrap">{formatMoney(amountCents, invoice.currency)}</td>
        </tr>
      ))}
    </tbody>
    <tfoot>
      <Sum name="Subtotal" cents={invoice.subtotalCents} currency={invoice.currency} isFirst />
      <Sum name="Tax" cents={invoice.taxCents} currency={invoice.currency} />
      <Sum name="Total" cents={invoice.totalCents} currency={invoice.currency} isTotal />
    </tfoot>
  </table>
);

interface SumProps {
  name: string;
  cents: number;
  currency: string;
  isFirst?: boolean;
  isTotal?: boolean;
}

const Sum = ({ name, cents, currency, isFirst = false, isTotal = false }: SumProps): ReactNode => (
  <tr className={classes(isFirst && "border-t border-edge", isTotal && "text-16 font-semibold")}>
    <th scope="row" className={classes("py-1 text-right", isTotal ? "font-semibold" : "font-normal text-muted")}>
      {name}
    </th>
    <td className="max-sm:hidden" />
    <td className="py-1 pl-4 text-right whitespace-nowrap">{formatMoney(cents, currency)}</td>
  </tr>
);
