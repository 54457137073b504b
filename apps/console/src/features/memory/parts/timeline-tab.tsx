import type { Diary, Entry } from "@reef/sdk";
import { CalendarDays } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import type { Pages } from "../../../ui/use-pages.ts";
import { useTimeline } from "../queries.ts";
import { writeCommand } from "../write-command.ts";
import { TimelineRows } from "./timeline-rows.tsx";

/** A diary's entries by the days on which things happened, the latest first. */
export function TimelineTab({ diary }: { diary: Diary }): ReactNode {
  const pages = useTimeline(diary.id);
  return (
    <div className="flex flex-col gap-3">
      <p className="measure text-13 text-muted">
        By when things happened, in your time zone; an agent may write of something days later.
      </p>
      <State diary={diary} pages={pages} />
    </div>
  );
}

function State({ diary, pages }: { diary: Diary; pages: Pages<Entry> }): ReactNode {
  const { items, isPending, error, refetch } = pages;
  if (isPending) return <RowsSkeleton />;
  if (items.length > 0) {
    return (
      <>
        {error !== null && <ProblemView error={error} onRetry={refetch} isCompact />}
        <TimelineRows diary={diary} pages={pages} />
      </>
    );
  }
  if (error !== null) return <ProblemView error={error} onRetry={refetch} />;
  return (
    <EmptyState title="Nothing has happened here yet" icon={<CalendarDays />} command={writeCommand(diary)}>
      The timeline begins with the first entry. {diary.owner.name} writes it with:
    </EmptyState>
  );
}
