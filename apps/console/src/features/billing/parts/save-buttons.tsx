import type { Invoice } from "@reef/sdk";
import { Download, FileText } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { toastProblem } from "../../../ui/toast.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { fetchInvoicePdf, fetchInvoicesAsCsv } from "../queries.ts";
import { saveFile } from "../save-file.ts";

/** Keeps an invoice as a PDF. */
export function SavePdf({ invoice }: { invoice: Invoice }): ReactNode {
  const { isBusy, run } = useSubmit();
  const save = async () => {
    try {
      const { name, file } = await fetchInvoicePdf(invoice.id);
      saveFile(file, name);
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <Button isBusy={isBusy} onClick={() => void run(save)}>
      <FileText aria-hidden />
      Download PDF
    </Button>
  );
}

/** Keeps the organization's invoices as CSV. */
export function SaveCsv(): ReactNode {
  const { isBusy, run } = useSubmit();
  const save = async () => {
    try {
      saveFile(await fetchInvoicesAsCsv(), "invoices.csv");
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <Button size="small" kind="quiet" isBusy={isBusy} onClick={() => void run(save)}>
      <Download aria-hidden />
      Export CSV
    </Button>
  );
}
