import type { Invoice, InvoiceLine } from "../contract/invoices.ts";
import { countOf, dayOf, moneyOf, periodOf, stateOf } from "../words.ts";
import { REPLACEMENT } from "./fonts.ts";
import type { PdfOrder } from "./order.ts";
import { COLOURS, type Look, PAGE, type Part, Sheet } from "./sheet.ts";

const INNER = PAGE.width - 2 * PAGE.margin;
const RIGHT = PAGE.width - PAGE.margin;
const BOTTOM = PAGE.height - PAGE.foot;
const small: Look = { size: 8, colour: COLOURS.muted };

/** The columns of the lines, from left to right. */
const columns = [
  { name: "Description", x: PAGE.margin, width: 268, isRight: false },
  { name: "Quantity", x: PAGE.margin + 284, width: 76, isRight: true },
  { name: "Amount", x: PAGE.margin + 376, width: INNER - 376, isRight: true },
] as const;

/** Writes an invoice as an A4 document: tagged, with its title and language, over as many pages as it needs. */
export async function writeInvoice({ invoice, issuer, isTest }: PdfOrder): Promise<Uint8Array<ArrayBuffer>> {
  const [name = "Reef", ...address] = issuer.split("|").map((line) => line.trim());
  const title = `Invoice ${invoice.number}`;
  const sheet = new Sheet({ title, author: name, createdAt: new Date(invoice.issuedAt) });
  let y = writeHead(sheet, invoice, name, address);
  if (isTest) y = writeTest(sheet, y);
  y = writeLines(sheet, invoice, y);
  y = writeSums(sheet, invoice, y);
  writePayment(sheet, invoice, y);
  writeFeet(sheet, `${name}  ·  ${title}`);
  return sheet.finish();
}

function writeHead(sheet: Sheet, invoice: Invoice, name: string, address: readonly string[]): number {
  const { root } = sheet;
  const half = INNER / 2 - 16;
  sheet.aside(() => sheet.doc.rect(PAGE.margin, PAGE.margin - 14, 28, 3).fill(COLOURS.accent));
  sheet.write(
    "H1",
    root,
    `Invoice ${invoice.number}`,
    { x: PAGE.margin, y: PAGE.margin, width: INNER },
    {
      size: 20,
      weight: "strong",
    },
  );
  const state = stateOf(invoice);
  let y = sheet.write(
    "P",
    root,
    state,
    { x: PAGE.margin, y: PAGE.margin + 32, width: INNER },
    {
      size: 10,
      colour: invoice.state === "paid" ? COLOURS.accent : COLOURS.ink,
      weight: invoice.state === "open" ? "strong" : "normal",
    },
  );
  y += 26;
  const column = PAGE.margin + INNER / 2;
  const left = writeParty(sheet, "From", [name, ...address], PAGE.margin, y, half);
  const right = writeParty(sheet, "Billed to", [invoice.billedTo], column, y, half);
  y = Math.max(left, right) + 18;
  const facts = [
    ["Issued", dayOf(invoice.issuedAt)],
    ...(invoice.dueAt === null ? [] : [["Due", dayOf(invoice.dueAt)]]),
    ...(invoice.paidAt === null ? [] : [["Paid", dayOf(invoice.paidAt)]]),
    ["Currency", invoice.currency.toUpperCase()],
  ] as const;
  const width = INNER / 4;
  const list = sheet.part("Sect", root);
  for (const [index, [fact, value]] of facts.entries()) {
    const box = { x: PAGE.margin + index * width, y, width: width - 8 };
    sheet.write("P", list, fact, box, small);
    sheet.write("P", list, value, { ...box, y: y + 13 });
  }
  return y + 52;
}

function writeParty(sheet: Sheet, role: string, lines: readonly string[], x: number, y: number, width: number): number {
  const party = sheet.part("Sect", sheet.root);
  let top = sheet.write("P", party, role, { x, y, width }, small) + 2;
  for (const [index, line] of lines.entries()) {
    const look: Look = index === 0 ? { size: 10.5, weight: "strong" } : { colour: COLOURS.muted };
    top = sheet.write("P", party, line, { x, y: top, width }, look);
  }
  return top;
}

function writeTest(sheet: Sheet, y: number): number {
  const words = "A test: a stand-in for Stripe issued this, no money was moved, and nothing is owed.";
  const end = sheet.write("P", sheet.root, words, { x: PAGE.margin, y, width: INNER }, { weight: "strong" });
  return end + 18;
}

function writeLines(sheet: Sheet, invoice: Invoice, y: number): number {
  const table = sheet.part("Table", sheet.root);
  let top = writeHeadings(sheet, table, y);
  for (const line of invoice.lines) {
    const height = heightOf(sheet, line);
    if (top + height > BOTTOM) {
      sheet.doc.addPage();
      top = writeHeadings(sheet, undefined, PAGE.margin);
    }
    writeLine(sheet, table, line, invoice.currency, top);
    top += height;
    sheet.hairline(top - 6);
  }
  return top;
}

/** The headings stand on every page; only on the first they are part of the table. */
function writeHeadings(sheet: Sheet, table: Part | undefined, y: number): number {
  const row = table && sheet.part("TR", table);
  for (const { name, x, width, isRight } of columns) {
    const look = { ...small, isRight };
    if (row === undefined) sheet.writeAside(name, { x, y, width }, look);
    else sheet.write("TH", row, name, { x, y, width }, look);
  }
  sheet.hairline(y + 17, PAGE.margin, INNER, COLOURS.ink);
  return y + 25;
}

const describe = ({ periodStart, periodEnd }: InvoiceLine): string =>
  periodStart === null || periodEnd === null ? "" : periodOf(periodStart, periodEnd);

function heightOf(sheet: Sheet, line: InvoiceLine): number {
  const { width } = columns[0];
  const period = describe(line);
  return sheet.heightOf(line.description, width) + (period === "" ? 0 : sheet.heightOf(period, width, small)) + 14;
}

function writeLine(sheet: Sheet, table: Part, line: InvoiceLine, currency: string, y: number): void {
  const [description, quantity, amount] = columns;
  const row = sheet.part("TR", table);
  const cell = sheet.part("TD", row);
  const period = describe(line);
  const end = sheet.write("P", cell, line.description, { ...description, y });
  if (period !== "") sheet.write("P", cell, period, { ...description, y: end }, small);
  sheet.write("TD", row, countOf(line.quantity), { ...quantity, y }, { isRight: true });
  sheet.write("TD", row, moneyOf(line.amountCents, currency), { ...amount, y }, { isRight: true });
}

/** The sums stay together; where they do not fit any more they begin a page. */
function writeSums(sheet: Sheet, invoice: Invoice, y: number): number {
  const { subtotalCents, taxCents, totalCents, currency } = invoice;
  let top = y + 8;
  if (top + 84 > BOTTOM) {
    sheet.doc.addPage();
    top = PAGE.margin;
  }
  const sums: readonly [string, number, Look][] = [
    ["Subtotal", subtotalCents, {}],
    ["Tax", taxCents, {}],
    ["Total", totalCents, { size: 13, weight: "strong" }],
  ];
  const [, quantity] = columns;
  for (const [name, cents, look] of sums) {
    if (name === "Total") {
      sheet.hairline(top + 1, quantity.x, RIGHT - quantity.x, COLOURS.ink);
      top += 9;
    }
    const row = sheet.part("Sect", sheet.root);
    const words = moneyOf(cents, currency);
    sheet.write("P", row, name, { x: quantity.x, y: top, width: quantity.width }, look);
    top = sheet.write(
      "P",
      row,
      words,
      { x: quantity.x + 60, y: top, width: RIGHT - quantity.x - 60 },
      {
        ...look,
        isRight: true,
      },
    );
    top += 4;
  }
  return top;
}

function writePayment(sheet: Sheet, { state, payUrl, failedPayments }: Invoice, y: number): void {
  const notes = [
    ...(state === "open" && payUrl !== null ? [`It can be paid at ${payUrl}`] : []),
    ...(state === "open" && failedPayments > 0
      ? [`Paying it has failed ${failedPayments === 1 ? "once" : `${failedPayments} times`}.`]
      : []),
    ...(sheet.hasReplaced ? [`${REPLACEMENT} stands for a character that the font of this file does not have.`] : []),
  ];
  let top = y + 22;
  for (const note of notes) {
    if (top + sheet.heightOf(note, INNER, small) > BOTTOM) {
      sheet.doc.addPage();
      top = PAGE.margin;
    }
    top = sheet.write("P", sheet.root, note, { x: PAGE.margin, y: top, width: INNER }, small) + 4;
  }
}

function writeFeet(sheet: Sheet, name: string): void {
  const { count } = sheet.doc.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    sheet.doc.switchToPage(page);
    const y = PAGE.height - 44;
    sheet.hairline(y - 8);
    sheet.writeAside(name, { x: PAGE.margin, y, width: INNER - 90 }, small);
    sheet.writeAside(`Page ${page + 1} of ${count}`, { x: RIGHT - 80, y, width: 80 }, { ...small, isRight: true });
  }
}
