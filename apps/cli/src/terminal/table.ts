import { MARK_WIDTH, markOf, nameOf, type Somebody } from "./mark.ts";
import type { Style } from "./style.ts";
import { cut, oneLine, pad, widthOf } from "./text.ts";

/** A column: its heading, its text for a row, and whether it may be cut when the terminal is narrow. */
export interface Column<Row> {
  heading: string;
  text: (row: Row) => string;
  /** Of the agent whose mark stands before the text; rows without one are indented as far. */
  fingerprint?: (row: Row) => string | null | undefined;
  /** Columns that may be cut give way first; ids and numbers are of no use in part. */
  mayCut?: boolean;
}

/** A table's column that tells of each row who it was. */
export const columnOf = <Row>(heading: string, who: (row: Row) => Somebody): Column<Row> => ({
  heading,
  text: (row) => nameOf(who(row)),
  fingerprint: (row) => who(row).fingerprint,
  mayCut: true,
});

const GAP = 2;
const NARROWEST = 8;

/** A table with headings, no wider than `width` as far as its cuttable columns allow. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, style }: { width: number; style: Style },
): string {
  const cells = rows.map((row) =>
    columns.map(({ text, fingerprint }): Cell => ({ text: oneLine(text(row)), fingerprint: fingerprint?.(row) })),
  );
  const indents = columns.map((_, index) => (cells.some((line) => line[index]?.fingerprint) ? MARK_WIDTH + 1 : 0));
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...cells.map((line) => (indents[index] ?? 0) + widthOf(line[index]?.text ?? ""))),
  );
  shrink(widths, columns, width);
  const join = (parts: readonly string[]) =>
    parts
      .map((part, index) => pad(part, widths[index] ?? 0))
      .join(" ".repeat(GAP))
      .trimEnd();
  const render = (line: readonly Cell[]) =>
    join(
      line.map(({ text, fingerprint }, index) => {
        const indent = indents[index] ?? 0;
        const mark = fingerprint ? markOf(fingerprint, style) : "";
        return pad(mark, indent) + cut(text, (widths[index] ?? 0) - indent);
      }),
    );
  return [style.dim(join(columns.map(({ heading }) => heading))), ...cells.map(render)].join("\n");
}

/** What stands in a column of a row. */
interface Cell {
  text: string;
  fingerprint: string | null | undefined;
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
