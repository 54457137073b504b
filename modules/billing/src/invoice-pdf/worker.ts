import { type MessagePort, parentPort } from "node:worker_threads";
import type { PdfReply, PdfRequest } from "./order.ts";
import { writeInvoice } from "./write-invoice.ts";

/** Writes PDFs in a thread of its own: reading the fonts and a long invoice take longer than the event loop may wait. */
const port = parentPort as MessagePort;

port.on("message", async ({ id, order }: PdfRequest) => {
  try {
    const pdf = await writeInvoice(order);
    port.postMessage({ id, pdf } satisfies PdfReply, [pdf.buffer]);
  } catch (error) {
    port.postMessage({ id, error: String(error) } satisfies PdfReply);
  }
});
