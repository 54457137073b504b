import type { ChainAnchor, ChainFault, ChainLink, ChainOptions, ChainPlace } from "./chain-report.ts";

interface Ordered extends ChainAnchor {
  faults: ChainFault[];
}

/**
 * Orders the entries of a chain by whom each names, and tells how the list differs from that.
 *
 * The walk goes from the head back to the beginning, because whoever holds the head holds all before it: an identifier
 * covers the one before. So every entry on the way has a certain place, counted from the end. Where nobody bears the name
 * that an entry gives, the place counted from the beginning tells whether entries are missing there, or another stands in.
 */
export function orderChain(links: readonly ChainLink[], given: ChainAnchor, options: ChainOptions): Ordered {
  const byName = nameLinks(links);
  const anchor = options.mayHaveGrown === true ? grow(links, given, byName) : given;
  const { path, faults, absent } = walkBack(links, anchor, byName);
  faults.push(...listMisplaced(path));
  countMissing(faults, anchor.length - path.length);
  const onPath = new Set(path);
  for (const link of links) if (!onPath.has(link)) faults.push(strangerFault(link));
  faults.push(...checkKnown(path, anchor, options.known ?? [], absent));
  return { ...anchor, faults: faults.sort((a, b) => positionOf(a) - positionOf(b)) };
}

type ByName = ReadonlyMap<string, ChainLink>;

/**
 * Who bears which name. A whole entry goes before an altered one that claims the same; of copies the one that stands where
 * it belongs, else the first.
 */
function nameLinks(links: readonly ChainLink[]): ByName {
  const byName = new Map<string, ChainLink>();
  const isGood = ({ state }: ChainLink) => state === "good";
  const isInPlace = (link: ChainLink, index: number) => (links[index - 1]?.name ?? null) === link.previous;
  const add = (link: ChainLink) => {
    if (link.name !== undefined && !byName.has(link.name)) byName.set(link.name, link);
  };
  links.filter((link, index) => isGood(link) && isInPlace(link, index)).forEach(add);
  links.filter(isGood).forEach(add);
  links.forEach(add);
  return byName;
}

/** The anchor, moved on over good entries that follow it: they were written after it was read. */
function grow(links: readonly ChainLink[], anchor: ChainAnchor, byName: ByName): ChainAnchor {
  const start = anchor.head === null ? 0 : (byName.get(anchor.head)?.position ?? links.length);
  let { length, head } = anchor;
  for (const link of links.slice(start)) {
    if (link.state !== "good" || link.previous !== head) break;
    length += 1;
    head = link.name ?? null;
  }
  return { length, head };
}

/** A step of the walk: `successor` (undefined: the end) names `expected`, and has the place `place` in the chain. */
interface Step {
  successor: ChainLink | undefined;
  expected: string | null;
  /** Counted from the end; undefined behind a gap of unknown width. */
  place: number | undefined;
}

interface Walk {
  /** Oldest first. */
  path: ChainLink[];
  faults: ChainFault[];
  /** Names that the chain gives and nobody bears. */
  absent: Set<string>;
}

function walkBack(links: readonly ChainLink[], anchor: ChainAnchor, byName: ByName): Walk {
  const path: ChainLink[] = [];
  const faults: ChainFault[] = [];
  const absent = new Set<string>();
  const visited = new Set<ChainLink>();
  /** Entries that are known by their place only: what they say of themselves counts for nothing. */
  const substituted = new Set<ChainLink>();
  const depths = measureDepths(links, byName);

  /** The nearest entry before `link` in the list that the walk has not met. */
  const standingBefore = (link: ChainLink | undefined): ChainLink | undefined => {
    for (let index = (link?.position ?? links.length + 1) - 2; index >= 0; index--) {
      const candidate = links[index];
      if (candidate !== undefined && !visited.has(candidate)) return candidate;
    }
    return undefined;
  };

  /** Whom `step` leads to, by name or, where nobody bears it, by place; with what that says of the list. */
  function follow({ successor, place }: Step, expected: string): { link: ChainLink | undefined; fault?: ChainFault } {
    const named = byName.get(expected);
    if (named !== undefined && !visited.has(named)) return { link: named };
    absent.add(expected);
    let candidate = standingBefore(successor);
    while (candidate !== undefined && place !== undefined && (depths.get(candidate) ?? 0) >= place) {
      candidate = standingBefore(candidate);
    }
    const depth = candidate === undefined ? 0 : depths.get(candidate);
    const fits = place === undefined || depth === undefined || depth === place - 1;
    if (candidate !== undefined && fits && candidate.state !== "good") {
      if (candidate.state === "wrong_signature") substituted.add(candidate);
      return { link: candidate };
    }
    if (candidate !== undefined && place !== undefined && depth === place - 1) {
      return { link: candidate, fault: { kind: "replaced", entry: placeOf(candidate), contentHash: expected } };
    }
    const count = place === undefined || depth === undefined ? null : place - 1 - depth;
    const after = candidate === undefined ? null : placeOf(candidate);
    if (successor === undefined) return { link: candidate, fault: { kind: "cut_off", after, count } };
    const before = placeOf(successor);
    return { link: candidate, fault: { kind: "missing", after, before, count, contentHash: expected } };
  }

  /** What an entry names; where it was altered, that must fit its place, or else the entry that stands before it counts. */
  function predecessorOf(link: ChainLink, place: number | undefined): string | null {
    if (link.state === "good" || (link.state === "wrong_signature" && !substituted.has(link))) return link.previous;
    const named = link.previous === null ? undefined : byName.get(link.previous);
    const before = standingBefore(link);
    const depth = link.previous === null ? 0 : named && depths.get(named);
    const isPlausible = link.previous === null || (named !== undefined && !visited.has(named));
    if (isPlausible && (place === undefined || depth === place - 1)) return link.previous;
    const beforeFits = place === undefined || (before && depths.get(before)) === place - 1;
    return (beforeFits && before?.name) || link.previous;
  }

  let step: Step = { successor: undefined, expected: anchor.head, place: anchor.length + 1 };
  while (step.expected !== null) {
    const { link, fault } = follow(step, step.expected);
    if (fault !== undefined) faults.push(fault);
    if (link === undefined) break;
    visited.add(link);
    path.push(link);
    const isGap = fault?.kind === "missing" || fault?.kind === "cut_off";
    const place: number | undefined = isGap ? depths.get(link) : step.place === undefined ? undefined : step.place - 1;
    step = { successor: link, expected: predecessorOf(link, place), place };
  }
  if (step.expected === null && step.place !== undefined && step.place !== 1) {
    faults.push({ kind: "length", expected: anchor.length, found: anchor.length - step.place + 1 });
  }
  // What is wrong with the entries of the chain by themselves.
  for (const link of path) {
    if (link.state === "good") continue;
    faults.push({ kind: substituted.has(link) ? "altered" : link.state, entry: placeOf(link) });
  }
  return { path: path.reverse(), faults, absent };
}

/** Fills in the widths of gaps that only the chain's length tells: of a single one, or where each is of one entry. */
function countMissing(faults: ChainFault[], missing: number): void {
  const gaps = faults.filter((fault) => fault.kind === "missing" || fault.kind === "cut_off");
  const open = gaps.filter(({ count }) => count === null);
  const rest = gaps.reduce((left, { count }) => left - (count ?? 0), missing);
  if (open.length !== 1 && open.length !== rest) return;
  for (const gap of open) gap.count = rest / open.length;
}

/** The place of each entry counted from the beginning, along the names; none for those that lead nowhere. */
function measureDepths(links: readonly ChainLink[], byName: ByName): Map<ChainLink, number> {
  const depths = new Map<ChainLink, number>();
  const dead = new Set<ChainLink>();
  for (const start of links) {
    const trail: ChainLink[] = [];
    let link: ChainLink | undefined = start;
    while (link !== undefined && !depths.has(link) && !dead.has(link)) {
      // Marked on the way, so that a circle, which only altered entries can make, ends.
      dead.add(link);
      trail.push(link);
      if (link.previous === null) break;
      link = byName.get(link.previous);
    }
    const reaches = trail.at(-1)?.previous === null ? 0 : link && depths.get(link);
    if (reaches === undefined) continue;
    for (const [index, passed] of trail.toReversed().entries()) {
      depths.set(passed, reaches + index + 1);
      dead.delete(passed);
    }
  }
  return depths;
}

/** The fewest entries whose moving puts the list into the chain's order: all outside of its longest ascending run. */
function listMisplaced(path: readonly ChainLink[]): ChainFault[] {
  const inPlace = new Set(longestAscending(path));
  return path.flatMap((link, index) => {
    if (inPlace.has(link)) return [];
    const before = path[index - 1];
    return [{ kind: "reordered", entry: placeOf(link), after: before === undefined ? null : placeOf(before) }];
  });
}

/** The longest subsequence with ascending positions (patience sorting). */
function longestAscending(path: readonly ChainLink[]): ChainLink[] {
  const ends: ChainLink[] = [];
  const before = new Map<ChainLink, ChainLink | undefined>();
  for (const link of path) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.position ?? 0) < link.position) low = middle + 1;
      else high = middle;
    }
    before.set(link, ends[low - 1]);
    ends[low] = link;
  }
  const run: ChainLink[] = [];
  for (let link = ends.at(-1); link !== undefined; link = before.get(link)) run.push(link);
  return run;
}

/** An entry to which nothing leads. */
const strangerFault = (link: ChainLink): ChainFault => ({
  kind: link.state === "unsigned" ? "unsigned" : "inserted",
  entry: placeOf(link),
});

/** Heads that the chain must still hold; what is known to be absent already was told where it is. */
function checkKnown(
  path: readonly ChainLink[],
  anchor: ChainAnchor,
  known: NonNullable<ChainOptions["known"]>,
  absent: ReadonlySet<string>,
): ChainFault[] {
  const held = new Set(path.map(({ name }) => name));
  return known.flatMap(({ head, length }): ChainFault[] => {
    if (held.has(head) || absent.has(head)) return [];
    if (length === undefined || length <= anchor.length) return [{ kind: "rewritten", head }];
    const last = path.at(-1);
    return [{ kind: "cut_off", after: last === undefined ? null : placeOf(last), count: length - anchor.length }];
  });
}

const placeOf = ({ id, position }: ChainPlace): ChainPlace => ({ id, position });

function positionOf(fault: ChainFault): number {
  if ("entry" in fault) return fault.entry.position;
  if (fault.kind === "missing") return fault.before.position - 0.5;
  return Number.POSITIVE_INFINITY;
}
