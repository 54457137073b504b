import { ChartColumn, Table2 } from "lucide-react";
import type { ReactNode } from "react";
import { Key } from "../../../keys/shortcut-list.tsx";
import { useShortcuts } from "../../../keys/shortcuts.ts";
import { formatCount, formatDollars, formatShort } from "../../../ui/amounts.ts";
import { Button } from "../../../ui/button.tsx";
import { Card, Section } from "../../../ui/page.tsx";
import type { UsageBand } from "../usage-bands.ts";
import { type PartsProps, partName, tickName } from "../usage-parts.ts";
import type { UsageAmount } from "../usage-range.ts";
import { UsageTable } from "./usage-table.tsx";

interface UsageChartProps extends PartsProps {
  /** What it comes to. */
  description: string;
  isTable: boolean;
  onTable: (isTable: boolean) => void;
}

/** Spend as areas, tokens as bars, one for each band; the table behind them is one key away. */
export function UsageChart({ description, isTable, onTable, ...shown }: UsageChartProps): ReactNode {
  const turn = () => onTable(!isTable);
  useShortcuts([{ keys: "t", label: isTable ? "Show the chart" : "Show the table", group: "This page", run: turn }]);
  return (
    <Section
      title={shown.unit === "money" ? "Spend" : "Tokens"}
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
      <Card>{isTable ? <UsageTable {...shown} /> : <Chart {...shown} />}</Card>
    </Section>
  );
}

const HEIGHT = 160;
/** Room for the words above the highest. */
const HIGHEST = 136;

function Chart({ parts, bucket, unit, bands }: PartsProps): ReactNode {
  const read = (amount: UsageAmount) => (unit === "money" ? amount.costMicros : amount.tokens);
  const say = unit === "money" ? formatDollars : formatShort;
  const most = parts.reduce(
    (highest, part, index) => (read(part) > highest.value ? { value: read(part), index } : highest),
    { value: 0, index: 0 },
  );
  const width = 100 / parts.length;
  const heightOf = (value: number) => (most.value === 0 ? 0 : (value / most.value) * HIGHEST);
  /** The upper edge of each band in each part, and that of the band below it. */
  const edges = bands.map((_band, band) =>
    parts.map((part) => {
      const upTo = (count: number) =>
        Array.from({ length: count }, (_, place) => part.bands[place]).reduce(
          (sum, amount) => sum + (amount === undefined ? 0 : read(amount)),
          0,
        );
      return { top: heightOf(upTo(band + 1)), bottom: heightOf(upTo(band)) };
    }),
  );
  const sum = parts.reduce((total, part) => total + read(part), 0);
  const peak = parts[most.index];
  const label = `${unit === "money" ? "Spend" : "Tokens"} over time: ${say(sum)} in all${
    peak && most.value > 0 ? `, most of it in ${partName(peak.start, bucket)}: ${say(most.value)}` : ""
  }`;
  const middle = (most.index + 0.5) * width;
  return (
    <div>
      <svg role="img" aria-label={label} width="100%" height={HEIGHT} className="block overflow-visible">
        {[1, 0.5].map((share) => (
          <rect key={share} y={HEIGHT - share * HIGHEST} width="100%" height="1" className="fill-line/60" />
        ))}
        <rect y={HEIGHT - 1} width="100%" height="1" className="fill-line" />
        {unit === "money" && most.value > 0 && (
          <svg
            viewBox={`0 0 100 ${HEIGHT}`}
            preserveAspectRatio="none"
            width="100%"
            height={HEIGHT}
            aria-hidden
            className="pointer-events-none"
          >
            {edges.map((edge, band) => (
              <path key={bands[band]?.id} d={areaOf(edge)} className={bands[band]?.fill} />
            ))}
          </svg>
        )}
        {parts.map((part, index) => (
          <g key={part.start}>
            <title>{titleOf(partName(part.start, bucket), bands, part.bands.map(read), say, part.calls)}</title>
            <rect
              x={`${index * width}%`}
              width={`${width}%`}
              height={HEIGHT}
              className="fill-transparent hover:fill-ink/5"
            />
            {unit === "tokens" &&
              edges.map((edge, band) => {
                const { top, bottom } = edge[index] ?? { top: 0, bottom: 0 };
                return (
                  <rect
                    key={bands[band]?.id}
                    x={`${(index + 0.12) * width}%`}
                    y={HEIGHT - top}
                    width={`${width * 0.76}%`}
                    height={top - bottom}
                    className={`pointer-events-none ${bands[band]?.fill}`}
                  />
                );
              })}
          </g>
        ))}
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
          return part && <span key={share}>{tickName(part.start, bucket)}</span>;
        })}
        <span>{bucket === "hour" ? "Now" : tickName(parts.at(-1)?.start ?? 0, bucket)}</span>
      </div>
    </div>
  );
}

/** What is said of a part where one points at it: the sum, and what each band has of it. */
function titleOf(
  name: string,
  bands: readonly UsageBand[],
  values: readonly number[],
  say: (value: number) => string,
  calls: number,
): string {
  const sum = values.reduce((total, value) => total + (value ?? 0), 0);
  const shares = bands.flatMap((band, place) => (values[place] ? [`${band.name}: ${say(values[place])}`] : []));
  return [`${name}: ${say(sum)}, ${formatCount(calls)} calls`, ...(bands.length > 1 ? shares : [])].join("\n");
}

/** From edge to edge of the chart: the first and the last part reach to its sides. */
function areaOf(edge: readonly { top: number; bottom: number }[]): string {
  const width = 100 / edge.length;
  const pointsOf = (side: "top" | "bottom") => {
    const ys = edge.map((each) => (HEIGHT - each[side]).toFixed(1));
    return [`0 ${ys[0]}`, ...ys.map((y, index) => `${((index + 0.5) * width).toFixed(2)} ${y}`), `100 ${ys.at(-1)}`];
  };
  return `M${pointsOf("top").join("L")}L${pointsOf("bottom").reverse().join("L")}Z`;
}
