import type { Invoice } from "../contract/invoices.ts";

/** An invoice to be written as a PDF. */
export interface PdfOrder {
  invoice: Invoice;
  /** Who issues it: name and address, lines apart by `|`. */
  issuer: string;
  /** It is of the stand-in for Stripe, so nothing is owed; the file says so. */
  isTest: boolean;
}
