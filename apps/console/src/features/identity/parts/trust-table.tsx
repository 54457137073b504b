import { CircleUserRound } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { Fingerprint, Mark } from "../../../ui/mark.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { listNodes, type TrustNode } from "../trust/build-forest.ts";
import { AgentState } from "./agent-state.tsx";

interface Row {
  node: TrustNode;
  depth: number;
}

/** Deeper ones stand no further to the right: their row says who let them in. */
const DEEPEST_INDENT = 8;
const INDENT_PX = 20;

const columns: readonly Column<Row>[] = [
  { name: "Who", width: "minmax(0, 2fr)", cell: (row) => <Who row={row} /> },
  {
    name: "Let in by",
    width: "minmax(0, 1fr)",
    hideBelow: "sm",
    cell: ({ node: { letInBy } }) => <span className="truncate text-muted">{letInBy}</span>,
  },
  {
    name: "State",
    width: "6rem",
    cell: ({ node: { fingerprint, isDisabled, joinedAt } }) =>
      fingerprint === undefined ? (
        <span className="text-13 text-muted">Person</span>
      ) : (
        // Of an agent beyond the bound nothing is known but that it let others in.
        joinedAt !== undefined && <AgentState disabled={isDisabled} />
      ),
  },
  { name: "Below", width: "4rem", hideBelow: "md", align: "end", cell: ({ node }) => node.descendants || "" },
  {
    name: "Joined",
    width: "7rem",
    hideBelow: "md",
    align: "end",
    cell: ({ node: { joinedAt } }) => joinedAt !== undefined && <Time value={joinedAt} />,
  },
];

/** The trust graph as rows: everybody below who let them in. */
export function TrustTable({ forest }: { forest: readonly TrustNode[] }): ReactNode {
  const items = useMemo(() => listNodes(forest), [forest]);
  return <Table label="Who let whom in" pages={{ items }} keyOf={keyOf} columns={columns} empty={null} />;
}

const keyOf = ({ node }: Row): string => node.id;

const Who = ({ row: { node, depth } }: { row: Row }): ReactNode => (
  <span
    className="flex min-w-0 items-center gap-2"
    style={{ paddingLeft: Math.min(depth, DEEPEST_INDENT) * INDENT_PX }}
  >
    {depth > 0 && <span className="sr-only">Level {depth + 1}:</span>}
    {node.fingerprint === undefined ? (
      <>
        <CircleUserRound aria-hidden className="size-5 shrink-0 text-muted" />
        <span className="truncate font-medium">{node.name}</span>
      </>
    ) : (
      <>
        <Mark fingerprint={node.fingerprint} />
        <PanelLink as="row" kind="agent" id={node.fingerprint} className="truncate">
          {node.name}
        </PanelLink>
        <Fingerprint value={node.fingerprint} />
      </>
    )}
  </span>
);
