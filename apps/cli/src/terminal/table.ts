import type { Style } from "./style.ts";
import { cut, oneLine, pad, widthOf } from "./text.ts";

/** A column: its heading, its text for a row, and whether it may be cut when the terminal is narrow. */
export interface Column<Row> {
  heading: string;
  text: (row: Row) => string;
  /** Columns that may be cut give way first; ids and numbers are of no use in part. */
  mayCut?: boolean;
}

const GAP = 2;
const NARROWEST = 8;

/** A table with headings, no wider than `width` as far as its cuttable columns allow. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, style }: { width: number; style: Style },
): string {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.text(row))));
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...cells.map((line) => widthOf(line[index] ?? ""))),
  );
  shrink(widths, columns, width);
  const render = (line: readonly string[]) =>
    line
      .map((text, index) => pad(cut(text, widths[index] ?? 0), widths[index] ?? 0))
      .join(" ".repeat(GAP))
      .trimEnd();
  return [style.dim(render(columns.map((column) => column.heading))), ...cells.map(render)].join("\n");
}

/** Takes columns off the widest cuttable column until the line fits or every one is at its narrowest. */
function shrink<Row>(widths: number[], columns: readonly Column<Row>[], limit: number): void {
  const excess = () => widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1)) - limit;
  while (excess() > 0) {
    let widest = -1;
    for (const [index, column] of columns.entries()) {
      const size = widths[index] ?? 0;
      if (column.mayCut && size > NARROWEST && size > (widths[widest] ?? 0)) widest = index;
    }
    if (widest === -1) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}
