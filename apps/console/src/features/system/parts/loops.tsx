import type { Liveness } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { Status } from "../../../ui/status.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { useIsNarrow } from "../../../ui/use-narrow.ts";
import { livenessQuery } from "../queries.ts";

type Loop = Liveness["items"][number];

const columns: readonly Column<Loop>[] = [
  {
    name: "Loop",
    width: "minmax(0, 2fr)",
    cell: ({ name }) => <code className="truncate font-mono text-13">{name}</code>,
  },
  { name: "State", width: "8rem", cell: (loop) => <LoopState loop={loop} /> },
  {
    name: "Last progress",
    width: "8rem",
    align: "end",
    cell: ({ secondsSinceProgress }) => `${Math.round(secondsSinceProgress)} s ago`,
  },
  { name: "Restarts", width: "6rem", hideBelow: "sm", align: "end", cell: ({ restarts }) => restarts },
];

/** The same on a telephone: two lines a row. */
const narrowColumns: readonly Column<Loop>[] = [
  {
    name: "Loop",
    cell: (loop) => (
      <span className="flex min-w-0 flex-col">
        <code className="truncate font-mono text-13">{loop.name}</code>
        <LoopState loop={loop} />
      </span>
    ),
  },
  {
    name: "Last progress",
    width: "7rem",
    align: "end",
    cell: (loop) => `${Math.round(loop.secondsSinceProgress)} s ago`,
  },
];

/** The loops that work in the background, and when each last got on. */
export function Loops(): ReactNode {
  const { data, error, refetch } = useQuery(livenessQuery);
  const isNarrow = useIsNarrow();
  if (data === undefined) {
    return error === null ? <RowsSkeleton /> : <ProblemView error={error} onRetry={() => void refetch()} />;
  }
  return (
    <Table
      label="Loops"
      pages={data}
      keyOf={({ name }) => name}
      columns={isNarrow ? narrowColumns : columns}
      isTall={isNarrow}
      empty="Nothing runs here."
    />
  );
}

function LoopState({ loop: { state, stalled } }: { loop: Loop }): ReactNode {
  if (stalled) return <Status state="failed">Stuck</Status>;
  if (state === "running") return <Status state="online">Running</Status>;
  if (state === "restarting") return <Status state="degraded">Restarting</Status>;
  return <Status state="offline">{state === "finished" ? "Finished" : "Stopped"}</Status>;
}
