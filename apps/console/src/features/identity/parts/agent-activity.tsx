import type { Activity } from "@reef/sdk";
import type { ReactNode } from "react";
import { Deed } from "../../../activity/deed.tsx";
import { Button } from "../../../ui/button.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { useActivityOf } from "../queries.ts";

interface AgentActivityProps {
  fingerprint: string;
  /** How many come at once. */
  limit: number;
  /** Whether older ones may be asked for here. */
  hasOlder?: boolean;
}

/** What an agent did lately, renewed as it does it. */
export function AgentActivity({ fingerprint, limit, hasOlder = false }: AgentActivityProps): ReactNode {
  const { items, isPending, error, refetch, hasMore, isLoadingMore, loadMore } = useActivityOf(fingerprint, limit);
  if (isPending) return <RowsSkeleton rows={4} />;
  return (
    <>
      {error !== null && <ProblemView error={error} onRetry={refetch} isCompact />}
      {items.length === 0 && error === null && <p className="text-muted">It has done nothing yet.</p>}
      {items.length > 0 && <Lines items={items} />}
      {hasOlder && hasMore && (
        <Button size="small" className="self-start" isBusy={isLoadingMore} onClick={loadMore}>
          Show more
        </Button>
      )}
    </>
  );
}

const Lines = ({ items }: { items: readonly Activity[] }): ReactNode => (
  <ol className="flex flex-col divide-y rounded-lg border bg-raised">
    {items.map(({ position, at, operation, subject }) => (
      <li
        key={position}
        className="relative flex min-h-(--row) animate-appear items-center justify-between gap-3 px-3 transition-colors hover:bg-hover"
      >
        <Deed operation={operation} subject={subject} isSentence />
        <span className="text-13 text-muted">
          <Time value={at} />
        </span>
      </li>
    ))}
  </ol>
);
