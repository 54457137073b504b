import type { Invoice } from "../contract/invoices.ts";

/** An invoice to be written as a PDF. */
export interface PdfOrder {
  invoice: Invoice;
  /** Who issues it: name and address, lines apart by `|`. */
  issuer: string;
  /** It is of the stand-in for Stripe, so nothing is owed; the file says so. */
  isTest: boolean;
}

/** What the thread is asked, and what it answers. */
export interface PdfRequest {
  id: number;
  order: PdfOrder;
}

export type PdfReply = { id: number; pdf: Uint8Array } | { id: number; error: string };
