import type { Mail } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { Inbox, Send } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { signInOptionsQuery } from "../../identity/queries.ts";
import { useMails } from "../queries.ts";

const columns: readonly Column<Mail>[] = [
  {
    name: "Subject",
    width: "minmax(0, 2fr)",
    cell: ({ id, subject }) => (
      <PanelLink as="row" kind="mail" id={id} className="truncate">
        {subject}
      </PanelLink>
    ),
  },
  { name: "To", width: "minmax(0, 1fr)", hideBelow: "sm", cell: ({ to }) => <span className="truncate">{to}</span> },
  { name: "When", width: "8rem", align: "end", cell: ({ at }) => <Time value={at} /> },
];

/** The mail that stays here as long as no way of sending it is set up. */
export function Mailbox(): ReactNode {
  const { data, error, refetch } = useQuery(signInOptionsQuery);
  if (data === undefined) {
    return error === null ? <RowsSkeleton /> : <ProblemView error={error} onRetry={() => void refetch()} />;
  }
  return data.mailbox ? (
    <Mails />
  ) : (
    <EmptyState title="Mail is sent" icon={<Send />}>
      This reef sends its mail, so nothing stays here.
    </EmptyState>
  );
}

const Mails = (): ReactNode => (
  <Table
    label="Mails"
    pages={useMails()}
    keyOf={({ id }) => id}
    columns={columns}
    empty={
      <EmptyState title="No mail yet" icon={<Inbox />}>
        Invitations and other mail land here until REEF_SMTP_URL or REEF_RESEND_API_KEY is set.
      </EmptyState>
    }
  />
);
