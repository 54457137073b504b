import { oklch } from "./colour.ts";
import { forms, type Part, type Point, type Tone } from "./forms.ts";
import { createDice } from "./random.ts";

/** One filled polygon of a shell; later ones lie on earlier ones. */
export interface ShellShape {
  /** `#rrggbb`, to be seen on light and on dark alike. */
  colour: string;
  points: readonly Point[];
}

/** The mark of an agent: a small sea shell, {@link SHELL_SIZE} wide and high. */
export interface Shell {
  shapes: readonly ShellShape[];
}

/** The width and height of every drawing. */
export const SHELL_SIZE = 64;

/**
 * Draws the shell of a key: the same bytes give the same shell everywhere, in a list, on a canvas and in a terminal, and
 * one other bit gives another form, other colours and another pattern. People learn to know an agent by it; it proves
 * nothing, so whoever must be sure compares the whole fingerprint.
 */
export function drawShell(bytes: Uint8Array): Shell {
  const dice = createDice(bytes);
  const form = dice.pick(forms);
  const hue = dice.between(0, 23) * 15;
  const otherHue = hue + dice.pick([60, 120, 150, 180, 210, 240, 300]);
  const chroma = 0.06 + dice.next() * 0.07;
  const colours: Readonly<Record<Tone, string>> = {
    outline: oklch(0.48, chroma * 0.7, hue),
    base: oklch(0.7, chroma, hue),
    light: oklch(0.88, chroma * 0.55, hue),
    deep: oklch(0.56, chroma, hue),
    mark: oklch(0.74, 0.11, otherHue),
  };
  return { shapes: fitted(form(dice)).map(({ tone, points }) => ({ colour: colours[tone], points })) };
}

const MARGIN = 2;

/** Moves and scales a drawing so that it fills its square: as large as any other, and in the middle. */
function fitted(parts: readonly Part[]): Part[] {
  const points = parts.flatMap((part) => part.points);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = (SHELL_SIZE - 2 * MARGIN) / Math.max(right - left, bottom - top);
  const place = ([x, y]: Point): Point => [
    SHELL_SIZE / 2 + (x - (left + right) / 2) * scale,
    SHELL_SIZE / 2 + (y - (top + bottom) / 2) * scale,
  ];
  return parts.map(({ tone, points: own }) => ({ tone, points: own.map(place) }));
}

/** The shell of an agent by its fingerprint, in any spelling: `7F3A-01BC-…`. */
export const shellOfFingerprint = (fingerprint: string): Shell =>
  drawShell(
    Uint8Array.from(fingerprint.replace(/[^0-9a-f]/gi, "").match(/../g) ?? [], (digits) => Number.parseInt(digits, 16)),
  );

/** The `d` of an SVG path. */
export const shellPath = ({ points }: ShellShape): string =>
  `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;
