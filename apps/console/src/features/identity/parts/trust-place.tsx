import { SHELL_SIZE, shellOfFingerprint, shellPath } from "@reef/proofs/shell";
import { type KeyboardEvent, memo, type ReactNode } from "react";
import { classes } from "../../../ui/classes.ts";
import type { TrustNode } from "../trust/build-forest.ts";
import type { Shown } from "../trust/choose-shown.ts";
import { fitText } from "../trust/fit-text.ts";
import { SIZES } from "../trust/lay-out.ts";

const { nodeWidth, nodeHeight } = SIZES;
const MARK = 24;
const TEXT_LEFT = 44;
const KNOB = 12;

interface TrustPlaceProps {
  place: Shown;
  depth: number;
  x: number;
  y: number;
  siblings: readonly Shown[];
  /** The one that Tab leads to. */
  isCurrent: boolean;
  onPress: (place: Shown) => void;
  onToggle: (place: Shown) => void;
  onKeyDown: (event: KeyboardEvent, place: Shown) => void;
  onFocus: () => void;
}

/** One agent or person of the drawing, or the rest of a branch. */
export function TrustPlace({ place, depth, x, y, siblings, isCurrent, ...on }: TrustPlaceProps): ReactNode {
  const { node, hidden, children } = place;
  const isBranch = node !== undefined && node.children.length > 0;
  return (
    <g
      role="treeitem"
      data-place={place.id}
      tabIndex={isCurrent ? 0 : -1}
      aria-level={depth + 1}
      aria-setsize={siblings.length}
      aria-posinset={siblings.indexOf(place) + 1}
      {...(isBranch && { "aria-expanded": children.length > 0 })}
      transform={`translate(${x} ${y})`}
      className="group cursor-pointer outline-none"
      onClick={() => on.onPress(place)}
      onKeyDown={(event) => on.onKeyDown(event, place)}
      onFocus={on.onFocus}
    >
      <rect
        x="-3"
        y="-3"
        width={nodeWidth + 6}
        height={nodeHeight + 6}
        rx={node?.fingerprint === undefined ? nodeHeight / 2 + 3 : 9}
        className="fill-none stroke-transparent stroke-2 group-focus-visible:stroke-accent"
      />
      <rect
        width={nodeWidth}
        height={nodeHeight}
        // People are round, agents have corners, whoever is disabled and what is left out have a broken line.
        rx={node?.fingerprint === undefined ? nodeHeight / 2 : 6}
        strokeDasharray={node === undefined || node.isDisabled ? "4 3" : undefined}
        className={classes(
          "stroke-edge transition-colors group-hover:fill-hover",
          node === undefined ? "fill-transparent" : node.isDisabled ? "fill-sunken" : "fill-paper",
        )}
      />
      {/* Its name for screen readers, and what a pointer that rests on it gets. */}
      <title>{node === undefined ? restInWords(hidden) : inWords(node)}</title>
      <g aria-hidden>{node === undefined ? <RestFace hidden={hidden} /> : <Face node={node} />}</g>
      {isBranch && <Knob isOpen={children.length > 0} hidden={hidden} onPress={() => on.onToggle(place)} />}
    </g>
  );
}

const RestFace = ({ hidden }: { hidden: number }): ReactNode => (
  <text x={nodeWidth / 2} y={nodeHeight / 2 + 4.5} textAnchor="middle" className="fill-muted text-13">
    {hidden} more
  </text>
);

const Face = memo(({ node }: { node: TrustNode }): ReactNode => {
  const { name, fingerprint, isDisabled } = node;
  const hint = fingerprint === undefined ? "Person" : isDisabled ? "Disabled" : (fingerprint.split("-")[0] ?? "");
  const room = nodeWidth - TEXT_LEFT - KNOB - 8;
  return (
    <>
      <g transform={`translate(12 ${(nodeHeight - MARK) / 2})`} opacity={isDisabled ? 0.55 : undefined}>
        {fingerprint === undefined ? <PersonShape /> : <ShellShape fingerprint={fingerprint} />}
      </g>
      <text x={TEXT_LEFT} y="17" className="fill-ink text-13 font-medium">
        {fitText(name, room, widthOfName)}
      </text>
      <g className="fill-muted stroke-muted">
        {isDisabled && (
          <path d={`M${TEXT_LEFT + 2} 25v7M${TEXT_LEFT + 6} 25v7`} strokeWidth="1.8" strokeLinecap="round" />
        )}
        <text
          x={TEXT_LEFT + (isDisabled ? 12 : 0)}
          y="32"
          strokeWidth="0"
          className={classes("text-12", fingerprint !== undefined && !isDisabled && "font-mono")}
        >
          {hint}
        </text>
      </g>
    </>
  );
});
Face.displayName = "Face";

const ShellShape = ({ fingerprint }: { fingerprint: string }): ReactNode => (
  <g transform={`scale(${MARK / SHELL_SIZE})`}>
    {shellOfFingerprint(fingerprint).shapes.map((shape, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one drawing never change places.
      <path key={index} d={shellPath(shape)} fill={shape.colour} />
    ))}
  </g>
);

const PersonShape = (): ReactNode => (
  <g className="fill-none stroke-muted" strokeWidth="1.75">
    <circle cx="12" cy="12" r="10" />
    <circle cx="12" cy="10" r="3.5" />
    <path d="M5.5 19.200a7.500 7.500 0 0 1 13 0" />
  </g>
);

/** Opens or closes a branch; keys have the arrows for it. */
const Knob = ({ isOpen, hidden, onPress }: { isOpen: boolean; hidden: number; onPress: () => void }): ReactNode => (
  // biome-ignore-start lint/a11y/noStaticElementInteractions: the tree's item has the same by the arrow keys.
  // biome-ignore-start lint/a11y/useKeyWithClickEvents: as above.
  <g
    aria-hidden
    transform={`translate(${nodeWidth} ${nodeHeight / 2})`}
    onClick={(event) => {
      event.stopPropagation();
      onPress();
    }}
  >
    <rect
      x={isOpen ? -KNOB : -KNOB - 10}
      y={-KNOB}
      width={isOpen ? 2 * KNOB : 2 * KNOB + 20}
      height={2 * KNOB}
      rx={KNOB}
      className="fill-raised stroke-edge hover:fill-hover"
    />
    {isOpen ? (
      <path d="M-4 0h8" className="stroke-ink" strokeWidth="1.5" strokeLinecap="round" />
    ) : (
      <text y="4" textAnchor="middle" className="fill-ink text-12">
        +{hidden > 999 ? "999" : hidden}
      </text>
    )}
  </g>
  // biome-ignore-end lint/a11y/useKeyWithClickEvents: as above.
  // biome-ignore-end lint/a11y/noStaticElementInteractions: as above.
);

/** What a screen reader says of somebody. */
function inWords({ name, fingerprint, isDisabled, letInBy, children, descendants }: TrustNode): string {
  const parts = [
    fingerprint === undefined ? `${name}, a person` : `${name}, ${fingerprint.split("-")[0]}`,
    isDisabled && "disabled",
    letInBy !== undefined && `let in by ${letInBy}`,
    children.length > 0 &&
      `let ${children.length} in${descendants > children.length ? `, ${descendants} with theirs` : ""}`,
  ];
  return parts.filter(Boolean).join(", ");
}

const restInWords = (hidden: number): string => `${hidden} more, not drawn; Enter shows them`;

let canvas: CanvasRenderingContext2D | null | undefined;

/** How wide a name is in the drawing's units, in which it is written at 13 px. */
function widthOfName(text: string): number {
  if (canvas === undefined) {
    canvas = document.createElement("canvas").getContext("2d");
    if (canvas !== null) canvas.font = '500 13px "Geist", sans-serif';
  }
  return canvas?.measureText(text).width ?? text.length * 7;
}
