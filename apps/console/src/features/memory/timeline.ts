import type { Entry } from "@reef/sdk";

/** What happened in a stretch of time, the latest first. */
export interface Stretch {
  items: Entry[];
  /** Where the stretch begins, so that the one before it ends there; null when nothing happened earlier. */
  begin: string | null;
}

/** A page of a diary's entries that happened in a span of time, in the order in which they were written. */
export type ListSpan = (span: {
  after?: string | undefined;
  before?: string | undefined;
  cursor?: string | undefined;
}) => Promise<{ items: Entry[]; nextCursor: string | null; total: number }>;

/** A stretch of more entries than this is made shorter. */
const MOST = 300;

/**
 * Reads the last stretch before an instant. The reef lists entries as they were written, which is nearly but not always the
 * order in which things happened: so a page tells how far a stretch may reach, and then all of that stretch is read.
 */
export async function readStretch(list: ListSpan, before: string | undefined): Promise<Stretch> {
  const nearest = await list({ before });
  // All that is left is here already.
  if (nearest.nextCursor === null) return { items: latestFirst(nearest.items), begin: null };
  let after = middleOf(nearest.items);
  for (;;) {
    const page = await list({ after, before });
    const later = page.total > MOST ? laterThan(after, page.items) : undefined;
    if (later !== undefined) {
      after = later;
      continue;
    }
    const items = [...page.items];
    for (let cursor = page.nextCursor; cursor !== null; ) {
      const next = await list({ after, before, cursor });
      items.push(...next.items);
      cursor = next.nextCursor;
    }
    return { items: latestFirst(items), begin: after };
  }
}

const latestFirst = (entries: readonly Entry[]): Entry[] =>
  entries.toSorted((one, other) => compare(other.happenedAt, one.happenedAt) || compare(other.id, one.id));

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** An instant at which about half of these had happened. */
function middleOf(entries: readonly Entry[]): string {
  const times = entries.map(({ happenedAt }) => happenedAt).toSorted();
  return times[Math.floor(times.length / 2)] ?? "";
}

/** A later instant, so that fewer entries happened since; undefined where all that is known happened at once. */
function laterThan(after: string, entries: readonly Entry[]): string | undefined {
  const middle = middleOf(entries);
  if (middle > after) return middle;
  return entries
    .map(({ happenedAt }) => happenedAt)
    .filter((time) => time > after)
    .toSorted()[0];
}

/** A line of the timeline. */
export type TimelineRow =
  /** The beginning of a day (`2026-11-12`). */
  | { kind: "day"; day: string; count: number }
  /** What the entries below it were part of. */
  | { kind: "session"; day: string; session: string; count: number }
  /** `index` counts entries alone. */
  | { kind: "entry"; entry: Entry; index: number; isInSession: boolean };

/** Lays entries out by day, the latest first; those of one session stand together, where the latest of them stands. */
export function layOut(entries: readonly Entry[], timeZone?: string): TimelineRow[] {
  const dayOf = new Intl.DateTimeFormat("sv", timeZone === undefined ? {} : { timeZone });
  const days = Map.groupBy(entries, ({ happenedAt }) => dayOf.format(new Date(happenedAt)));
  const rows: TimelineRow[] = [];
  let index = 0;
  for (const [day, ofDay] of days) {
    rows.push({ kind: "day", day, count: ofDay.length });
    const groups = Map.groupBy(ofDay, ({ id, session }) => (session === null ? id : `session ${session}`));
    for (const group of groups.values()) {
      const session = group[0]?.session ?? null;
      const isInSession = session !== null && group.length > 1;
      if (isInSession) rows.push({ kind: "session", day, session, count: group.length });
      for (const entry of group) {
        rows.push({ kind: "entry", entry, index, isInSession });
        index += 1;
      }
    }
  }
  return rows;
}
