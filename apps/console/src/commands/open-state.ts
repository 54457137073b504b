import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let isOpen = false;

/** Opens or closes the command palette, from anywhere. */
export function setCommandPalette(open: boolean): void {
  isOpen = open;
  for (const tell of listeners) tell();
}

/** Opens the command palette. */
export const openCommandPalette = (): void => setCommandPalette(true);

/** Whether the command palette is open. */
export const useCommandPaletteOpen = (): boolean =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => isOpen,
  );
