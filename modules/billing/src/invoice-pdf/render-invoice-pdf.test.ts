import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { extractText, getDocumentProxy, getMeta } from "unpdf";
import type { Invoice } from "../contract/invoices.ts";
import { createInvoicePdfs } from "./render-invoice-pdf.ts";

const issuer = "Reef of the North|Havnegade 12|1058 København K";
const line = (description: string, amountCents: number): Invoice["lines"][number] => ({
  description,
  quantity: 1,
  amountCents,
  periodStart: "2026-11-21T10:00:00.000Z",
  periodEnd: "2026-12-21T10:00:00.000Z",
});
const invoiceWith = (changes: Partial<Invoice> = {}): Invoice => ({
  id: "inv_01m7y8s8vgfk3bq0cs5cfs0r09",
  organizationId: "org_01m7y8s8vgfk3bq0cs5cfs0r09",
  number: "R-2026-0042",
  state: "open",
  paidBy: "operator",
  billedTo: "Acme",
  currency: "usd",
  lines: [line("Pro, one month", 4_900), line("2,400,000 tokens beyond the allowance", 240)],
  subtotalCents: 5_140,
  taxCents: 977,
  totalCents: 6_117,
  failedPayments: 0,
  payUrl: null,
  issuedAt: "2026-11-21T10:00:00.000Z",
  dueAt: "2026-12-05T10:00:00.000Z",
  paidAt: null,
  ...changes,
});

describe("an invoice as a PDF", () => {
  const pdfs = createInvoicePdfs();
  after(() => pdfs.close());
  const render = (changes: Partial<Invoice> = {}, isTest = false) =>
    pdfs.renderInvoicePdf({ invoice: invoiceWith(changes), issuer, isTest });
  /** The file, and its text by page. */
  const read = async (changes: Partial<Invoice> = {}, isTest = false) => {
    const document = await getDocumentProxy(await render(changes, isTest));
    const { text } = await extractText(document);
    return { document, pages: text, all: text.join("\n").replace(/\s+/g, " ") };
  };

  it("says who owes whom what for which time, and how it stands", async () => {
    const { all } = await read();
    for (const words of [
      ...["Invoice R-2026-0042", "Due by 5 December 2026", "Reef of the North", "1058 København K", "Billed to Acme"],
      ...["Issued 21 November 2026", "Pro, one month", "21 Nov – 21 Dec 2026", "$49.00", "$2.40", "Subtotal $51.40"],
      ...["Tax $9.77", "Total $61.17", "Page 1 of 1"],
    ]) {
      assert.ok(all.includes(words), `${words} is not in: ${all}`);
    }
    assert.doesNotMatch(all, /test|stands for/);
    assert.match((await read({ state: "paid", paidAt: "2026-11-24T10:00:00.000Z" })).all, /Paid on 24 November 2026/);
    assert.match((await read({ state: "void" })).all, /nothing is owed/);
  });

  it("writes what is given back, and currencies without cents", async () => {
    const { all } = await read({ currency: "jpy", lines: [line("Given back", -500)], totalCents: -500 });
    assert.match(all, /\u2212¥500/);
  });

  it("says of an invoice of the stand-in for Stripe that nothing is owed", async () => {
    assert.match((await read({}, true)).all, /A test: .+ nothing is owed/);
  });

  it("writes names of many scripts, and says what it could not write", async () => {
    const billedTo = "Søren Łódź Αθήνα Москва Việt";
    const { all } = await read({ billedTo });
    assert.ok(all.includes(billedTo), all);
    assert.doesNotMatch(all, /stands for a character/);
    assert.match((await read({ billedTo: "Umi 海" })).all, /\uFFFD stands for a character/);
  });

  it("text that would turn around what stands beside it does not", async () => {
    const { all } = await read({ billedTo: "Acme \u202Eemca\u0000 Ltd" });
    for (const unseen of ["\u202E", "\u0000"]) assert.ok(!all.includes(unseen), all);
    assert.match(all, /Acme emca Ltd/);
  });

  it("goes over as many pages as it needs, each with its number and the headings", async () => {
    const words = "A long description that goes over several lines ".repeat(10);
    const lines = Array.from({ length: 250 }, (_, index) => line(`Line ${index + 1}: ${words}`.slice(0, 500), 1));
    const { pages, all } = await read({ lines });
    assert.ok(pages.length > 10, `${pages.length} pages`);
    for (const [index, page] of pages.entries()) {
      assert.match(page.replace(/\s+/g, " "), new RegExp(`Page ${index + 1} of ${pages.length}`));
    }
    for (const page of pages.slice(0, -1)) assert.match(page, /Description/);
    for (const { description } of lines) assert.ok(all.includes(description.slice(0, 12)), description);
    assert.match(pages.at(-1) ?? "", /Total/);
  });

  it("names its title and its language, and is tagged for programs that read it aloud", async () => {
    const { document } = await read();
    const { info } = await getMeta(document);
    assert.equal(info.Title, "Invoice R-2026-0042");
    assert.equal(info.Language, "en");
    const mark = await document.getMarkInfo();
    assert.equal(mark?.Marked, true);
    const tree = JSON.stringify(await (await document.getPage(1)).getStructTree());
    for (const role of ["H1", "Table", "TR", "TH", "TD"]) assert.ok(tree.includes(`"role":"${role}"`), role);
  });

  it("is the same file for the same invoice", async () => {
    assert.deepEqual(await render(), await render());
    const again = createInvoicePdfs();
    assert.deepEqual(await again.renderInvoicePdf({ invoice: invoiceWith(), issuer, isTest: false }), await render());
    await again.close();
  });

  it("is written beside the event loop", async () => {
    const lines = Array.from({ length: 250 }, (_, index) => line(`Line ${index + 1}`, 1));
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await render({ lines });
    clearInterval(timer);
    assert.ok(turns > 20, `the event loop turned only ${turns} times while a long invoice was written`);
  });

  it("a thread that ends is replaced by the next invoice's", async () => {
    await pdfs.close();
    assert.ok((await render()).length > 0);
  });
});
