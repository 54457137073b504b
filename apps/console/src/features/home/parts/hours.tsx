import { ChartColumn, Download, Table2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Key } from "../../../keys/shortcut-list.tsx";
import { useShortcuts } from "../../../keys/shortcuts.ts";
import { Button } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { Card, Section } from "../../../ui/page.tsx";
import { type HourCount, hoursAsCsv } from "../day.ts";

const hourName = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayName = new Intl.DateTimeFormat("en-GB", { weekday: "long", hour: "2-digit", minute: "2-digit" });

/** A label stands under each of so many bars. */
const LABEL_EVERY = 6;

/** Activity hour by hour as bars; the table behind them is one key away. `description` says what it comes to. */
export function Hours({ hours, description }: { hours: readonly HourCount[]; description: string }): ReactNode {
  const [isTable, setTable] = useState(false);
  const turn = () => setTable((before) => !before);
  useShortcuts([{ keys: "t", label: isTable ? "Show the bars" : "Show the table", group: "This page", run: turn }]);
  return (
    <Section
      title="Activity"
      description={description}
      actions={
        <div className="flex gap-1">
          {isTable && <DownloadButton hours={hours} />}
          <Button size="small" kind="quiet" onClick={turn}>
            {isTable ? <ChartColumn aria-hidden /> : <Table2 aria-hidden />}
            {isTable ? "Bars" : "Table"}
            <span aria-hidden className="max-sm:hidden">
              <Key keys="t" />
            </span>
          </Button>
        </div>
      }
    >
      <Card>{isTable ? <HoursTable hours={hours} /> : <Bars hours={hours} />}</Card>
    </Section>
  );
}

const BAR = 100 / 24;
const GAP = 0.5;

function Bars({ hours }: { hours: readonly HourCount[] }): ReactNode {
  const most = hours.reduce((highest, hour) => (hour.count > highest.count ? hour : highest), { start: 0, count: 0 });
  const sum = hours.reduce((total, { count }) => total + count, 0);
  const peak = most.count === 0 ? "" : `, most of it in the hour from ${hourName.format(most.start)}: ${most.count}`;
  return (
    <div>
      <svg
        role="img"
        aria-label={`Activity hour by hour: ${sum} in all${peak}`}
        width="100%"
        height="88"
        className="block overflow-visible"
      >
        {hours.map(({ start, count }, index) => {
          // What is little still shows, and what is nothing is a line on the ground.
          const height = count === 0 ? 0 : Math.max(3, (count / most.count) * 68);
          const x = index * BAR + GAP / 2;
          return (
            <g key={start}>
              <title>{`${dayName.format(start)}: ${count}`}</title>
              <rect
                x={`${index * BAR}%`}
                y="0"
                width={`${BAR}%`}
                height="88"
                className="fill-transparent hover:fill-hover"
              />
              <rect x={`${x}%`} y="87" width={`${BAR - GAP}%`} height="1" className="pointer-events-none fill-line" />
              <rect
                x={`${x}%`}
                y={88 - height}
                width={`${BAR - GAP}%`}
                height={height}
                rx="1.5"
                className={classes(
                  "pointer-events-none",
                  index === hours.length - 1 ? "fill-accent" : "fill-accent/60",
                )}
              />
              {count > 0 && start === most.start && (
                <text
                  x={`${x + (BAR - GAP) / 2}%`}
                  y={80 - height}
                  textAnchor={index < 2 ? "start" : index > hours.length - 3 ? "end" : "middle"}
                  className="fill-muted text-12"
                >
                  {count}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <div aria-hidden className="relative mt-1 h-4 text-12 text-muted">
        {hours.map(
          ({ start }, index) =>
            index % LABEL_EVERY === LABEL_EVERY - 1 && (
              <span
                key={start}
                className={classes("absolute", index === hours.length - 1 ? "right-0" : "-translate-x-1/2")}
                {...(index < hours.length - 1 && { style: { left: `${(index + 0.5) * BAR}%` } })}
              >
                {index === hours.length - 1 ? "Now" : hourName.format(start)}
              </span>
            ),
        )}
      </div>
    </div>
  );
}

const HoursTable = ({ hours }: { hours: readonly HourCount[] }): ReactNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
  <div tabIndex={0} className="max-h-72 overflow-y-auto">
    <table className="w-full text-13">
      <caption className="sr-only">Activity hour by hour</caption>
      <thead className="sticky top-0 bg-raised text-left text-12 text-muted">
        <tr>
          <th scope="col" className="pb-1 font-normal">
            Hour from
          </th>
          <th scope="col" className="pb-1 text-right font-normal">
            Done
          </th>
        </tr>
      </thead>
      <tbody>
        {hours.toReversed().map(({ start, count }) => (
          <tr key={start} className="border-t">
            <th scope="row" className="py-1 text-left font-normal">
              {dayName.format(start)}
            </th>
            <td className={classes("py-1 text-right", count === 0 && "text-muted")}>{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const DownloadButton = ({ hours }: { hours: readonly HourCount[] }): ReactNode => (
  <Button size="small" kind="quiet" asChild>
    <a href={`data:text/csv;charset=utf-8,${encodeURIComponent(hoursAsCsv(hours))}`} download="activity-by-hour.csv">
      <Download aria-hidden />
      CSV
    </a>
  </Button>
);
