import { type ReactNode, Suspense, useEffect, useRef } from "react";
import { features } from "../app/features.ts";
import { useShortcuts } from "../keys/shortcuts.ts";
import { CatchProblem } from "../ui/catch-problem.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { PageSkeleton } from "../ui/skeleton.tsx";
import { PanelFrame, PanelLevel } from "./panel-frame.tsx";
import type { PanelName } from "./panel-names.ts";
import { usePanels } from "./use-panels.ts";

const kinds = new Map(features.flatMap(({ panels = {} }) => Object.entries(panels)));

/** Where panels slide in: over the right side of the page, and in place of the page where that is narrow. */
export function PanelHost(): ReactNode {
  const { panels, close } = usePanels();
  useFocusReturn(panels.length);
  useShortcuts(
    [{ keys: "Escape", label: "Close the panel", group: "Everywhere", run: () => close(panels.length - 1) }],
    panels.length > 0,
  );
  return panels.map((panel, index) => (
    <aside
      key={`${panel.kind}.${panel.id}`}
      className={classes(
        "fixed inset-x-0 top-(--topline) bottom-(--bottombar) z-15 animate-slide overflow-y-auto overscroll-contain border-l bg-raised",
        "sm:left-auto sm:shadow-float",
        // The second panel leaves an edge of the first one to be seen.
        index === 0 ? "sm:w-[min(28rem,80vw)]" : "sm:w-[min(26rem,74vw)]",
      )}
    >
      <PanelLevel value={index + 1}>
        <CatchProblem>
          <Suspense
            fallback={
              <div className="p-5">
                <PageSkeleton />
              </div>
            }
          >
            <PanelContent name={panel} />
          </Suspense>
        </CatchProblem>
      </PanelLevel>
    </aside>
  ));
}

function PanelContent({ name: { kind, id } }: { name: PanelName }): ReactNode {
  const Content = kinds.get(kind);
  if (Content) return <Content id={id} />;
  return (
    <PanelFrame title="Nothing to show">
      <EmptyState title="This panel does not exist">
        The address may come from another version of the console.
      </EmptyState>
    </PanelFrame>
  );
}

/** When a panel closes, the focus goes back to what opened it. */
function useFocusReturn(count: number): void {
  const openers = useRef<(Element | null)[]>([]);
  const before = useRef(0);
  // The focus moves into a panel in its own effect, before this one; so what has it is noted while rendering is planned.
  useEffect(() => {
    const note = () => {
      const { activeElement } = document;
      const level = activeElement?.closest("aside") ? 1 : 0;
      if (activeElement && activeElement !== document.body) openers.current[level] = activeElement;
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, []);
  useEffect(() => {
    if (count < before.current) {
      const opener = openers.current[count];
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    }
    before.current = count;
  }, [count]);
}
