import type { Invoice } from "@reef/sdk";
import type { ReactNode } from "react";
import { Status } from "../../../ui/status.tsx";
import { invoiceLookOf } from "../billing-words.ts";

/** How an invoice stands, by shape and word. */
export function InvoiceState({ invoice }: { invoice: Invoice }): ReactNode {
  const { state, word } = invoiceLookOf(invoice);
  return <Status state={state}>{word}</Status>;
}
