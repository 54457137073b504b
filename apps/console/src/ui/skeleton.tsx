import type { ReactNode } from "react";
import { classes } from "./classes.ts";

/** The place of something that is on its way; give it the size of what comes, so that nothing moves. */
export const Skeleton = ({ className }: { className?: string }): ReactNode => (
  <span
    aria-hidden
    className={classes(
      "block animate-breathe bg-line",
      !className?.includes("rounded") && "rounded-sm",
      className ?? "h-4 w-32",
    )}
  />
);

const widths = ["w-40", "w-56", "w-32", "w-48", "w-36", "w-52"];

/** Rows on their way; with the frame and heading of a table where one comes. */
export const RowsSkeleton = ({ rows = 8, isTable = false }: { rows?: number; isTable?: boolean }): ReactNode => (
  <div role="status" className={classes("divide-y", isTable && "overflow-clip rounded-lg border bg-raised")}>
    <span className="sr-only">Loading</span>
    {isTable && <div className="h-8" />}
    {Array.from({ length: rows }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the rows stand for nothing, so they have no other name.
      <div key={index} className="flex h-(--row) items-center gap-3 px-3">
        <Skeleton className="size-5 shrink-0 rounded-full" />
        <Skeleton className={classes("h-3 min-w-0", widths[index % widths.length])} />
        <Skeleton className="ml-auto h-3 w-16 shrink-0" />
      </div>
    ))}
  </div>
);

/** A page on its way: its heading and rows. */
export const PageSkeleton = (): ReactNode => (
  <div className="flex flex-col gap-6">
    <div className="flex flex-col gap-2">
      <Skeleton className="h-7 w-40" />
      <Skeleton className="h-4 w-72 max-w-full" />
    </div>
    <RowsSkeleton />
  </div>
);
