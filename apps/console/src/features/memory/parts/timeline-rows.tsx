import type { Diary, Entry } from "@reef/sdk";
import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { Layers } from "lucide-react";
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { Mark } from "../../../ui/mark.tsx";
import { useNow } from "../../../ui/time.tsx";
import type { Pages } from "../../../ui/use-pages.ts";
import { useRowKeys } from "../../../ui/use-row-keys.ts";
import { nameOfDay } from "../day-names.ts";
import { layOut, type TimelineRow } from "../timeline.ts";
import { EntryLine } from "./entry-rows.tsx";

/** Heights in pixels; all rows of a kind are alike, so that nothing moves while one scrolls. */
const HEIGHTS: Readonly<Record<TimelineRow["kind"], number>> = { day: 52, session: 36, entry: 60 };

interface TimelineRowsProps {
  diary: Diary;
  pages: Pages<Entry>;
}

/** The days, sessions and entries of a timeline; only those near the window are rendered. */
export function TimelineRows({ diary, pages }: TimelineRowsProps): ReactNode {
  const { items, hasMore, isLoadingMore, loadMore } = pages;
  const rows = useMemo(() => layOut(items), [items]);
  const places = useMemo(() => rows.flatMap(({ kind }, place) => (kind === "entry" ? [place] : [])), [rows]);
  const body = useRef<HTMLOListElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY), []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => HEIGHTS[rows[index]?.kind ?? "entry"],
    getItemKey: (index) => keyOf(rows[index]),
    overscan: 10,
    scrollMargin: margin,
  });
  const shown = virtual.getVirtualItems();
  useRowKeys({
    body,
    count: places.length,
    scrollTo: (index) => virtual.scrollToIndex(places[index] ?? 0, { align: "auto" }),
    toggle: undefined,
  });
  const isAtEnd = (shown.at(-1)?.index ?? 0) >= rows.length - 5;
  const isDue = isAtEnd && hasMore && !isLoadingMore && pages.error === null;
  useEffect(() => {
    if (isDue) loadMore();
  }, [isDue, loadMore]);
  return (
    <>
      <ol ref={body} aria-label="Timeline" className="relative" style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, key, start, size }) => {
          const row = rows[index];
          return (
            row && (
              <li
                key={key}
                className="absolute inset-x-0"
                style={{ top: start - margin, height: size }}
                {...(row.kind === "entry" && { "data-row": row.index })}
              >
                <Row row={row} diary={diary} />
              </li>
            )
          );
        })}
      </ol>
      {hasMore && (
        <Button className="self-center" isBusy={isLoadingMore} onClick={loadMore}>
          Show earlier
        </Button>
      )}
    </>
  );
}

function Row({ row, diary }: { row: TimelineRow; diary: Diary }): ReactNode {
  const now = useNow();
  if (row.kind === "day") {
    return (
      <div className="flex h-full items-end justify-between gap-3 border-b pb-1.5">
        <h2 className="font-semibold">{nameOfDay(row.day, now)}</h2>
        <span className="text-12 text-muted">{row.count === 1 ? "1 entry" : `${row.count} entries`}</span>
      </div>
    );
  }
  if (row.kind === "session") {
    return (
      <div className="flex h-full items-end gap-2 pb-1 pl-1 text-13 text-muted">
        <Layers aria-hidden className="mb-0.5 size-4 shrink-0" />
        <h3 className="min-w-0 truncate">
          <Link
            to="/memory/diaries/$diaryId"
            params={{ diaryId: diary.id }}
            search={{ session: row.session }}
            className="rounded-sm font-medium hover:text-ink"
          >
            {row.session}
          </Link>
        </h3>
        <span className="shrink-0 text-12">{row.count} entries</span>
      </div>
    );
  }
  const { entry, isInSession } = row;
  return (
    <div
      className={classes(
        "relative flex h-full items-center gap-3 rounded-md px-2 transition-colors hover:bg-hover has-[[data-row-link]:focus-visible]:bg-hover",
        isInSession && "ml-3 rounded-l-none border-l",
      )}
    >
      <time dateTime={entry.happenedAt} className="w-10 shrink-0 text-13 text-muted">
        {timeOfDay.format(new Date(entry.happenedAt))}
      </time>
      <span title={entry.author.name} className="shrink-0 max-sm:hidden">
        <Mark fingerprint={entry.author.fingerprint} />
        <span className="sr-only">{entry.author.name}</span>
      </span>
      <EntryLine entry={entry} isAllSigned={diary.signed} />
    </div>
  );
}

const timeOfDay = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

function keyOf(row: TimelineRow | undefined): string {
  if (row === undefined) return "";
  if (row.kind === "entry") return row.entry.id;
  return row.kind === "day" ? row.day : `${row.day} ${row.session}`;
}
