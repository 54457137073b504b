import { Minus, Plus, Scan } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useShortcuts } from "../../../keys/shortcuts.ts";
import { usePanels } from "../../../panel/use-panels.ts";
import { IconButton } from "../../../ui/button.tsx";
import type { TrustNode } from "../trust/build-forest.ts";
import { chooseShown, FEW, restOf, type Shown } from "../trust/choose-shown.ts";
import { layOut } from "../trust/lay-out.ts";
import { findPlace, moveInTree } from "../trust/tree-keys.ts";
import { useZoom } from "../trust/use-zoom.ts";
import { TrustPlace } from "./trust-place.tsx";
import { TrustToolbar } from "./trust-toolbar.tsx";

interface TrustGraphProps {
  forest: readonly TrustNode[];
  summary: string;
  /** More buttons, beside those that zoom. */
  actions: ReactNode;
}

/** The trust graph as a drawing: a tree to screen readers and keys, with a place for each agent and person. */
export function TrustGraph({ forest, summary, actions }: TrustGraphProps): ReactNode {
  const [choices, setChoices] = useState<ReadonlyMap<string, number>>(new Map());
  const [current, setCurrent] = useState<string>();
  const scrolled = useRef<HTMLDivElement>(null);
  const { open: openPanel } = usePanels();
  const shown = useMemo(() => chooseShown(forest, choices), [forest, choices]);
  const { placed, links, width, height } = useMemo(() => layOut(shown), [shown]);
  const { scale, zoomIn, zoomOut, fit, panProps } = useZoom(scrolled, width);
  const focused = findPlace(shown, current);
  useShortcuts([
    { keys: "+", label: "Larger", group: "This page", run: zoomIn },
    { keys: "-", label: "Smaller", group: "This page", run: zoomOut },
    { keys: "0", label: "As large as there is room for", group: "This page", run: fit },
  ]);
  const refocus = useRefocus(scrolled, shown);

  const choose = (id: string, count: number) => setChoices((before) => new Map(before).set(id, count));
  const toggle = (place: Shown) => {
    if (place.node === undefined) choose(restOf(place), (siblingsOf(place)?.length ?? 0) - 1 + 4 * FEW);
    else choose(place.id, place.children.length > 0 ? 0 : FEW);
  };
  const press = (place: Shown) => {
    setCurrent(place.id);
    if (place.node?.fingerprint === undefined) toggle(place);
    else openPanel({ kind: "agent", id: place.node.fingerprint });
  };
  const siblingsOf = ({ parent }: Shown): readonly Shown[] => parent?.children ?? shown;

  const onKeyDown = (event: KeyboardEvent, place: Shown) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      press(place);
      return;
    }
    const move = moveInTree(shown, place, event.key);
    if (move === undefined) return;
    event.preventDefault();
    if ("focus" in move) {
      setCurrent(move.focus.id);
      refocus(move.focus.id);
    } else {
      toggle("open" in move ? move.open : move.close);
      refocus(place.id);
    }
  };

  return (
    <>
      <TrustToolbar summary={summary}>
        <IconButton size="small" label="Smaller" icon={<Minus />} onClick={zoomOut} />
        <IconButton size="small" label="Larger" icon={<Plus />} onClick={zoomIn} />
        <IconButton size="small" label="As large as there is room for" icon={<Scan />} onClick={fit} />
        {actions}
      </TrustToolbar>
      <div
        ref={scrolled}
        {...panProps}
        role="tree"
        aria-label="Who let whom in"
        className="max-h-[min(44rem,70dvh)] cursor-grab touch-pan-x touch-pan-y overflow-auto overscroll-contain rounded-lg border bg-raised select-none active:cursor-grabbing"
      >
        <svg
          role="none"
          width={width * scale}
          height={height * scale}
          viewBox={`0 0 ${width} ${height}`}
          className="block"
        >
          <g aria-hidden fill="none" className="stroke-edge" strokeWidth="1.25">
            {links.map(({ id, path }) => (
              <path key={id} d={path} />
            ))}
          </g>
          {placed.map(({ place, depth, x, y }) => (
            <TrustPlace
              key={place.id}
              place={place}
              depth={depth}
              x={x}
              y={y}
              siblings={siblingsOf(place)}
              isCurrent={place === focused}
              onPress={press}
              onToggle={toggle}
              onKeyDown={onKeyDown}
              onFocus={() => setCurrent(place.id)}
            />
          ))}
        </svg>
      </div>
    </>
  );
}

/** Gives the focus to a place once it is drawn; where it has gone meanwhile, to what stands in for it. */
function useRefocus(scrolled: { current: HTMLElement | null }, shown: readonly Shown[]): (id: string) => void {
  const wanted = useRef<string>(undefined);
  const [asked, ask] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it looks again when somebody asked, and when the drawing is another.
  useEffect(() => {
    const place = wanted.current === undefined ? undefined : findPlace(shown, wanted.current);
    wanted.current = undefined;
    if (place === undefined) return;
    const element = scrolled.current?.querySelector<SVGElement>(`[data-place="${CSS.escape(place.id)}"]`);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [asked, shown]);
  return (id) => {
    wanted.current = id;
    ask((count) => count + 1);
  };
}
