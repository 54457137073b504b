import { useRef } from "react";

/**
 * Brings the focus back to what had it when a dialog opened: Radix does so only for dialogs with a trigger of their own.
 * Spread it on the dialog's content.
 */
export function useFocusReturn() {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus() {
      const { activeElement } = document;
      // An entry of a menu is gone when the dialog closes; the button that opened the menu is not.
      const button = activeElement?.closest("[role=menu]")?.getAttribute("aria-labelledby");
      opener.current = button ? document.getElementById(button) : activeElement;
    },
    onCloseAutoFocus(event: Event) {
      event.preventDefault();
      const { current } = opener;
      const isThere = current instanceof HTMLElement && current.isConnected && current !== document.body;
      const target = isThere ? current : document.querySelector<HTMLElement>("main h1");
      target?.focus({ preventScroll: true });
    },
  };
}
