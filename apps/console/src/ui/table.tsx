import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import { ProblemView } from "./problem-view.tsx";
import { RowsSkeleton } from "./skeleton.tsx";
import { useHeldItems } from "./use-held-items.ts";
import type { Pages } from "./use-pages.ts";
import { useRowKeys } from "./use-row-keys.ts";

/** One column of a table. */
export interface Column<Item> {
  name: string;
  /** The heading is read out only. */
  isNameHidden?: boolean;
  /** A width of CSS grids: `minmax(12rem, 2fr)`, `8rem`, `max-content` never. Default `minmax(0, 1fr)`. */
  width?: string;
  cell: (item: Item) => ReactNode;
  /** Left out where the window is narrower: sm 640 px, md 896 px, lg 1152 px. */
  hideBelow?: "sm" | "md" | "lg";
  align?: "start" | "end";
}

/** Which rows are chosen, by key. */
interface Selection {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
}

interface TableProps<Item> {
  /** What the rows are, for screen readers: "Agents". */
  label: string;
  /** From `usePages`, or any list that is there as a whole: `{ items }`. */
  pages: Pages<Item> | { items: readonly Item[] };
  keyOf: (item: Item) => string;
  /** The first one's cell holds the row's `RowLink` or `PanelLink`; it is what `o` and Enter open. */
  columns: readonly Column<Item>[];
  empty: ReactNode;
  selection?: Selection;
  /** How one row is called when it is chosen: "Choose otter". */
  nameOf?: (item: Item) => string;
  /** Rows of two lines. */
  isTall?: boolean;
}

const VIRTUAL_FROM = 200;
const hidden = { sm: "max-sm:hidden", md: "max-md:hidden", lg: "max-lg:hidden" };

/** Rows with columns: keyboard (`j k o x`), paging, skeletons, problems; virtual from 200 rows on. */
export function Table<Item>(props: TableProps<Item>): ReactNode {
  const { pages, empty } = props;
  const state = "isPending" in pages ? pages : undefined;
  if (state?.isPending) return <RowsSkeleton isTable />;
  if (pages.items.length === 0) {
    return state?.error ? <ProblemView error={state.error} onRetry={state.refetch} /> : empty;
  }
  return (
    <div className="flex flex-col">
      {state?.error !== undefined && state.error !== null && (
        <ProblemView error={state.error} onRetry={state.refetch} isCompact />
      )}
      <Rows {...props} />
      {state && <MoreRows pages={state} />}
    </div>
  );
}

function Rows<Item>({ label, pages, keyOf, columns, selection, nameOf, isTall = false }: TableProps<Item>): ReactNode {
  const body = useRef<HTMLDivElement>(null);
  const { items, waiting, isNew, holdProps, showWaiting } = useHeldItems(pages.items, keyOf);
  const rowHeight = useRowHeight(isTall);
  const isVirtual = items.length > VIRTUAL_FROM;
  const [margin, setMargin] = useState(0);
  useEffect(() => {
    if (isVirtual) setMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
  }, [isVirtual]);
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: margin,
    enabled: isVirtual,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sizes that are kept are those of the old height.
  useEffect(() => {
    virtual.measure();
  }, [virtual, rowHeight]);
  useRowKeys({
    body,
    count: items.length,
    scrollTo: isVirtual ? (index) => virtual.scrollToIndex(index) : undefined,
    toggle: selection && ((index) => toggle(selection, items[index] && keyOf(items[index]))),
  });

  const template = [selection && "2rem", ...columns.map(({ width }) => width ?? "minmax(0, 1fr)")].filter(Boolean);
  const rows = isVirtual
    ? virtual.getVirtualItems().map(({ index, start }) => ({ index, top: start - margin }))
    : items.map((_item, index) => ({ index, top: undefined }));
  // biome-ignore-start lint/a11y/useSemanticElements: a grid of CSS with virtual rows cannot be a table element.
  // biome-ignore-start lint/a11y/useFocusableInteractive: rows and cells of a table take no focus; the links in them do.
  return (
    <div {...holdProps} className="relative">
      {waiting > 0 && (
        <div className="sticky top-(--topline) z-10 flex h-0 justify-center overflow-visible">
          <Button size="small" className="mt-1 shadow-float" onClick={showWaiting}>
            {waiting} new
          </Button>
        </div>
      )}
      <div
        role="table"
        aria-label={label}
        aria-rowcount={items.length + 1}
        className="overflow-clip rounded-lg border bg-raised"
        style={gridOf(columns, template as string[])}
      >
        <div role="rowgroup">
          <div role="row" aria-rowindex={1} className="table-row-grid h-8 border-b text-12 text-muted">
            {selection && (
              <span role="columnheader">
                <span className="sr-only">Chosen</span>
              </span>
            )}
            {columns.map((column) => (
              <span key={column.name} role="columnheader" className={cellClass(column)}>
                <span className={column.isNameHidden ? "sr-only" : "truncate"}>{column.name}</span>
              </span>
            ))}
          </div>
        </div>
        <div
          ref={body}
          role="rowgroup"
          className="relative"
          {...(isVirtual && { style: { height: virtual.getTotalSize() } })}
        >
          {rows.map(({ index, top }) => {
            const item = items[index];
            if (item === undefined) return null;
            const key = keyOf(item);
            const isSelected = selection?.selected.has(key) ?? false;
            return (
              <div
                key={key}
                role="row"
                aria-rowindex={index + 2}
                data-row={index}
                {...(selection && { "aria-selected": isSelected })}
                className={classes(
                  "table-row-grid border-b transition-colors last:border-b-0 hover:bg-hover has-[[data-row-link]:focus-visible]:bg-hover",
                  top === undefined ? "relative" : "absolute inset-x-0",
                  isSelected && "bg-accent-soft",
                  isNew(key) && "animate-appear",
                )}
                style={{ height: rowHeight, ...(top !== undefined && { top }) }}
              >
                {selection && (
                  <span role="cell" className="relative z-10 flex justify-center">
                    <input
                      type="checkbox"
                      className="size-4 accent-accent"
                      aria-label={`Choose ${nameOf?.(item) ?? key}`}
                      checked={isSelected}
                      onChange={() => toggle(selection, key)}
                    />
                  </span>
                )}
                {columns.map((column) => (
                  <span key={column.name} role="cell" className={cellClass(column)}>
                    {column.cell(item)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
  // biome-ignore-end lint/a11y/useFocusableInteractive: rows and cells of a table take no focus; the links in them do.
  // biome-ignore-end lint/a11y/useSemanticElements: a grid of CSS with virtual rows cannot be a table element.
}

/** Fetches the next page when its place comes near, and says how much there is. */
function MoreRows<Item>({ pages }: { pages: Pages<Item> }): ReactNode {
  const end = useRef<HTMLDivElement>(null);
  const { hasMore, isLoadingMore, loadMore, items, total, error } = pages;
  const isDue = hasMore && !isLoadingMore && !error;
  useEffect(() => {
    const element = end.current;
    if (!isDue || element === null) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && loadMore(), {
      rootMargin: "800px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isDue, loadMore]);
  return (
    <div ref={end} className="flex min-h-8 items-center justify-between gap-3 px-3 pt-2 text-13 text-muted">
      <span role="status">{hasMore ? `${items.length} of ${total ?? "more"}` : `${items.length} in all`}</span>
      {hasMore && (
        <Button size="small" kind="quiet" isBusy={isLoadingMore} onClick={loadMore}>
          Show more
        </Button>
      )}
    </div>
  );
}

/** The rows' columns, one template for each width of the window; `table-row-grid` chooses among them. */
function gridOf<Item>(columns: readonly Column<Item>[], template: readonly string[]): CSSProperties {
  const offset = template.length - columns.length;
  const at = (...shown: readonly Column<Item>["hideBelow"][]) =>
    template.filter((_width, index) => index < offset || shown.includes(columns[index - offset]?.hideBelow)).join(" ");
  return {
    "--columns": at(undefined),
    "--columns-sm": at(undefined, "sm"),
    "--columns-md": at(undefined, "sm", "md"),
    "--columns-lg": at(undefined, "sm", "md", "lg"),
  } as CSSProperties;
}

const cellClass = <Item,>({ hideBelow, align }: Column<Item>): string =>
  classes(
    "flex min-w-0 items-center gap-2",
    align === "end" && "justify-end text-right",
    hideBelow && hidden[hideBelow],
  );

function toggle({ selected, onChange }: Selection, key: string | undefined): void {
  if (key === undefined) return;
  const next = new Set(selected);
  if (!next.delete(key)) next.add(key);
  onChange(next);
}

const touch = window.matchMedia("(pointer: coarse)");

/** 36 px for a pointer, 44 for a finger; with two lines 56 and 64. */
function useRowHeight(isTall: boolean): number {
  const [isTouch, setTouch] = useState(touch.matches);
  useEffect(() => {
    const change = () => setTouch(touch.matches);
    touch.addEventListener("change", change);
    return () => touch.removeEventListener("change", change);
  }, []);
  return (isTouch ? 44 : 36) + (isTall ? 20 : 0);
}
