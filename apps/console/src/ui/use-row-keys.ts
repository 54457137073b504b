import { type RefObject, useEffect, useRef } from "react";
import { useShortcuts } from "../keys/shortcuts.ts";

interface RowKeys {
  /** The element that holds the rows, each marked by `data-row` with its index. */
  body: RefObject<HTMLElement | null>;
  count: number;
  /** Brings a row into view that is not rendered yet. */
  scrollTo: ((index: number) => void) | undefined;
  /** Chooses a row, or chooses it no more. */
  toggle: ((index: number) => void) | undefined;
}

const LINK = "[data-row-link]";

/** `j` and `k` move among the rows, `o` opens one, `x` chooses it. */
export function useRowKeys({ body, count, scrollTo, toggle }: RowKeys): void {
  const current = useRef(-1);
  useEffect(() => {
    const element = body.current;
    const follow = ({ target }: FocusEvent) => {
      const row = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
      if (row) current.current = Number(row.dataset.row);
    };
    element?.addEventListener("focusin", follow);
    return () => element?.removeEventListener("focusin", follow);
  }, [body]);

  const linkAt = (index: number) => body.current?.querySelector<HTMLElement>(`[data-row="${index}"] ${LINK}`);
  const move = (step: number) => {
    const index = Math.max(0, Math.min(count - 1, current.current + step));
    current.current = index;
    scrollTo?.(index);
    // A row that was far away is rendered only after the scrolling.
    const focus = () => linkAt(index)?.focus({ preventScroll: scrollTo !== undefined });
    if (linkAt(index)) focus();
    else requestAnimationFrame(() => requestAnimationFrame(focus));
  };
  useShortcuts([
    { keys: "j", label: "Next row", group: "Lists", run: () => move(1) },
    { keys: "k", label: "Row before", group: "Lists", run: () => move(-1) },
    { keys: "o", label: "Open the row", group: "Lists", run: () => linkAt(current.current)?.click() },
  ]);
  useShortcuts(
    [
      {
        keys: "x",
        label: "Choose the row",
        group: "Lists",
        run: () => current.current >= 0 && toggle?.(current.current),
      },
    ],
    toggle !== undefined,
  );
}
