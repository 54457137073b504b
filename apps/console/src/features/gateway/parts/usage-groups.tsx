import type { Usage } from "@reef/sdk";
import type { ReactNode } from "react";
import { formatCount, formatDollars, formatShort } from "../../../ui/amounts.ts";
import { RowLink } from "../../../ui/row-link.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import type { UsageGrouping } from "../models-address.ts";
import { fillOf } from "../usage-bands.ts";

type Group = Usage["groups"][number];

const without: Readonly<Record<UsageGrouping, string>> = {
  model: "Without a model",
  agent: "Without an agent",
  workspace: "Without a workspace",
  key: "Without a key",
  provider: "Without a provider",
};

/** How a group is called. */
export function groupName({ id, name, isRest }: Group, by: UsageGrouping): string {
  if (isRest) return "All others";
  return name ?? id ?? without[by];
}

/** The colour that the chart has for a group. */
const Swatch = ({ fill }: { fill: string }): ReactNode => (
  <svg aria-hidden width="8" height="8" className="shrink-0">
    <rect width="8" height="8" rx="2" className={fill} />
  </svg>
);

interface ColumnsAsked {
  by: UsageGrouping;
  /** What all cost. */
  total: number;
  colourOf: (group: Group) => string;
}

const columnsBy = ({ by, total, colourOf }: ColumnsAsked): readonly Column<Group>[] => [
  {
    name: by[0]?.toUpperCase() + by.slice(1),
    width: "minmax(0, 2fr)",
    cell: (group) => (
      <span className="flex min-w-0 items-center gap-2">
        <Swatch fill={colourOf(group)} />
        {group.id === null ? (
          <span className="truncate text-muted">{groupName(group, by)}</span>
        ) : (
          <RowLink
            to="."
            search={(search: object) => ({ ...search, of: group.id ?? undefined }) as never}
            resetScroll={false}
            className="truncate"
          >
            {groupName(group, by)}
          </RowLink>
        )}
      </span>
    ),
  },
  {
    name: "Share of the spend",
    width: "minmax(0, 1fr)",
    hideBelow: "md",
    cell: ({ costMicros }) => (
      <svg width="100%" height="4" aria-hidden className="overflow-hidden rounded-full">
        <rect width="100%" height="4" className="fill-sunken" />
        <rect width={`${total === 0 ? 0 : (costMicros / total) * 100}%`} height="4" className="fill-accent" />
      </svg>
    ),
  },
  { name: "Calls", width: "4rem", hideBelow: "sm", align: "end", cell: ({ calls }) => formatShort(calls) },
  {
    name: "Failed",
    width: "4rem",
    hideBelow: "lg",
    align: "end",
    cell: ({ failures }) => <span className={failures > 0 ? "text-bad" : "text-muted"}>{formatCount(failures)}</span>,
  },
  {
    name: "Tokens",
    width: "5rem",
    align: "end",
    cell: ({ inputTokens, outputTokens }) => formatShort(inputTokens + outputTokens),
  },
  { name: "Spend", width: "6rem", align: "end", cell: ({ costMicros }) => formatDollars(costMicros) },
];

/** Who or what used how much, what cost most first; each leads to its own calls. */
export const UsageGroups = ({ usage: { groups, total }, by }: { usage: Usage; by: UsageGrouping }): ReactNode => (
  <Table
    label={`Usage by ${by}`}
    pages={{ items: groups }}
    keyOf={(group) => group.id ?? (group.isRest ? "rest" : "none")}
    columns={columnsBy({ by, total: total.costMicros, colourOf: (group) => fillOf(groups.indexOf(group)) })}
    empty={null}
  />
);
