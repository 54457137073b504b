import { type PointerEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const [LEAST, MOST] = [0.25, 2];
const STEP = 1.25;
/** A drawing is never shown so small at first that its names cannot be read. */
const LEAST_FIT = 0.85;
/** A press that moves less than this is a click. */
const CLICK_PX = 4;

/** How large a drawing is shown, and what changes that. */
export interface Zoom {
  scale: number;
  zoomIn: () => void;
  zoomOut: () => void;
  /** As large as there is room for, and no larger than it is drawn. */
  fit: () => void;
  /** Pans the drawing with a mouse: spread on what scrolls. */
  panProps: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: () => void;
    onPointerCancel: () => void;
  };
}

/**
 * Zooms a drawing inside of what scrolls: by ⌘ or Ctrl with the wheel (which is also how trackpads say that two fingers
 * part) around the pointer, by calls around the middle. Panning is the scrolling itself, so touch, wheel, keys and
 * screen readers all have it; a mouse may drag as well.
 */
export function useZoom(scrolled: RefObject<HTMLElement | null>, width: number): Zoom {
  const [scale, setScale] = useState(1);
  /** The point that stays where it is: on the drawing, and from the corner of what scrolls. */
  const anchor = useRef<{ x: number; y: number; left: number; top: number }>(undefined);
  const latest = useRef(scale);

  const zoomTo = useCallback(
    (next: number, at?: { left: number; top: number }) => {
      const element = scrolled.current;
      if (element === null) return;
      const wanted = Math.min(MOST, Math.max(LEAST, next));
      const { left, top } = at ?? { left: element.clientWidth / 2, top: element.clientHeight / 2 };
      const x = (element.scrollLeft + left) / latest.current;
      const y = (element.scrollTop + top) / latest.current;
      anchor.current = { x, y, left, top };
      latest.current = wanted;
      setScale(wanted);
    },
    [scrolled],
  );
  const fit = useCallback(() => {
    const room = scrolled.current?.clientWidth ?? 0;
    // The drawing begins at the left, so that is what stays in view.
    if (room > 0 && width > 0) zoomTo(Math.min(1, Math.max(LEAST_FIT, room / width)), { left: 0, top: 0 });
  }, [scrolled, width, zoomTo]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: it is fitted once, when it is first there; live changes never zoom.
  useLayoutEffect(fit, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scrolling follows the new size.
  useLayoutEffect(() => {
    const element = scrolled.current;
    if (element === null || anchor.current === undefined) return;
    const { x, y, left, top } = anchor.current;
    element.scrollTo(x * scale - left, y * scale - top);
    anchor.current = undefined;
  }, [scale]);
  useEffect(() => {
    const element = scrolled.current;
    // React listens to the wheel passively, and a passive listener cannot keep the page from being zoomed as well.
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = element?.getBoundingClientRect() ?? { left: 0, top: 0 };
      const change = Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 180);
      zoomTo(latest.current * change, { left: event.clientX - left, top: event.clientY - top });
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [scrolled, zoomTo]);

  return {
    scale,
    zoomIn: () => zoomTo(latest.current * STEP),
    zoomOut: () => zoomTo(latest.current / STEP),
    fit,
    panProps: useDrag(scrolled),
  };
}

function useDrag(scrolled: RefObject<HTMLElement | null>): Zoom["panProps"] {
  const from = useRef<{ x: number; y: number; left: number; top: number; isDrag: boolean }>(undefined);
  const end = () => {
    if (from.current?.isDrag) {
      // The click that ends a drag opens nothing.
      const swallow = (event: Event) => event.stopPropagation();
      window.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
    }
    from.current = undefined;
  };
  return {
    onPointerDown({ pointerType, button, clientX, clientY }) {
      const element = scrolled.current;
      if (pointerType !== "mouse" || button !== 0 || element === null) return;
      from.current = { x: clientX, y: clientY, left: element.scrollLeft, top: element.scrollTop, isDrag: false };
    },
    onPointerMove({ clientX, clientY, pointerId }) {
      const element = scrolled.current;
      if (from.current === undefined || element === null) return;
      const { x, y, left, top } = from.current;
      if (!from.current.isDrag && Math.hypot(clientX - x, clientY - y) > CLICK_PX) {
        from.current.isDrag = true;
        element.setPointerCapture(pointerId);
      }
      if (from.current.isDrag) element.scrollTo(left + x - clientX, top + y - clientY);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
