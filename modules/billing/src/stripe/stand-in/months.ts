/**
 * The moment so many months after `anchor`, in seconds since 1970, as Stripe reckons: on the anchor's day and time in UTC, or on
 * the last day of a month that has no such day.
 */
export function addMonths(anchor: number, months: number): number {
  const from = new Date(anchor * 1_000);
  const moment = new Date(from);
  moment.setUTCDate(1);
  moment.setUTCMonth(moment.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1, 0)).getUTCDate();
  moment.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return Math.floor(moment.getTime() / 1_000);
}

/** The first of the months from `anchor` on that begins after `moment`. */
export function nextMonth(anchor: number, moment: number): number {
  let months = 1;
  while (addMonths(anchor, months) <= moment) months += 1;
  return addMonths(anchor, months);
}
