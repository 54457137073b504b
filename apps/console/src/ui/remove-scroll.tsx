import { Slot } from "radix-ui";
import { type ElementType, type ReactNode, type Ref, useLayoutEffect } from "react";

interface RemoveScrollProps {
  children?: ReactNode;
  ref?: Ref<HTMLElement>;
  enabled?: boolean;
  as?: ElementType;
}

let holders = 0;

/**
 * Stands in for the package of this name, which Radix uses to keep the page still behind a dialog: that one writes a style
 * element, and `style-src 'self'` forbids it. This one sets a class on the document.
 */
export function RemoveScroll({ children, enabled = true, as: Element = Slot.Root, ref }: RemoveScrollProps): ReactNode {
  useLayoutEffect(() => {
    if (!enabled) return;
    holders += 1;
    const { classList, clientWidth } = document.documentElement;
    // Where the scroll bar takes room, the room stays, so that nothing moves.
    if (holders === 1) classList.toggle("keeps-gutter", window.innerWidth > clientWidth);
    classList.add("holds-still");
    return () => {
      holders -= 1;
      if (holders === 0) classList.remove("holds-still", "keeps-gutter");
    };
  }, [enabled]);
  return <Element ref={ref}>{children}</Element>;
}
