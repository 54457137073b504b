/** A month of a subscription: from its start on, and before its end. */
export interface Month {
  start: Date;
  end: Date;
}

/**
 * The moment `count` months after `anchor`, in UTC: on the same day of the month and at the same time, or on the month's last
 * day where it has no such day. So 31 January is followed by 28 (or 29) February and then by 31 March.
 */
export function addMonths(anchor: Date, count: number): Date {
  const target = new Date(anchor);
  // The day is set last: else 31 January plus one month would be in March.
  target.setUTCDate(1);
  target.setUTCMonth(anchor.getUTCMonth() + count);
  const lastDay = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  target.setUTCDate(Math.min(anchor.getUTCDate(), lastDay));
  return target;
}

/** The month counted from `anchor` that `at` is in; the first one where `at` is before them all. */
export function monthAt(anchor: Date, at: Date): Month {
  const months = (at.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + at.getUTCMonth() - anchor.getUTCMonth();
  // On the days before the anchor's day, the month that began in the calendar's month before still goes on.
  const count = Math.max(0, addMonths(anchor, months) > at ? months - 1 : months);
  return { start: addMonths(anchor, count), end: addMonths(anchor, count + 1) };
}
