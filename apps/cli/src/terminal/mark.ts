import type { Style } from "./style.ts";
import { oneLine } from "./text.ts";

/** The sixteen fillings of a cell of two by two, none of them invisible: the empty one is hatched. */
const CELLS = [..."▒▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"];

/** Colours of the 256 that read well on black and on white. */
const COLOURS = [31, 32, 37, 64, 66, 68, 97, 98, 130, 132, 136, 161, 166, 168, 172, 28];

/** How an agent's mark looks. */
export interface Mark {
  /** Four block characters. */
  shell: string;
  /** Index among the 256 colours of a terminal. */
  colour: number;
}

/**
 * The small shell by which people know an agent, drawn from its fingerprint (`21FE-31DF-A154-A261`): the same key has the
 * same shell everywhere. The first group of the fingerprint stands beside it, so the shell is drawn from the other three;
 * then whoever wants to look like somebody else must match all four.
 */
export function markOf(fingerprint: string): Mark {
  const [, second = 0, third = 0, fourth = 0] = fingerprint.split("-").map((group) => Number.parseInt(group, 16));
  const bits = second ^ rotate(third, 5) ^ rotate(fourth, 11);
  const cells = [12, 8, 4, 0].map((shift) => CELLS[(bits >>> shift) & 15] ?? "");
  return { shell: cells.join(""), colour: COLOURS[(second + third + fourth) % COLOURS.length] ?? 37 };
}

/** Sixteen bits turned to the left. */
const rotate = (bits: number, by: number): number => ((bits << by) | (bits >>> (16 - by))) & 0xffff;

/** Mark, name and the first group of the fingerprint: `▙▞▜▟ ada 21FE`. A person has no key, so the name stands alone. */
export function signature({ name, fingerprint }: { name: string; fingerprint?: string }, style: Style): string {
  if (fingerprint === undefined) return oneLine(name);
  const { shell, colour } = markOf(fingerprint);
  return `${style.colour(shell, colour)} ${oneLine(name)} ${style.dim(fingerprint.slice(0, 4))}`;
}
