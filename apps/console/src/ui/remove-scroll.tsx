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
    document.documentElement.classList.add("holds-still");
    return () => {
      holders -= 1;
      if (holders === 0) document.documentElement.classList.remove("holds-still");
    };
  }, [enabled]);
  return <Element ref={ref}>{children}</Element>;
}
