import { createThread } from "@reef/supervision/thread";
import type { PdfOrder } from "./order.ts";

/** Writes invoices as PDFs, beside the event loop. */
export interface InvoicePdfs {
  /**
   * The file; the same bytes for the same order. Rejects when too many wait already, and when the thread ended or took longer
   * than {@link PATIENCE_MS}.
   */
  renderInvoicePdf(order: PdfOrder): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The longest invoice takes about a second with reading the fonts; what takes longer would keep all the others waiting. */
const PATIENCE_MS = 20_000;
/** Behind so many an answer would come too late to be of use. */
const MOST_WAITING = 64;

/** Its thread starts with the first invoice, and again after it ended. */
export function createInvoicePdfs(): InvoicePdfs {
  const thread = createThread<PdfOrder, Uint8Array>({
    file: new URL("./worker.ts", import.meta.url),
    purpose: "writes PDFs",
    patienceMs: PATIENCE_MS,
  });
  let waiting = 0;
  return {
    async renderInvoicePdf(order) {
      if (waiting >= MOST_WAITING) throw new Error("Too many invoices wait to be written as PDFs.");
      waiting += 1;
      try {
        return await thread.ask(order);
      } finally {
        waiting -= 1;
      }
    },
    close: thread.close,
  };
}
