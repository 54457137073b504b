import type { Alias } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { Signpost } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { useMayManage } from "../../../session/account.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { describeWays, waysOf } from "../alias-ways.ts";
import { providersByIdQuery, useAliases } from "../queries.ts";

const columns: readonly Column<Alias>[] = [
  {
    name: "Alias",
    width: "minmax(0, 1fr)",
    cell: ({ name }) => (
      <PanelLink as="row" kind="alias" id={name} className="truncate font-mono">
        {name}
      </PanelLink>
    ),
  },
  {
    name: "Leads to",
    width: "minmax(0, 2.4fr)",
    cell: ({ targets }) => {
      const words = describeWays(waysOf(targets));
      return (
        <span title={words} className="truncate">
          {words}
        </span>
      );
    },
  },
  { name: "Answered by", width: "minmax(0, 1.2fr)", hideBelow: "md", cell: AnsweredBy },
  {
    name: "Changed",
    width: "7rem",
    hideBelow: "sm",
    align: "end",
    cell: ({ updatedAt }) => <Time value={updatedAt} />,
  },
];

/** The organization's names for models, and where each leads. */
export function AliasesList({ onCreate }: { onCreate: () => void }): ReactNode {
  const mayManage = useMayManage();
  return (
    <Table
      label="Aliases"
      pages={useAliases()}
      keyOf={({ name }) => name}
      columns={columns}
      empty={
        <EmptyState
          title="No aliases yet"
          icon={<Signpost />}
          {...(mayManage && { command: "reef aliases set fast openai/gpt-5-mini" })}
          action={
            mayManage && (
              <Button kind="primary" onClick={onCreate}>
                Create an alias
              </Button>
            )
          }
        >
          An alias such as “fast” or “smart” is a name that programs ask for in place of a model. It leads to one or
          several models: in order, where one fails, or shared by weight. Change where it leads, and no program has to.
          {mayManage ? "" : " Admins create aliases."}
        </EmptyState>
      }
    />
  );
}

function AnsweredBy({ targets }: Alias): ReactNode {
  const { data: providers } = useQuery(providersByIdQuery);
  const names = [...new Set(targets.map(({ providerId }) => providers?.get(providerId)?.name ?? providerId))].join(
    ", ",
  );
  return (
    <span title={names} className="truncate text-muted">
      {providers === undefined ? "…" : names}
    </span>
  );
}
