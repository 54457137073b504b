import { type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { holdOrder } from "./held-order.ts";

const FADE_MS = 400;

/** A live list that never moves what the pointer is over: spread `holdProps` on what surrounds it. */
export function useHeldItems<Item>(latest: readonly Item[], keyOf: (item: Item) => string) {
  const [isHeld, setHeld] = useState(false);
  const [base, setBase] = useState(latest);
  const known = useRef(new Set(latest.map(keyOf)));
  useEffect(() => {
    // A row is new as long as its fading in takes.
    const timer = setTimeout(() => {
      known.current = new Set(latest.map(keyOf));
    }, FADE_MS);
    return () => clearTimeout(timer);
  }, [latest, keyOf]);
  const { shown, waiting } = useMemo(
    () => (isHeld ? holdOrder(base, latest, keyOf) : { shown: latest, waiting: 0 }),
    [isHeld, base, latest, keyOf],
  );
  return {
    items: shown,
    waiting,
    /** Whether the row came while the list was being looked at, so that it may fade in. */
    isNew: (key: string): boolean => !known.current.has(key),
    showWaiting: () => setBase(latest),
    holdProps: {
      onPointerOver: ({ pointerType, currentTarget, target }: PointerEvent) => {
        if (pointerType !== "mouse") return;
        // React also tells of a dialog that a row has opened. It lies over the list, so nothing of that is pointed at.
        const isOver = target instanceof Node && currentTarget.contains(target);
        if (isOver && !isHeld) setBase(latest);
        setHeld(isOver);
      },
      onPointerLeave: () => setHeld(false),
    },
  };
}
