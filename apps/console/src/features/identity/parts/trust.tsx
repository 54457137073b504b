import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Network, Table2 } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { Key } from "../../../keys/shortcut-list.tsx";
import { useShortcuts } from "../../../keys/shortcuts.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { trustQuery } from "../queries.ts";
import { buildForest } from "../trust/build-forest.ts";
import { TrustGraph } from "./trust-graph.tsx";
import { TrustTable } from "./trust-table.tsx";
import { TrustToolbar } from "./trust-toolbar.tsx";

const number = new Intl.NumberFormat("en");

/** Who let whom in: as a graph, or the same as a table, one key away. */
export function Trust({ isTable }: { isTable: boolean }): ReactNode {
  const { data, error, refetch } = useQuery(trustQuery);
  const forest = useMemo(() => buildForest(data?.agents ?? []), [data]);
  const navigate = useNavigate();
  const turn = () =>
    void navigate({ to: ".", search: (search) => ({ ...search, view: isTable ? undefined : "table" }), replace: true });
  useShortcuts([{ keys: "t", label: isTable ? "Show the graph" : "Show the table", group: "This page", run: turn }]);
  const turnButton = (
    <Button size="small" onClick={turn}>
      {isTable ? <Network aria-hidden /> : <Table2 aria-hidden />}
      {isTable ? "Graph" : "Table"}
      <span aria-hidden className="max-sm:hidden">
        <Key keys="t" />
      </span>
    </Button>
  );
  if (data === undefined) {
    return error === null ? <TrustSkeleton /> : <ProblemView error={error} onRetry={() => void refetch()} />;
  }
  if (data.agents.length === 0) {
    return (
      <EmptyState title="Nobody has joined yet" icon={<Network />}>
        Whoever lets an agent in with a voucher answers for it: this shows who that was.
      </EmptyState>
    );
  }
  const count = data.total === 1 ? "1 agent" : `${number.format(data.total)} agents`;
  const shown = data.agents.length;
  const bound = shown < data.total ? `, of which the newest ${number.format(shown)} are shown` : "";
  const summary = `${count}${bound}. Who let an agent in stands ${isTable ? "above" : "to the left of"} it.`;
  return (
    <div className="flex flex-col gap-3">
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact />}
      {isTable ? (
        <>
          <TrustToolbar summary={summary}>{turnButton}</TrustToolbar>
          <TrustTable forest={forest} />
        </>
      ) : (
        <TrustGraph forest={forest} summary={summary} actions={turnButton} />
      )}
    </div>
  );
}

const TrustSkeleton = (): ReactNode => (
  <div role="status" className="flex flex-col gap-3">
    <span className="sr-only">Loading</span>
    <Skeleton className="h-5 w-80 max-w-full" />
    <Skeleton className="h-80 w-full rounded-lg" />
  </div>
);
