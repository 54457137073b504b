import type { Usage } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChartArea, X } from "lucide-react";
import type { ReactNode } from "react";
import { counted, formatDollars, formatMs } from "../../../ui/amounts.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Field, Select } from "../../../ui/field.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { RowsSkeleton, Skeleton } from "../../../ui/skeleton.tsx";
import { useNow } from "../../../ui/time.tsx";
import { type ModelsAddress, type UsageGrouping, usageGroupings } from "../models-address.ts";
import { LOOK_AGAIN_MS, usageQuery } from "../queries.ts";
import { bandsOf } from "../usage-bands.ts";
import { partsOf, rangeAt, recentMonths } from "../usage-range.ts";
import { Calls } from "./calls.tsx";
import { UsageChart } from "./usage-chart.tsx";
import { groupName, UsageGroups } from "./usage-groups.tsx";

const ranges = [
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
] as const;

type Changes = { [Name in keyof ModelsAddress]?: ModelsAddress[Name] | undefined };

/** What was spent and used, by what, and the single calls behind it. */
export function UsageView({ address }: { address: ModelsAddress }): ReactNode {
  const { range = "7d", by = "model", of, unit, view } = address;
  const now = useNow();
  const navigate = useNavigate();
  const change = (changes: Changes) =>
    void navigate({ to: ".", search: (search) => ({ ...search, ...changes }), resetScroll: false });
  const span = rangeAt(range, now);
  const asked = { range: span, by, of };
  const { data: usage, error, refetch, dataUpdatedAt } = useQuery(usageQuery(asked));
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Controls address={address} range={range} now={now} usage={usage} onChange={change} />
        {usage !== undefined && <ReadAt time={dataUpdatedAt} />}
      </div>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} isCompact={usage !== undefined} />}
      {usage === undefined && error === null && <UsageSkeleton />}
      {usage?.total.calls === 0 && (
        <EmptyState title="No calls in this range" icon={<ChartArea />}>
          Calls with the organization's keys appear here a second or two after they ended. Create a key to make one, or
          choose a longer range.
        </EmptyState>
      )}
      {usage !== undefined && usage.total.calls > 0 && (
        <>
          <UsageChart
            parts={partsOf(span, usage.items, now)}
            bucket={span.bucket}
            unit={unit ?? "money"}
            bands={bandsOf(usage.groups, (group) => groupName(group, by))}
            description={inWords(usage.total)}
            isTable={view === "table"}
            onTable={(isTable) => change({ view: isTable ? "table" : undefined })}
          />
          {of === undefined && (
            <Section title={`By ${by}`}>
              <UsageGroups usage={usage} by={by} />
            </Section>
          )}
          <Calls asked={asked} count={usage.total.calls} />
        </>
      )}
    </div>
  );
}

function inWords({ calls, costMicros, inputTokens, outputTokens, failures, averageLatencyMs }: Usage["total"]): string {
  const tokens = counted(inputTokens + outputTokens, "token", "tokens");
  const failed = failures > 0 ? `, ${counted(failures, "failure", "failures")}` : "";
  const latency = averageLatencyMs === null ? "" : `, ${formatMs(averageLatencyMs)} each`;
  return `${formatDollars(costMicros)} for ${counted(calls, "call", "calls")} with ${tokens}${failed}${latency}.`;
}

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** When the numbers are of: no event tells of each call, so they are read again and again while the page is looked at. */
const ReadAt = ({ time }: { time: number }): ReactNode => (
  <p
    className="text-13 text-muted"
    title={`Read again every ${LOOK_AGAIN_MS / 1_000} seconds while this page is in view`}
  >
    Read at <time dateTime={new Date(time).toISOString()}>{clock.format(time)}</time>
  </p>
);

interface ControlsProps {
  address: ModelsAddress;
  range: string;
  now: number;
  usage: Usage | undefined;
  onChange: (changes: Changes) => void;
}

function Controls({ address: { by = "model", of, unit }, range, now, usage, onChange }: ControlsProps): ReactNode {
  // With one filtered by, the only group is that one.
  const name = usage?.groups.find(({ id }) => id === of)?.name ?? of;
  return (
    <search className="flex flex-wrap items-center gap-3">
      <Field label="Range" isLabelHidden className="w-42">
        <Select value={range} onChange={({ target }) => onChange({ range: target.value })}>
          {[...ranges, ...recentMonths(now)].map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Unit" isLabelHidden className="w-28">
        <Select
          value={unit ?? "money"}
          onChange={({ target }) => onChange({ unit: target.value === "tokens" ? "tokens" : undefined })}
        >
          <option value="money">Spend</option>
          <option value="tokens">Tokens</option>
        </Select>
      </Field>
      {of === undefined ? (
        <Field label="Summed by" isLabelHidden className="w-34">
          <Select value={by} onChange={({ target }) => onChange({ by: target.value as UsageGrouping })}>
            {usageGroupings.map((each) => (
              <option key={each} value={each}>
                By {each}
              </option>
            ))}
          </Select>
        </Field>
      ) : (
        <Button
          className="max-w-full"
          onClick={() => onChange({ of: undefined })}
          aria-label={`Show all, not only ${name}`}
        >
          <span className="min-w-0 truncate">Only {name}</span>
          <X aria-hidden />
        </Button>
      )}
    </search>
  );
}

const UsageSkeleton = (): ReactNode => (
  <>
    <div role="status" className="flex flex-col gap-3">
      <span className="sr-only">Loading</span>
      <Skeleton className="h-5 w-24" />
      <Skeleton className="h-4 w-72 max-w-full" />
      <Skeleton className="h-44 w-full rounded-lg" />
    </div>
    <RowsSkeleton isTable rows={4} />
  </>
);
