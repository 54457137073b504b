import { lazy, type ReactNode, Suspense } from "react";
import { useShortcuts } from "../keys/shortcuts.ts";
import { openCommandPalette, useCommandPaletteOpen } from "./open-state.ts";

const PaletteDialog = lazy(() =>
  import("./palette-dialog.tsx").then(({ PaletteDialog }) => ({ default: PaletteDialog })),
);

/** ⌘K: search and commands over the whole console. What it is made of is loaded when it is first opened. */
export function CommandPalette(): ReactNode {
  const isOpen = useCommandPaletteOpen();
  useShortcuts([
    { keys: "mod+k", label: "Search or do something", group: "Everywhere", run: openCommandPalette },
    { keys: "/", label: "Search", group: "Everywhere", run: search },
  ]);
  return (
    isOpen && (
      <Suspense>
        <PaletteDialog />
      </Suspense>
    )
  );
}

/** The page's own search where it has one, else the one over everything. */
function search(): void {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]");
  if (field === null) openCommandPalette();
  else field.select();
}
