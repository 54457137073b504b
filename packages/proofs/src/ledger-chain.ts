/** One thing that is wrong with a ledger. */
export interface LedgerFault {
  kind: "altered" | "removed" | "inserted" | "reordered" | "checkpoint" | "key";
  /** The line, from 1, where it shows; for what is missing, the line before which it is missing. */
  line: number;
  /** The record's position; the first one where several are missing. */
  position: number;
  /** What is wrong, for a person. */
  text: string;
}

/** Takes note of a fault. */
export type Report = (kind: LedgerFault["kind"], place: { position: number; line: number }, text: string) => void;

/** A record at the place that it claims. More than one hash: its content has one, and the line claims another. */
interface Seen {
  position: number;
  line: number;
  hashes: readonly string[];
}

/** Positions that are remembered as missing, or as seen too early; an attack that needs more is reported all the same. */
const MAX_REMEMBERED = 10_000;

/** The order of a ledger's records: each once, each naming the one before. */
export interface LedgerChain {
  /** The last record in its place; position 0 before the first. */
  last(): Seen;
  /** Whether a record that names `previous` would follow the last one. */
  isFollowedBy(previous: string | null): boolean;
  /** Takes the next record. One that is known to be altered is not blamed again for what it names. */
  take(seen: Seen, previous: string | null, isKnownFault: boolean): void;
  /** Takes a line that can no longer be read: it may have been a record. */
  takeUnreadable(): void;
  /** Takes what a checkpoint says: that the record at `position` has `hash`. False when the chain has another. */
  reach(seen: Seen, hash: string): boolean;
  /** Reports what is missing in the end. */
  finish(): void;
}

/** Follows the records line by line, in bounded memory, and reports which were removed, inserted or moved. */
export function createLedgerChain(report: Report): LedgerChain {
  let last: Seen = { position: 0, line: 0, hashes: [] };
  /** Another record that claims the last one's position. */
  let rival: Seen | undefined;
  /** A record that came too early: whether it was moved, or those before it are missing, the next line tells. */
  let ahead: Seen | undefined;
  /** Records that were moved to the front, until their place comes. */
  const early = new Map<number, Seen>();
  /** Positions that were left out, with the line before which they should have stood. */
  const missing = new Map<number, number>();
  /** Lines since the last record that could not be read. */
  let unreadable = 0;

  const isFollowedBy = (previous: string | null): boolean =>
    last.position === 0 ? previous === null : last.hashes.includes(previous ?? "");

  function place(seen: Seen): void {
    last = seen;
    unreadable = 0;
    for (let next = early.get(last.position + 1); next !== undefined; next = early.get(last.position + 1)) {
      early.delete(next.position);
      last = next;
    }
  }

  /** Notes positions up to `to` as missing, unless unreadable lines account for them. */
  function skip(to: number, line: number): void {
    if (to - last.position <= unreadable) return;
    for (let position = last.position + 1; position <= to && missing.size < MAX_REMEMBERED; position += 1) {
      if (!early.has(position)) missing.set(position, line);
    }
  }

  function leap(seen: Seen): void {
    skip(seen.position - 1, seen.line);
    place(seen);
  }

  function settleAhead(): void {
    if (ahead !== undefined) leap(ahead);
    ahead = undefined;
  }

  const reportInserted = ({ position, line }: Seen) =>
    report("inserted", { position, line }, `Line ${line} was inserted: record ${position} is another one.`);

  /** Of two records that claim one position, the one that is not named by what follows was put in. */
  function settleRival(named: string | null): void {
    if (rival === undefined) return;
    const isRivalNamed = named !== null && !last.hashes.includes(named) && rival.hashes.includes(named);
    const [genuine, inserted] = isRivalNamed ? [rival, last] : [last, rival];
    reportInserted(inserted);
    rival = undefined;
    last = genuine;
  }

  /** The next position has come although another record stood before it: that one was moved. */
  function noteEarly(moved: Seen): void {
    report("reordered", moved, `Record ${moved.position} stands too early, in line ${moved.line}.`);
    if (early.size < MAX_REMEMBERED) early.set(moved.position, moved);
    ahead = undefined;
  }

  function takeNext(seen: Seen, previous: string | null, isKnownFault: boolean): void {
    settleRival(previous);
    if (!isKnownFault && !isFollowedBy(previous)) {
      const { position } = last;
      const text =
        position === 0
          ? "Record 1 names a record before it: it was altered, and its hash computed anew."
          : `Record ${position + 1} does not name the hash of record ${position}: one of the two was altered, and its hash computed anew.`;
      report("altered", position === 0 ? seen : last, text);
    }
    place(seen);
  }

  return {
    last: () => last,
    isFollowedBy,
    take(seen, previous, isKnownFault) {
      const { position, line } = seen;
      if (ahead !== undefined && position === last.position + 1) noteEarly(ahead);
      else settleAhead();
      if (position === last.position + 1) takeNext(seen, previous, isKnownFault);
      else if (position > last.position && isKnownFault) leap(seen);
      else if (position > last.position) ahead = seen;
      else if (missing.delete(position)) {
        report("reordered", { position, line }, `Record ${position} stands too late, in line ${line}.`);
      } else if (position < last.position || last.hashes.some((hash) => seen.hashes.includes(hash))) {
        reportInserted(seen);
      } else {
        settleRival(null);
        rival = seen;
      }
    },
    takeUnreadable() {
      settleAhead();
      unreadable += 1;
    },
    reach(seen, hash) {
      settleAhead();
      settleRival(hash);
      if (seen.position === last.position) return last.hashes.includes(hash);
      skip(seen.position, seen.line);
      place(seen);
      return true;
    },
    finish() {
      settleAhead();
      settleRival(null);
      reportMissing(missing, report);
    },
  };
}

/** Neighbours that are missing before the same line are one fault. */
function reportMissing(missing: ReadonlyMap<number, number>, report: Report): void {
  const positions = [...missing].sort(([a], [b]) => a - b);
  for (let first = 0; first < positions.length; ) {
    const [position = 0, line = 0] = positions[first] ?? [];
    let end = first + 1;
    while (positions[end]?.[0] === position + (end - first) && positions[end]?.[1] === line) end += 1;
    const lastPosition = position + (end - first) - 1;
    const which = end - first === 1 ? `Record ${position} is` : `Records ${position} to ${lastPosition} are`;
    report("removed", { position, line }, `${which} missing before line ${line}.`);
    first = end;
  }
}
