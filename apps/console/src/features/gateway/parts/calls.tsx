import type { UsageEvent } from "@reef/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { formatDollars, formatMs, formatShort } from "../../../ui/amounts.ts";
import { Section } from "../../../ui/page.tsx";
import { SaveButton } from "../../../ui/save-button.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { callsKey, fetchCallsAsCsv, type UsageAsked, useCalls } from "../queries.ts";
import { CallOutcome } from "./call-outcome.tsx";

const columns: readonly Column<UsageEvent>[] = [
  {
    name: "Model",
    width: "minmax(0, 1.6fr)",
    cell: ({ id, model }) => (
      <PanelLink as="row" kind="call" id={id} className="truncate">
        {model}
      </PanelLink>
    ),
  },
  {
    name: "Key",
    width: "minmax(0, 1fr)",
    hideBelow: "md",
    cell: ({ key }) => <span className="truncate text-muted">{key.name ?? key.id}</span>,
  },
  { name: "Ended", width: "9rem", hideBelow: "sm", cell: CallOutcome },
  {
    name: "Tokens",
    width: "5rem",
    hideBelow: "sm",
    align: "end",
    cell: ({ inputTokens, outputTokens }) => formatShort(inputTokens + outputTokens),
  },
  { name: "Took", width: "5rem", hideBelow: "lg", align: "end", cell: ({ latencyMs }) => formatMs(latencyMs) },
  { name: "Cost", width: "5.5rem", align: "end", cell: ({ costMicros }) => formatDollars(costMicros) },
  { name: "When", width: "6.5rem", align: "end", cell: ({ startedAt }) => <Time value={startedAt} /> },
];

/** Single calls, newest first. `count` is how many there are by the sums; when it changes they are fetched anew. */
export function Calls({ asked, count }: { asked: UsageAsked; count: number }): ReactNode {
  const queryClient = useQueryClient();
  const known = useRef(count);
  useEffect(() => {
    if (known.current === count) return;
    known.current = count;
    void queryClient.invalidateQueries({ queryKey: callsKey });
  }, [count, queryClient]);
  return (
    <Section title="Calls" actions={<Export asked={asked} />}>
      <Table
        label="Calls"
        pages={useCalls(asked)}
        keyOf={({ id }) => id}
        columns={columns}
        empty={<p className="py-6 text-center text-muted">No single call is on record for this range.</p>}
      />
    </Section>
  );
}

const Export = ({ asked }: { asked: UsageAsked }): ReactNode => (
  <SaveButton
    size="small"
    kind="quiet"
    fetch={async () => ({ name: `calls-${asked.range.from.slice(0, 10)}.csv`, file: await fetchCallsAsCsv(asked) })}
  >
    <Download aria-hidden />
    Export CSV
  </SaveButton>
);
