import { ChartColumn, Table2 } from "lucide-react";
import type { ReactNode } from "react";
import { Key } from "../../../keys/shortcut-list.tsx";
import { useShortcuts } from "../../../keys/shortcuts.ts";
import { Button } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { Card, Section } from "../../../ui/page.tsx";
import { formatCount, formatDollars, formatShort } from "../amounts.ts";
import type { UsagePart, UsageRange } from "../usage-range.ts";

/** What the chart shows. */
type UsageUnit = "money" | "tokens";

interface UsageChartProps {
  parts: readonly UsagePart[];
  bucket: UsageRange["bucket"];
  unit: UsageUnit;
  /** What it comes to. */
  description: string;
  isTable: boolean;
  onTable: (isTable: boolean) => void;
}

const hourName = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const hourOfDay = new Intl.DateTimeFormat("en-GB", { weekday: "long", hour: "2-digit", minute: "2-digit" });
/** The reef's days are those of UTC. */
const dayName = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

const nameOf = (start: number, bucket: UsageRange["bucket"]): string =>
  (bucket === "hour" ? hourOfDay : dayName).format(start);

/** Spend as an area, tokens as bars; the table behind them is one key away. */
export function UsageChart({ parts, bucket, unit, description, isTable, onTable }: UsageChartProps): ReactNode {
  const turn = () => onTable(!isTable);
  useShortcuts([{ keys: "t", label: isTable ? "Show the chart" : "Show the table", group: "This page", run: turn }]);
  return (
    <Section
      title={unit === "money" ? "Spend" : "Tokens"}
      description={description}
      actions={
        <Button size="small" kind="quiet" onClick={turn}>
          {isTable ? <ChartColumn aria-hidden /> : <Table2 aria-hidden />}
          {isTable ? "Chart" : "Table"}
          <span aria-hidden className="max-sm:hidden">
            <Key keys="t" />
          </span>
        </Button>
      }
    >
      <Card>
        {isTable ? <PartsTable parts={parts} bucket={bucket} /> : <Chart parts={parts} bucket={bucket} unit={unit} />}
      </Card>
    </Section>
  );
}

const HEIGHT = 120;
/** Room for the words above the highest. */
const HIGHEST = 98;

function Chart({ parts, bucket, unit }: Pick<UsageChartProps, "parts" | "bucket" | "unit">): ReactNode {
  const read = (part: UsagePart) => (unit === "money" ? part.costMicros : part.tokens);
  const say = unit === "money" ? formatDollars : formatShort;
  const most = parts.reduce(
    (highest, part, index) => (read(part) > highest.value ? { value: read(part), index } : highest),
    {
      value: 0,
      index: 0,
    },
  );
  const width = 100 / parts.length;
  const heightOf = (value: number) =>
    most.value === 0 || value === 0 ? 0 : Math.max(2, (value / most.value) * HIGHEST);
  const sum = parts.reduce((total, part) => total + read(part), 0);
  const peak = parts[most.index];
  const label = `${unit === "money" ? "Spend" : "Tokens"} over time: ${say(sum)} in all${
    peak && most.value > 0 ? `, most of it in ${nameOf(peak.start, bucket)}: ${say(most.value)}` : ""
  }`;
  const middle = (most.index + 0.5) * width;
  return (
    <div>
      <svg role="img" aria-label={label} width="100%" height={HEIGHT} className="block overflow-visible">
        <rect y={HEIGHT - 1} width="100%" height="1" className="fill-line" />
        {parts.map((part, index) => (
          <g key={part.start}>
            <title>{`${nameOf(part.start, bucket)}: ${say(read(part))}, ${formatCount(part.calls)} calls`}</title>
            <rect
              x={`${index * width}%`}
              width={`${width}%`}
              height={HEIGHT}
              className="fill-transparent hover:fill-hover"
            />
            {unit === "tokens" && (
              <rect
                x={`${(index + 0.1) * width}%`}
                y={HEIGHT - heightOf(read(part))}
                width={`${width * 0.8}%`}
                height={heightOf(read(part))}
                rx="1.5"
                className={classes(
                  "pointer-events-none",
                  index === parts.length - 1 ? "fill-accent" : "fill-accent/60",
                )}
              />
            )}
          </g>
        ))}
        {unit === "money" && most.value > 0 && (
          <svg
            viewBox={`0 0 100 ${HEIGHT}`}
            preserveAspectRatio="none"
            width="100%"
            height={HEIGHT}
            aria-hidden
            className="pointer-events-none"
          >
            <path d={areaOf(parts.map((part) => heightOf(read(part))))} className="fill-accent/20" />
            <path
              d={lineOf(parts.map((part) => heightOf(read(part))))}
              fill="none"
              strokeWidth="1.5"
              vectorEffect="non-scaling-stroke"
              className="stroke-accent"
            />
          </svg>
        )}
        {most.value > 0 && (
          <text
            x={`${middle}%`}
            y={HEIGHT - HIGHEST - 6}
            textAnchor={middle < 10 ? "start" : middle > 90 ? "end" : "middle"}
            className="fill-muted text-12"
          >
            {say(most.value)}
          </text>
        )}
      </svg>
      <div aria-hidden className="mt-1 flex justify-between text-12 text-muted">
        {[0, 1 / 3, 2 / 3].map((share) => {
          const part = parts[Math.floor(share * parts.length)];
          return (
            part && (
              <span key={share}>{bucket === "hour" ? hourName.format(part.start) : dayName.format(part.start)}</span>
            )
          );
        })}
        <span>{endName(parts, bucket)}</span>
      </div>
    </div>
  );
}

const endName = (parts: readonly UsagePart[], bucket: UsageRange["bucket"]): string => {
  const last = parts.at(-1);
  if (last === undefined) return "";
  return bucket === "hour" ? "Now" : dayName.format(last.start);
};

/** The middles of the parts, joined; the first and the last reach to the edges. */
function lineOf(heights: readonly number[]): string {
  const width = 100 / heights.length;
  const points = heights.map(
    (height, index) => `${((index + 0.5) * width).toFixed(2)} ${(HEIGHT - height).toFixed(1)}`,
  );
  const first = (HEIGHT - (heights[0] ?? 0)).toFixed(1);
  const last = (HEIGHT - (heights.at(-1) ?? 0)).toFixed(1);
  return `M0 ${first}L${points.join("L")}L100 ${last}`;
}

const areaOf = (heights: readonly number[]): string => `${lineOf(heights)}L100 ${HEIGHT}L0 ${HEIGHT}Z`;

const PartsTable = ({ parts, bucket }: Pick<UsageChartProps, "parts" | "bucket">): ReactNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
  <div tabIndex={0} className="max-h-72 overflow-y-auto">
    <table className="w-full text-13">
      <caption className="sr-only">Usage over time</caption>
      <thead className="sticky top-0 bg-raised text-left text-12 text-muted">
        <tr>
          <th scope="col" className="pb-1 font-normal">
            {bucket === "hour" ? "Hour from" : "Day (UTC)"}
          </th>
          {["Calls", "Tokens", "Spend"].map((name) => (
            <th key={name} scope="col" className="pb-1 text-right font-normal">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {parts.toReversed().map(({ start, calls, tokens, costMicros }) => (
          <tr key={start} className={classes("border-t", calls === 0 && "text-muted")}>
            <th scope="row" className="py-1 text-left font-normal">
              {nameOf(start, bucket)}
            </th>
            <td className="py-1 text-right">{formatCount(calls)}</td>
            <td className="py-1 text-right">{formatCount(tokens)}</td>
            <td className="py-1 text-right">{formatDollars(costMicros)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
