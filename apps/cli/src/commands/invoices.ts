import { once } from "node:events";
import type { Invoice, Page } from "@reef/sdk";
import { invoiceIdOf } from "../billing/find.ts";
import { dayOf, moneyOf } from "../billing/words.ts";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { writeWhole } from "../files/write-whole.ts";
import { confirm } from "../terminal/input.ts";
import { writePage } from "../terminal/page.ts";
import { renderTable } from "../terminal/table.ts";
import { oneLine } from "../terminal/text.ts";

interface ListOptions {
  state?: Invoice["state"];
  all?: boolean;
  limit?: number;
  cursor?: string;
}

/** One of the organization, or, for operators, of any: then with what it is named now. */
type AnyInvoice = Invoice & { organizationName?: string | null };

/** `reef invoices list`; with `--all`, for operators, of every organization. */
export async function listInvoices(context: Context, { state, all, limit, cursor }: ListOptions): Promise<void> {
  const reef = await connect(context);
  const asked = { state, limit, cursor };
  const page: Page<AnyInvoice> = all
    ? await reef.billing.listAllInvoices(asked)
    : await reef.billing.listInvoices(asked);
  const columns = [
    { heading: "NUMBER", text: (invoice: Invoice) => invoice.number },
    ...(all
      ? [
          {
            heading: "TO",
            text: ({ organizationName, billedTo }: AnyInvoice) => organizationName ?? billedTo,
            mayCut: true,
          },
        ]
      : []),
    { heading: "STATE", text: stateOf },
    { heading: "ISSUED", text: ({ issuedAt }: Invoice) => dayOf(issuedAt) },
    { heading: "DUE", text: ({ dueAt }: Invoice) => (dueAt === null ? "" : dayOf(dueAt)) },
    { heading: "TOTAL", text: ({ totalCents, currency }: Invoice) => moneyOf(totalCents, currency) },
    { heading: "ID", text: (invoice: Invoice) => invoice.id },
  ];
  writePage(
    context.output,
    page,
    columns,
    state === undefined ? "There is no invoice yet." : "There is no such invoice.",
  );
}

const stateOf = ({ state, failedPayments }: Invoice): string =>
  state === "open" && failedPayments > 0 ? "payment failed" : state;

/** `reef invoices get INVOICE`, by its number or id. */
export async function getInvoice(context: Context, _options: GlobalOptions, numberOrId: string): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const invoiceId = await invoiceIdOf(reef, numberOrId);
  const invoice = await reef.billing.getInvoice({ invoiceId });
  output.result(invoice, [headOf(invoice), linesOf(invoice, output), sumsOf(invoice)].join("\n\n"));
  if (invoice.state === "open" && invoice.payUrl !== null) output.talk(`It is paid at ${oneLine(invoice.payUrl)}`);
}

const headOf = (invoice: Invoice): string => {
  const { number, billedTo, issuedAt, dueAt, paidAt } = invoice;
  const due = dueAt === null ? "" : `, due ${dayOf(dueAt)}`;
  const paid = paidAt === null ? "" : `, paid ${dayOf(paidAt)}`;
  return `Invoice ${oneLine(number)} to ${oneLine(billedTo)}\n${stateOf(invoice)}, issued ${dayOf(issuedAt)}${due}${paid}`;
};

const linesOf = ({ lines, currency }: Invoice, output: Parameters<typeof renderTable>[2]): string =>
  renderTable(
    [
      { heading: "DESCRIPTION", text: ({ description }: Invoice["lines"][number]) => description, mayCut: true },
      { heading: "QUANTITY", text: ({ quantity }: Invoice["lines"][number]) => String(quantity) },
      { heading: "AMOUNT", text: ({ amountCents }: Invoice["lines"][number]) => moneyOf(amountCents, currency) },
    ],
    lines,
    output,
  );

const sumsOf = ({ subtotalCents, taxCents, totalCents, currency }: Invoice): string =>
  [
    `subtotal  ${moneyOf(subtotalCents, currency)}`,
    `tax       ${moneyOf(taxCents, currency)}`,
    `total     ${moneyOf(totalCents, currency)}`,
  ].join("\n");

/** `reef invoices pdf INVOICE [FILE]`, by its number or id; with `--all`, for operators, of any organization. */
export async function saveInvoicePdf(
  context: Context,
  { all = false }: GlobalOptions & { all?: boolean },
  numberOrId: string,
  path?: string,
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const invoiceId = await invoiceIdOf(reef, numberOrId, all);
  const { name, pdf } = await (all ? reef.billing.getAnyInvoicePdf : reef.billing.getInvoicePdf)({ invoiceId });
  // What the reef calls it is a name, never a way out of this folder.
  const file = path ?? name.replace(/[^\w.-]+/g, "-").replace(/^\.+/, "");
  await writeWhole(file, Buffer.from(pdf, "base64"));
  output.result({ file }, file);
}

/** `reef invoices export [FILE]`: CSV on stdout, or a file that appears whole or not at all. */
export async function exportInvoices(context: Context, _options: GlobalOptions, path = "-"): Promise<void> {
  const { output } = context;
  if (path === "-" && output.isJson) {
    const mend = "Name a file as well, or leave --json out.";
    throw new CommandError(exitCodes.wrongUse, "What stdout gets is CSV, which is no JSON.", mend);
  }
  const reef = await connect(context);
  let text = "";
  for await (const record of reef.billing.exportInvoices.all({ limit: 500 })) text += `${record}\r\n`;
  if (path === "-") {
    if (!process.stdout.write(text)) await once(process.stdout, "drain");
    return;
  }
  await writeWhole(path, text);
  output.result({ file: path }, path);
}

/** `reef invoices settle INVOICE`, by its number or id, for operators. */
export async function settleInvoice(
  context: Context,
  { as, yes }: { as: "paid" | "void" | "uncollectible"; yes?: boolean },
  numberOrId: string,
): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  const invoiceId = await invoiceIdOf(reef, numberOrId, true);
  await confirm(
    `Settle the invoice ${oneLine(numberOrId)} as ${as}? It stays so.`,
    yes,
    signal,
    "Nothing was changed.",
  );
  const invoice = await reef.billing.settleInvoice({ invoiceId, state: as });
  output.result(invoice, "");
  output.talk(`Invoice ${oneLine(invoice.number)} to ${oneLine(invoice.billedTo)} is ${as}.`);
}
