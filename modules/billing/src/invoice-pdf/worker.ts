import { answerRequests, Transferred } from "@reef/supervision/thread";
import type { PdfOrder } from "./order.ts";
import { writeInvoice } from "./write-invoice.ts";

/** Writes PDFs in a thread of its own: reading the fonts and a long invoice take longer than the event loop may wait. */
answerRequests<PdfOrder, Uint8Array>(async (order) => {
  const pdf = await writeInvoice(order);
  return new Transferred(pdf, [pdf.buffer]);
});
