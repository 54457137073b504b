import type { Dice } from "./random.ts";

/** A point of the drawing, from 0 to 64 to the right and down. */
export type Point = readonly [x: number, y: number];

/** What a part is painted with; the colours of a shell belong together. */
export type Tone = "outline" | "base" | "light" | "deep" | "mark";

/** A filled polygon; later ones lie on earlier ones. */
export interface Part {
  tone: Tone;
  points: readonly Point[];
}

const TAU = Math.PI * 2;

/** The kinds of shells; each looks like no other even where it is 16 pixels wide. */
export const forms: readonly [Form, ...Form[]] = [scallop, snail, turret, urchin, cowrie];

type Form = (dice: Dice) => Part[];

const polar = (x: number, y: number, radius: number, angle: number): Point => [
  x + radius * Math.cos(angle),
  y + radius * Math.sin(angle),
];

/** Points along a curve, from 0 to 1. */
const along = (count: number, at: (share: number) => Point): Point[] =>
  Array.from({ length: count + 1 }, (_, index) => at(index / count));

const ring = (x: number, y: number, radius: (angle: number) => number, count = 40): Point[] =>
  along(count, (share) => polar(x, y, radius(share * TAU), share * TAU)).slice(0, -1);

/** A fan of ribs that meet at a hinge. */
function scallop(dice: Dice): Part[] {
  const ribs = dice.between(5, 11);
  const spread = 1.15 + dice.next() * 0.75;
  const reach = 48;
  const [x, y] = [32, 58];
  const start = -Math.PI / 2 - spread / 2;
  const step = spread / ribs;
  const wedge = (rib: number, from: number, to: number, grow: number): Point[] => {
    const left = start + rib * step;
    const edge = (radius: number, bulge: number) =>
      along(5, (share) => polar(x, y, radius + bulge * Math.sin(share * Math.PI), left + share * step));
    return [...edge(to + grow, to === reach ? 3.5 : 0), ...edge(from, 0).reverse()];
  };
  const ear = 7 + dice.next() * 7;
  const outline: Part[] = Array.from({ length: ribs }, (_, rib) => ({
    tone: "outline",
    points: wedge(rib, 0, reach, 1.8),
  }));
  const tones = dice.pick<readonly Tone[]>([
    ["base", "light"],
    ["base", "deep"],
    ["base", "base", "light"],
    ["light", "base", "deep"],
  ]);
  const fan = Array.from({ length: ribs }, (_, rib): Part => {
    const mirrored = Math.min(rib, ribs - 1 - rib);
    return { tone: tones[mirrored % tones.length] ?? "base", points: wedge(rib, 0, reach, 0) };
  });
  const bands = Array.from({ length: dice.between(0, 2) }, () => 0.35 + dice.next() * 0.5).flatMap((share) => {
    const width = 3 + dice.next() * 5;
    return Array.from(
      { length: ribs },
      (_, rib): Part => ({
        tone: "mark",
        points: wedge(rib, reach * share, reach * share + width, 0),
      }),
    );
  });
  const hinge: Part = {
    tone: "deep",
    points: [
      [x - ear, y + 1],
      [x + ear, y + 1],
      [x + ear * 0.7, y - 7],
      [x - ear * 0.7, y - 7],
    ],
  };
  return [...outline, ...fan, ...bands, hinge];
}

/** A spiral of chambers. */
function snail(dice: Dice): Part[] {
  const turns = 1.9 + dice.next() * 1.2;
  const chambers = dice.between(7, 18);
  const side = dice.pick([1, -1]);
  const turn = dice.next() * TAU;
  const [x, y] = [32, 32];
  const outer = 30;
  const growth = 2 + dice.next() * 0.9;
  const radius = (share: number) => outer * growth ** ((share - 1) * turns);
  const at = (share: number, scale: number): Point =>
    polar(x, y, radius(share) * scale, turn + side * share * turns * TAU);
  const inner = Math.min(0.92, 1.06 / growth);
  const strip = (from: number, to: number, low: number, high: number): Point[] => [
    ...along(8, (share) => at(from + (to - from) * share, high)),
    ...along(8, (share) => at(to - (to - from) * share, low)),
  ];
  const tones = dice.pick<readonly Tone[]>([
    ["base", "light"],
    ["base", "deep"],
    ["light", "mark"],
    ["base", "base", "mark"],
  ]);
  const count = Math.round(chambers * turns * 0.6);
  const body = Array.from(
    { length: count },
    (_, index): Part => ({
      tone: tones[index % tones.length] ?? "base",
      points: strip(index / count, (index + 1) / count, inner, 1),
    }),
  );
  const keel: Part[] = dice.next() < 0.5 ? [{ tone: "deep", points: strip(0.15, 1, 0.86, 1) }] : [];
  const disc: Part = { tone: "outline", points: along(80, (share) => at(1 - share / turns, 1.05)) };
  const mouth: Part = { tone: "outline", points: strip(0.985, 1, inner, 1.05) };
  return [disc, ...body, ...keel, mouth];
}

/** A tower of whorls, leaning to one side. */
function turret(dice: Dice): Part[] {
  const whorls = dice.between(4, 8);
  const lean = (dice.next() - 0.5) * 1.5;
  const width = 13 + dice.next() * 11;
  const waist = 0.7 + dice.next() * 0.9;
  const slant = (dice.next() - 0.5) * 7;
  const [cos, sin] = [Math.cos(lean), Math.sin(lean)];
  const place = ([x, y]: Point): Point => [32 + x * cos - y * sin, 32 + x * sin + y * cos];
  const half = (share: number) => width * share ** waist + 1;
  const whorl = (index: number, grow: number): Point[] => {
    const [top, bottom] = [index / whorls, (index + 1) / whorls];
    const y = (share: number) => -30 + share * 56;
    const side = (sign: number) =>
      along(6, (share) => {
        const at = top + (bottom - top) * share;
        const bulge = 1.7 * Math.sin(share * Math.PI) + grow;
        return place([sign * (half(at) + bulge), y(at) + sign * slant * at]);
      });
    return [...side(1), ...side(-1).reverse()];
  };
  const tones = dice.pick<readonly Tone[]>([
    ["base", "light"],
    ["base", "mark"],
    ["deep", "base", "light"],
    ["light", "base", "mark"],
  ]);
  const every = Array.from({ length: whorls }, (_, index) => index);
  const spots = dice.next() < 0.5 ? dice.between(1, 3) : 0;
  return [
    ...every.map((index): Part => ({ tone: "outline", points: whorl(index, 2) })),
    ...every.map((index): Part => ({ tone: tones[index % tones.length] ?? "base", points: whorl(index, 0) })),
    ...every.slice(2).flatMap((index) =>
      Array.from({ length: spots }, (_, spot): Part => {
        const share = (index + 0.5) / whorls;
        const x = ((spot + 0.5) / spots - 0.5) * 1.5 * half(share);
        const center = place([x, -30 + share * 56 + (slant * share * x) / half(share)]);
        return { tone: "deep", points: ring(center[0], center[1], () => 2.2, 10) };
      }),
    ),
  ];
}

/** A round test with rays. */
function urchin(dice: Dice): Part[] {
  const fold = dice.between(3, 9);
  const turn = dice.next() * TAU;
  const depth = dice.next() * 0.24;
  const radius = 27 + dice.next() * 3;
  const edge = (scale: number) =>
    ring(32, 32, (angle) => radius * scale * (1 - depth + depth * Math.cos(fold * (angle - turn))), 90);
  const long = 0.55 + dice.next() * 0.35;
  const wide = 0.18 + dice.next() * 0.3;
  const petals = Array.from({ length: fold }, (_, index): Part => {
    const middle = turn + (index / fold) * TAU;
    const reach = radius * long;
    return {
      tone: "mark",
      points: along(14, (share) => {
        const angle = middle + (wide * 9 * Math.sin(share * TAU)) / Math.max(4, fold);
        return polar(32, 32, reach * (0.2 + 0.8 * Math.sin(share * Math.PI)), angle);
      }),
    };
  });
  const rings = dice.between(0, 2);
  const inner = Array.from(
    { length: rings },
    (_, index): Part => ({
      tone: index % 2 === 0 ? "light" : "base",
      points: edge(0.82 - 0.25 * index),
    }),
  );
  const core: Part = { tone: dice.pick<Tone>(["deep", "light"]), points: ring(32, 32, () => 3.5, 16) };
  return [{ tone: "outline", points: edge(1.07) }, { tone: "base", points: edge(1) }, ...inner, ...petals, core];
}

/** An egg with a slit, with spots or stripes. */
function cowrie(dice: Dice): Part[] {
  const width = 16 + dice.next() * 9;
  const lean = (dice.next() - 0.5) * 2.2;
  const egg = (dice.next() - 0.5) * 0.4;
  const [cos, sin] = [Math.cos(lean), Math.sin(lean)];
  const place = (x: number, y: number): Point => [32 + x * cos - y * sin, 32 + x * sin + y * cos];
  const shape = (grow: number) =>
    along(48, (share) => {
      const angle = share * TAU;
      return place((width + grow) * Math.cos(angle) * (1 + egg * Math.sin(angle)), (28 + grow) * Math.sin(angle));
    }).slice(0, -1);
  const body: Part[] = [
    { tone: "outline", points: shape(2) },
    { tone: "base", points: shape(0) },
  ];
  const stripes = dice.next() < 0.5;
  const count = stripes ? dice.between(2, 4) : dice.between(5, 9);
  const tone = dice.pick<Tone>(["light", "mark", "deep"]);
  const inside = (y: number) => width * Math.sqrt(Math.max(0, 1 - (y / 28) ** 2)) * (1 + (egg * y) / 28);
  const pattern = Array.from({ length: count }, (_, index): Part => {
    if (stripes) {
      const [top, thick] = [-24 + (48 * (index + 0.3)) / count, 4 + dice.next() * 4];
      const line = (y: number) => [place(-inside(y), y), place(inside(y), y)] as const;
      const [a, b] = line(top);
      const [c, d] = line(top + thick);
      return { tone, points: [a, b, d, c] };
    }
    const y = -21 + 42 * dice.next();
    const [cx, cy] = place((dice.next() - 0.5) * 1.5 * inside(y), y);
    const size = 2.4 + dice.next() * 2.6;
    return { tone, points: ring(cx, cy, () => size, 12) };
  });
  const bend = (dice.next() - 0.5) * 12;
  const opening = 1.6 + dice.next() * 1.6;
  const slit = (sign: number) =>
    along(10, (share) =>
      place(bend * Math.sin(share * Math.PI) + sign * opening * Math.sin(share * Math.PI), -24 + 48 * share),
    );
  return [...body, ...pattern, { tone: "outline", points: [...slit(1), ...slit(-1).reverse()] }];
}
