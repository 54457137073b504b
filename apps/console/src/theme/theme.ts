import { useSyncExternalStore } from "react";

/** What a person may choose; `system` follows the machine. */
export type Theme = "light" | "dark" | "system";

const KEY = "reef.theme";
const listeners = new Set<() => void>();

/** The theme that was chosen on this browser. */
function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** Shows a theme at once and keeps it for this browser; `early.js` reads it on the next load. */
export function chooseTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
  for (const tell of listeners) tell();
}

/** The chosen theme, as it changes. */
export const useTheme = (): Theme =>
  useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, currentTheme);
