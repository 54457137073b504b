import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Card, Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Status } from "../../../ui/status.tsx";
import { useWaiting, type Waiting } from "../use-waiting.ts";

interface WaitingListProps {
  /** The page is not there yet, so the list shows nothing either. */
  isHeld: boolean;
}

/** What waits for a person: the one place of the page that is coral. */
export function WaitingList({ isHeld }: WaitingListProps): ReactNode {
  const { items, isPending, error, retry } = useWaiting();
  const isLoading = isHeld || (items.length === 0 && isPending);
  return (
    <Section title="Waits for you">
      {isLoading && <WaitingSkeleton />}
      {!isLoading && items.length > 0 && (
        <Card className="overflow-clip p-0">
          <ul className="flex flex-col divide-y">
            {items.map((item) => (
              <WaitingRow key={item.id} item={item} />
            ))}
          </ul>
        </Card>
      )}
      {!isLoading && items.length === 0 && error === null && (
        <p className="flex items-center gap-2 text-muted">
          <Status state="done">Nothing</Status>
        </p>
      )}
      {error !== null && <ProblemView error={error} onRetry={retry} isCompact />}
    </Section>
  );
}

const WaitingRow = ({ item: { text, hint, to } }: { item: Waiting }): ReactNode => (
  <li className="relative flex animate-appear items-center gap-3 px-4 py-2.5 transition-colors hover:bg-hover">
    <svg viewBox="0 0 12 12" className="size-2.5 shrink-0 text-signal" aria-hidden>
      <path d="M6 1.2 10.8 6 6 10.8 1.2 6Z" fill="currentColor" />
    </svg>
    <span className="min-w-0 grow">
      <Link
        to={to}
        className="rounded-sm font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
      >
        {text}
      </Link>
      <span className="block text-13 text-muted">{hint}</span>
    </span>
    <ChevronRight aria-hidden className="size-4 shrink-0 text-muted" />
  </li>
);

const WaitingSkeleton = (): ReactNode => (
  <div role="status" className="rounded-lg border bg-raised px-4 py-3">
    <span className="sr-only">Loading</span>
    <Skeleton className="h-4 w-48" />
    <Skeleton className="mt-2 h-3 w-36" />
  </div>
);
