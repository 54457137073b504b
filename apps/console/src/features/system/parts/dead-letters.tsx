import type { DeadLetter } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { type ReactNode, useState } from "react";
import { reef } from "../../../session/reef.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { toast, toastProblem } from "../../../ui/toast.tsx";
import { useIsNarrow } from "../../../ui/use-narrow.ts";
import { useDeadLetters } from "../queries.ts";

const columns: readonly Column<DeadLetter>[] = [
  {
    name: "What",
    width: "minmax(0, 1fr)",
    cell: ({ workflow }) => <code className="truncate font-mono text-13">{workflow}</code>,
  },
  {
    name: "Why it failed",
    width: "minmax(0, 2fr)",
    hideBelow: "sm",
    cell: ({ error }) => (
      <span className="truncate text-muted" title={error}>
        {error}
      </span>
    ),
  },
  { name: "Attempts", width: "5.5rem", hideBelow: "md", align: "end", cell: ({ attempts }) => attempts },
  { name: "Failed", width: "8rem", hideBelow: "md", align: "end", cell: ({ failedAt }) => <Time value={failedAt} /> },
  {
    name: "Actions",
    isNameHidden: true,
    width: "10rem",
    align: "end",
    cell: (letter) => <RetryOrDiscard letter={letter} />,
  },
];

/** The same on a telephone: two lines a row. */
const narrowColumns: readonly Column<DeadLetter>[] = [
  {
    name: "What",
    cell: ({ workflow, error }) => (
      <span className="flex min-w-0 flex-col">
        <code className="truncate font-mono text-13">{workflow}</code>
        <span className="truncate text-13 text-muted" title={error}>
          {error}
        </span>
      </span>
    ),
  },
  ...columns.slice(-1),
];

/** Work that was tried until its attempts were used up. */
export function DeadLetters(): ReactNode {
  const isNarrow = useIsNarrow();
  return (
    <Table
      label="Failed work"
      pages={useDeadLetters()}
      keyOf={({ id }) => id}
      columns={isNarrow ? narrowColumns : columns}
      isTall={isNarrow}
      empty={
        <EmptyState title="Nothing failed" icon={<CircleCheck />}>
          Work whose attempts are used up waits here until you retry or discard it, 30 days at most.
        </EmptyState>
      }
    />
  );
}

function RetryOrDiscard({ letter: { id, workflow } }: { letter: DeadLetter }): ReactNode {
  const queryClient = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["system", "dead-letters"] });
  const retry = async () => {
    setBusy(true);
    try {
      await reef.system.retryDeadLetter({ jobId: id });
      toast(`${workflow} is tried again.`);
      await refresh();
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const discard = async () => {
    await reef.system.deleteDeadLetter({ jobId: id });
    toast("Discarded.");
    await refresh();
  };
  return (
    <span className="flex gap-1">
      <Button size="small" isBusy={isBusy} onClick={() => void retry()} aria-label={`Retry ${workflow}`}>
        Retry
      </Button>
      <ConfirmDialog
        title={`Discard ${workflow}?`}
        consequence="What it was to do is not done, and it cannot be retried any more."
        action="Discard"
        onConfirm={discard}
        trigger={
          <Button size="small" kind="quiet" aria-label={`Discard ${workflow}`}>
            Discard
          </Button>
        }
      />
    </span>
  );
}
