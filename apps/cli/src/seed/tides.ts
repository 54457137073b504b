/** One turn of the water. */
export interface Turn {
  kind: "high" | "low";
  /** In milliseconds. */
  at: number;
  /** Metres above chart datum. */
  metres: number;
}

const HOUR_MS = 3_600_000;
const STEP_MS = 60_000;

/** The two great tides, of moon and sun: period in hours, amplitude in metres. */
const MOON = { hours: 12.4206, metres: 1.95 };
const SUN = { hours: 12, metres: 0.65 };
const MEAN_METRES = 2.95;

/** The turns of the water between two moments (in milliseconds), where the high water at `springsAt` is the highest. */
export function turnsBetween(from: number, until: number, springsAt: number): Turn[] {
  const height = (at: number) =>
    [MOON, SUN].reduce(
      (sum, { hours, metres }) => sum + metres * Math.cos((2 * Math.PI * (at - springsAt)) / (hours * HOUR_MS)),
      MEAN_METRES,
    );
  const turns: Turn[] = [];
  for (let at = from; at < until; at += STEP_MS) {
    const [before, here, after] = [height(at - STEP_MS), height(at), height(at + STEP_MS)];
    if (here > before && here >= after) turns.push({ kind: "high", at, metres: here });
    if (here < before && here <= after) turns.push({ kind: "low", at, metres: here });
  }
  return turns;
}
