import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { formatPanels, type PanelName, parsePanels, withPanel } from "./panel-names.ts";

/** The panels of the address, and how to open and close them. */
export function usePanels() {
  const { panel } = useSearch({ strict: false });
  const navigate = useNavigate();
  return useMemo(() => {
    const panels = parsePanels(panel);
    const show = (names: readonly PanelName[]) =>
      void navigate({
        to: ".",
        search: (search: object) => ({ ...search, panel: formatPanels(names) }),
        resetScroll: false,
      } as never);
    return {
      panels,
      /** Opens a panel from within `level`: 0 from the page, 1 from the first panel. */
      open: (name: PanelName, level = 0) => show(withPanel(panels, level, name)),
      /** Closes the panel at `index` and what lies on it. */
      close: (index: number) => show(panels.slice(0, Math.max(0, index))),
    };
  }, [panel, navigate]);
}
