const MONTHS = words("january february march april may june july august september october november december");
const MONTH = MONTHS.join("|");
const DAY_AND_MONTH = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (${MONTH})\\b|\\b(${MONTH}) (\\d{1,2})\\b`);
const ISO_DAY = /\b\d{4}-(\d{2})-(\d{2})\b/;
const MONTH_ALONE = new RegExp(`\\b(?:in|during|since|of|by|last|early|late|mid) (${MONTH})\\b`);

function words(text: string): string[] {
  return text.split(" ");
}

const dayTerm = (month: number, day: number): string => `@${month}-${day}`;
const monthTerm = (month: number): string => `@${month}`;
const monthNumber = (name: string | undefined): number => MONTHS.indexOf(name ?? "") + 1;

/** The day on which something happened, as terms that only a date in a query can match. */
export function dateTermsOf(happened: Date): string[] {
  const month = happened.getUTCMonth() + 1;
  return [dayTerm(month, happened.getUTCDate()), monthTerm(month)];
}

/** The term of the day or month that a query names: "on 3 June", "2026-06-03", "in June". */
export function askedDate(query: string): string | undefined {
  const text = query.toLowerCase();
  const day = DAY_AND_MONTH.exec(text);
  if (day !== null) return dayTerm(monthNumber(day[2] ?? day[3]), Number(day[1] ?? day[4]));
  const iso = ISO_DAY.exec(text);
  if (iso !== null) return dayTerm(Number(iso[1]), Number(iso[2]));
  const month = MONTH_ALONE.exec(text);
  return month === null ? undefined : monthTerm(monthNumber(month[1]));
}
