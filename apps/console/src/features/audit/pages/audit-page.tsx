import type { AuditRecord } from "@reef/sdk";
import { useSearch } from "@tanstack/react-router";
import { Lock, ScrollText, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Actor } from "../../../activity/actor.tsx";
import { Deed } from "../../../activity/deed.tsx";
import { useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Page } from "../../../ui/page.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { useIsNarrow } from "../../../ui/use-narrow.ts";
import { Filters } from "../parts/filters.tsx";
import { VerifyDialog } from "../parts/verify-dialog.tsx";
import { type AuditFilter, useRecords } from "../queries.ts";

const columns: readonly Column<AuditRecord>[] = [
  {
    name: "#",
    width: "3.5rem",
    hideBelow: "sm",
    cell: ({ record }) => <span className="text-muted">{record.position}</span>,
  },
  { name: "Who", width: "minmax(0, 1.2fr)", cell: ({ record }) => <Actor actor={record.actor} /> },
  {
    name: "Did",
    width: "minmax(0, 1.2fr)",
    cell: ({ record: { operation, subject } }) => <Deed operation={operation} subject={subject} />,
  },
  {
    name: "Fields",
    width: "minmax(0, 1fr)",
    hideBelow: "lg",
    cell: ({ record }) => <span className="truncate text-12 text-muted">{record.fields.join(", ")}</span>,
  },
  {
    name: "Hash",
    width: "7rem",
    hideBelow: "md",
    cell: ({ hash }) => (
      <code title={hash} className="font-mono text-12 text-muted">
        {hash.slice(0, 10)}
      </code>
    ),
  },
  { name: "When", width: "6.5rem", align: "end", cell: ({ record }) => <Time value={record.at} /> },
];

/** The same on a telephone: two lines a row. */
const narrowColumns: readonly Column<AuditRecord>[] = [
  {
    name: "Who did what",
    cell: ({ record: { actor, operation, subject } }) => (
      <span className="flex min-w-0 flex-col gap-0.5">
        <Actor actor={actor} />
        <span className="flex min-w-0 pl-7">
          <Deed operation={operation} subject={subject} />
        </span>
      </span>
    ),
  },
  { name: "When", width: "6.5rem", align: "end", cell: ({ record }) => <Time value={record.at} /> },
];

/** The organization's audit ledger. */
export function AuditPage(): ReactNode {
  const filter = useSearch({ from: "/signed-in/organization/audit" });
  const mayRead = useMayManage();
  if (!mayRead) {
    return (
      <Page title="Audit">
        <EmptyState title="For admins and owners" icon={<Lock />}>
          The ledger of who did what is read by those who answer for it. What happened lately is on your home page.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page
      title="Audit"
      description="Who did what, never what it said. Every record holds the hash of the one before, so a change shows."
      actions={
        <VerifyDialog
          trigger={
            <Button kind="primary">
              <ShieldCheck aria-hidden />
              Verify
            </Button>
          }
        />
      }
    >
      <Filters filter={filter} />
      <Records filter={filter} />
    </Page>
  );
}

function Records({ filter }: { filter: AuditFilter }): ReactNode {
  const isNarrow = useIsNarrow();
  return (
    <Table
      label="Audit records"
      pages={useRecords(filter)}
      keyOf={({ hash }) => hash}
      columns={isNarrow ? narrowColumns : columns}
      isTall={isNarrow}
      empty={
        <EmptyState title="Nothing of that kind" icon={<ScrollText />} command="reef audit list">
          What agents and people change is recorded here, moments after it happened.
        </EmptyState>
      }
    />
  );
}
