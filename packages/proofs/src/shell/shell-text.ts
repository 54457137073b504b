import { SHELL_SIZE, type Shell, type ShellShape } from "./draw-shell.ts";

/** The colour at each place of a grid, row by row; undefined where nothing is drawn. */
export function rasterizeShell({ shapes }: Shell, columns: number, rows: number): (string | undefined)[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_cell, column) => {
      const x = ((column + 0.5) / columns) * SHELL_SIZE;
      const y = ((row + 0.5) / rows) * SHELL_SIZE;
      return shapes.findLast((shape) => holds(shape, x, y))?.colour;
    }),
  );
}

/** How a shell is written: `columns` characters wide, by default as high as wide; `isColoured` in 24-bit colours (ANSI). */
interface ShellTextOptions {
  columns?: number;
  lines?: number;
  isColoured: boolean;
}

/**
 * A shell as lines for a terminal, of half blocks: two places above one another in each character. Without colours in shades
 * of the same width, for logs and `NO_COLOR`.
 */
export function shellText(
  shell: Shell,
  { columns = 14, lines: height = Math.floor(columns / 2), isColoured }: ShellTextOptions,
): string[] {
  const rows = rasterizeShell(shell, columns, height * 2);
  const lines: string[] = [];
  for (let row = 0; row < rows.length; row += 2) {
    const [upper = [], lower = []] = [rows[row], rows[row + 1]];
    lines.push(
      upper
        .map((top, column) => (isColoured ? colouredCell(top, lower[column]) : shadedCell(top, lower[column])))
        .join(""),
    );
  }
  return lines;
}

const RESET = "\u001b[0m";

function colouredCell(top: string | undefined, bottom: string | undefined): string {
  if (top === undefined && bottom === undefined) return " ";
  if (top === undefined) return `\u001b[38;2;${channels(bottom)}m▄${RESET}`;
  if (bottom === undefined) return `\u001b[38;2;${channels(top)}m▀${RESET}`;
  return `\u001b[38;2;${channels(top)};48;2;${channels(bottom)}m▀${RESET}`;
}

/** The darker of the two tells the shade; a half-filled cell its half. */
function shadedCell(top: string | undefined, bottom: string | undefined): string {
  if (top === undefined && bottom === undefined) return " ";
  if (top === undefined) return "▄";
  if (bottom === undefined) return "▀";
  const light = (lightness(top) + lightness(bottom)) / 2;
  if (light > 190) return "░";
  if (light > 150) return "▒";
  return light > 115 ? "▓" : "█";
}

const channel = (colour = "#000000", index: number): number =>
  Number.parseInt(colour.slice(1 + index * 2, 3 + index * 2), 16);
const channels = (colour: string | undefined): string => [0, 1, 2].map((index) => channel(colour, index)).join(";");
const lightness = (colour: string): number =>
  0.299 * channel(colour, 0) + 0.587 * channel(colour, 1) + 0.114 * channel(colour, 2);

/** Whether a point lies in a polygon: a ray to the right crosses its edge an odd number of times. */
function holds({ points }: ShellShape, x: number, y: number): boolean {
  let isInside = false;
  let [px, py] = points.at(-1) ?? [0, 0];
  for (const [qx, qy] of points) {
    if (qy > y !== py > y && x < ((px - qx) * (y - qy)) / (py - qy) + qx) isInside = !isInside;
    [px, py] = [qx, qy];
  }
  return isInside;
}
