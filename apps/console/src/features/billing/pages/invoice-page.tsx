import type { Invoice } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ExternalLink, Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Card, Fact, Facts, Page } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { fullDayOf } from "../billing-words.ts";
import { InvoiceLines } from "../parts/invoice-lines.tsx";
import { InvoiceState } from "../parts/invoice-state.tsx";
import { SavePdf } from "../parts/save-buttons.tsx";
import { invoiceQuery } from "../queries.ts";

/** One invoice of the organization. */
export function InvoicePage(): ReactNode {
  const { invoiceId } = useParams({ from: "/signed-in/organization/plan/invoices/$invoiceId" });
  const mayManage = useMayManage();
  const { data: invoice, error, refetch } = useQuery({ ...invoiceQuery(invoiceId), enabled: mayManage });
  if (!mayManage) {
    return (
      <Page title="Invoice">
        <EmptyState title="Only for admins" icon={<Lock />}>
          Admins and owners of the organization see its invoices.
        </EmptyState>
      </Page>
    );
  }
  if (invoice !== undefined) return <Whole invoice={invoice} />;
  return (
    <Page title="Invoice" width="reading">
      {error === null ? <RowsSkeleton rows={6} /> : <ProblemView error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}

function Whole({ invoice }: { invoice: Invoice }): ReactNode {
  const { number, billedTo, issuedAt, dueAt, paidAt, paidBy, state, payUrl } = invoice;
  return (
    <Page
      width="reading"
      title={`Invoice ${number}`}
      description={<InvoiceState invoice={invoice} />}
      actions={
        <>
          <SavePdf invoice={invoice} />
          {state === "open" && payUrl !== null && (
            <Button kind="primary" asChild>
              <a href={payUrl} target="_blank" rel="noreferrer">
                Pay
                <ExternalLink aria-hidden />
              </a>
            </Button>
          )}
        </>
      }
    >
      <Facts>
        <Fact name="Billed to">{billedTo}</Fact>
        <Fact name="Issued">{fullDayOf(issuedAt)}</Fact>
        {dueAt !== null && <Fact name="Due">{fullDayOf(dueAt)}</Fact>}
        {paidAt !== null && <Fact name="Paid">{fullDayOf(paidAt)}</Fact>}
        <Fact name="Payment">
          {paidBy === "stripe" ? "By card, at Stripe" : "To the operators of the reef, by hand"}
        </Fact>
      </Facts>
      <Card>
        <InvoiceLines invoice={invoice} />
      </Card>
      <p>
        <TextLink to="/plan" search={{ tab: "invoices" }}>
          All invoices
        </TextLink>
      </p>
    </Page>
  );
}
