import type { BillingPeriod } from "@reef/sdk";
import type { ReactNode } from "react";
import { counted, formatCount, formatDollars, formatShort } from "../../../ui/amounts.ts";
import { type Column, Table } from "../../../ui/table.tsx";
import { useIsNarrow } from "../../../ui/use-narrow.ts";
import { formatMoney, monthOf } from "../billing-words.ts";
import { usePeriods } from "../queries.ts";

const tokensOf = ({ inputTokens, outputTokens }: BillingPeriod): number => inputTokens + outputTokens;

const usedOf = (period: BillingPeriod): string =>
  period.allowanceTokens === null
    ? formatShort(tokensOf(period))
    : `${formatShort(tokensOf(period))} of ${formatShort(period.allowanceTokens)}`;

const Beyond = ({ period: { overageTokens, overageCents, currency } }: { period: BillingPeriod }): ReactNode =>
  overageCents === 0 ? (
    <span className="text-muted">Nothing</span>
  ) : (
    <span title={`${formatCount(overageTokens)} tokens`}>{formatMoney(overageCents, currency)}</span>
  );

const columns: readonly Column<BillingPeriod>[] = [
  {
    name: "Month",
    width: "minmax(0, 1.6fr)",
    cell: ({ start, end }) => <span className="truncate">{monthOf(start, end)}</span>,
  },
  { name: "Plan", width: "minmax(0, 1fr)", cell: ({ planName }) => <span className="truncate">{planName}</span> },
  { name: "Calls", width: "5rem", hideBelow: "md", align: "end", cell: ({ calls }) => formatCount(calls) },
  { name: "Tokens", width: "8rem", align: "end", cell: usedOf },
  { name: "Models cost", width: "7rem", hideBelow: "lg", align: "end", cell: (p) => formatDollars(p.costMicros) },
  { name: "Beyond", width: "6rem", align: "end", cell: (period) => <Beyond period={period} /> },
];

/** The same on a telephone: two lines a row. */
const narrowColumns: readonly Column<BillingPeriod>[] = [
  {
    name: "Month",
    cell: (period) => (
      <span className="flex min-w-0 flex-col">
        <span className="truncate">{monthOf(period.start, period.end)}</span>
        <span className="truncate text-13 text-muted">
          {usedOf(period)} tokens, {counted(period.calls, "call", "calls")}
        </span>
      </span>
    ),
  },
  { name: "Beyond", width: "5rem", align: "end", cell: (period) => <Beyond period={period} /> },
];

/** The months of the subscription: what was used in each, and what went beyond its allowance. */
export function MonthsList(): ReactNode {
  const isNarrow = useIsNarrow();
  return (
    <Table
      label="Months"
      pages={usePeriods()}
      keyOf={({ id }) => id}
      columns={isNarrow ? narrowColumns : columns}
      isTall={isNarrow}
      empty={<p className="py-6 text-center text-muted">The first month begins with the plan.</p>}
    />
  );
}
