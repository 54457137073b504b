import type { ReactNode } from "react";
import { formatCount, formatDollars, formatShort } from "../../../ui/amounts.ts";
import { classes } from "../../../ui/classes.ts";
import { type PartsProps, partName } from "../usage-parts.ts";

/** What the chart says, in numbers: each part with what each band has of it, the newest first. */
export function UsageTable({ parts, bucket, unit, bands }: PartsProps): ReactNode {
  const isSplit = bands.length > 1;
  const head = "pb-1 pl-4 text-right font-normal whitespace-nowrap";
  const cell = "py-1 pl-4 text-right whitespace-nowrap";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <div tabIndex={0} className="max-h-72 overflow-auto">
      <table className="w-full text-13">
        <caption className="sr-only">Usage over time</caption>
        <thead className="sticky top-0 bg-raised text-left text-12 text-muted">
          <tr>
            <th scope="col" className="pb-1 font-normal whitespace-nowrap">
              {bucket === "hour" ? "Hour from" : "Day (UTC)"}
            </th>
            {["Calls", "Tokens", "Spend"].map((name) => (
              <th key={name} scope="col" className={head}>
                {name}
              </th>
            ))}
            {isSplit &&
              bands.map(({ id, name }) => (
                <th key={id} scope="col" className={classes(head, "max-w-40 truncate")} title={name}>
                  {name}
                </th>
              ))}
          </tr>
        </thead>
        <tbody>
          {parts.toReversed().map(({ start, calls, tokens, costMicros, bands: amounts }) => (
            <tr key={start} className={classes("border-t", calls === 0 && "text-muted")}>
              <th scope="row" className="py-1 text-left font-normal whitespace-nowrap">
                {partName(start, bucket)}
              </th>
              <td className={cell}>{formatCount(calls)}</td>
              <td className={cell}>{formatCount(tokens)}</td>
              <td className={cell}>{formatDollars(costMicros)}</td>
              {isSplit &&
                bands.map(({ id }, place) => {
                  const amount = amounts[place];
                  const value = unit === "money" ? amount?.costMicros : amount?.tokens;
                  return (
                    <td key={id} className={classes(cell, "text-muted")}>
                      {value === undefined ? "–" : unit === "money" ? formatDollars(value) : formatShort(value)}
                    </td>
                  );
                })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
