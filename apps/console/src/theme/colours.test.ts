import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

type Linear = readonly [red: number, green: number, blue: number];
type Theme = "light" | "dark";

/** OKLCH to linear sRGB (https://bottosson.github.io/posts/oklab/), clipped as a screen clips. */
function linearOf(lightness: number, chroma: number, hueDegrees: number): Linear {
  const hue = (hueDegrees * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

const css = readFileSync(new URL("./colours.css", import.meta.url), "utf8");
const PAIR = /--([\w-]+): light-dark\(\s*oklch\(([\d. ]+)\),\s*oklch\(([\d. ]+)\)\s*\);/g;
const colours = new Map(
  Array.from(css.matchAll(PAIR), ([, name = "", light = "", dark = ""]) => {
    const read = (text: string) => linearOf(...(text.trim().split(/\s+/).map(Number) as [number, number, number]));
    return [name, { light: read(light), dark: read(dark) }] as const;
  }),
);

/** WCAG 2.2's contrast ratio. */
function contrast(one: string, other: string, theme: Theme): number {
  const [a, b] = [one, other].map((name) => {
    const colour = colours.get(name);
    assert.ok(colour, `colours.css has no --${name}`);
    const [red, green, blue] = colour[theme];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  }) as [number, number];
  return Math.max(a, b) / Math.min(a, b);
}

const grounds = ["paper", "raised", "sunken", "hover"];
const texts = ["ink", "muted", "faint", "accent", "signal", "good", "busy", "warn", "bad"];
const softs = ["accent", "signal", "good", "busy", "warn", "bad"];

for (const theme of ["light", "dark"] as const) {
  describe(`the ${theme} theme`, () => {
    const least = (ratio: number, pairs: readonly (readonly [string, string])[]) => {
      for (const [text, ground] of pairs) {
        const found = contrast(text, ground, theme);
        assert.ok(found >= ratio, `${text} on ${ground}: ${found.toFixed(2)}, wanted ${ratio}`);
      }
    };

    it("can be read: every text on every ground has AA contrast", () => {
      least(
        4.5,
        texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)),
      );
      least(
        4.5,
        softs.map((name) => [name, `${name}-soft`]),
      );
      least(
        4.5,
        softs.map((name) => ["ink", `${name}-soft`]),
      );
      least(
        4.5,
        softs.map((name) => ["muted", `${name}-soft`]),
      );
      least(4.5, [
        ["on-accent", "accent"],
        ["on-accent", "accent-hover"],
        ["on-signal", "signal"],
      ]);
    });

    it("shows where one can write and what has the focus (WCAG 1.4.11)", () => {
      least(
        3,
        grounds.flatMap(
          (ground) =>
            [
              ["edge", ground],
              ["accent", ground],
            ] as const,
        ),
      );
    });

    it("tells grounds apart without shouting", () => {
      for (const ground of ["raised", "sunken"]) assert.ok(contrast("paper", ground, theme) < 1.2);
      assert.ok(contrast("line", "raised", theme) > 1.1);
    });
  });
}
