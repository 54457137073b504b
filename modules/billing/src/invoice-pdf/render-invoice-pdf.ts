import { Worker } from "node:worker_threads";
import type { PdfOrder, PdfReply } from "./order.ts";

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

interface Job {
  resolve(pdf: Uint8Array): void;
  reject(error: Error): void;
}

/** Its thread starts with the first invoice, and again after it ended. */
export function createInvoicePdfs(): InvoicePdfs {
  const jobs = new Map<number, Job>();
  let worker: Worker | undefined;
  let watch: NodeJS.Timeout | undefined;
  let lastId = 0;

  function ensureWorker(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(new URL("./worker.ts", import.meta.url));
    started.unref();
    started.on("message", (reply: PdfReply) => {
      const job = take(reply.id);
      if ("pdf" in reply) job?.resolve(reply.pdf);
      else job?.reject(new Error(`The invoice could not be written as a PDF: ${reply.error}`));
    });
    started.on("error", (error) => lose(started, error as Error));
    started.on("exit", () => lose(started, new Error("The thread that writes PDFs ended.")));
    worker = started;
    return started;
  }

  /** A thread that is gone answers nobody; the next invoice gets a new one. */
  function lose(gone: Worker, error: Error): void {
    if (worker !== gone) return;
    worker = undefined;
    for (const id of Array.from(jobs.keys())) take(id)?.reject(error);
  }

  function take(id: number): Job | undefined {
    const job = jobs.get(id);
    jobs.delete(id);
    clearTimeout(watch);
    watch = jobs.size === 0 ? undefined : watchWorker();
    return job;
  }

  const watchWorker = () => setTimeout(() => void worker?.terminate(), PATIENCE_MS).unref();

  return {
    renderInvoicePdf(order) {
      if (jobs.size >= MOST_WAITING) return Promise.reject(new Error("Too many invoices wait to be written as PDFs."));
      return new Promise((resolve, reject) => {
        lastId += 1;
        jobs.set(lastId, { resolve, reject });
        watch ??= watchWorker();
        ensureWorker().postMessage({ id: lastId, order });
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
}
