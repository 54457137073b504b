import type { Entry, Share, Transfer } from "@reef/sdk";
import { daysAgo } from "./day-names.ts";
import { entryTypes, shareStates, transferStates } from "./words.ts";

/*
 * What a page shows stands in its address, so that it can be linked to and comes back with the browser's own buttons.
 * Anybody may write an address: what is not understood is left out.
 */

/** The tabs of a diary's page; entries unless the address says otherwise. */
export type DiaryTab = "entries" | "timeline" | "shares" | "settings";

/** Which entries of a diary are listed. */
export interface EntryFilter {
  type?: Entry["type"] | undefined;
  tag?: string | undefined;
  session?: string | undefined;
  signed?: "yes" | "no" | undefined;
  flagged?: "yes" | "no" | undefined;
  /** Days of the person's own calendar (`2026-11-12`), both included. */
  from?: string | undefined;
  to?: string | undefined;
  order?: "oldest" | undefined;
}

/** What a diary's page shows. */
export interface DiaryAddress extends EntryFilter {
  tab?: Exclude<DiaryTab, "entries"> | undefined;
  /** Which shares are listed. */
  shares?: Share["status"] | undefined;
}

/** The tabs of the page of memory; diaries unless the address says otherwise. */
export type MemoryTab = "diaries" | "entries" | "shares" | "transfers";

/** Spans of days that end today, and how many days each has. */
export const writtenSpans = { today: 1, "3-days": 3, "7-days": 7, "30-days": 30 } as const;
export type WrittenSpan = keyof typeof writtenSpans;

/** Which entries of all diaries are listed. */
export interface AllEntriesFilter extends Pick<EntryFilter, "type" | "tag" | "signed" | "flagged"> {
  /** The fingerprint of the agent that wrote them. */
  author?: string | undefined;
  /** When they were written, changed or brought along. */
  written?: WrittenSpan | undefined;
}

/** What the page of memory shows. */
export interface MemoryAddress extends AllEntriesFilter {
  tab?: Exclude<MemoryTab, "diaries"> | undefined;
  /** A part of the name of the diaries that are listed. */
  name?: string | undefined;
  shares?: Share["status"] | undefined;
  transfers?: Transfer["status"] | undefined;
}

/** What a search asks. */
export interface SearchAddress extends Pick<EntryFilter, "type" | "tag" | "session" | "from" | "to"> {
  q?: string | undefined;
  /** The one diary to search. */
  diary?: `dia_${string}` | undefined;
  /** Leave out what something took the place of. */
  latest?: "yes" | undefined;
  prefer?: "new" | "important" | undefined;
}

type Unknown = Record<string, unknown>;

const QUERY_CHARACTERS = 500;
const TAG_CHARACTERS = 50;
const NAME_CHARACTERS = 255;

/** The address of the page of memory. */
export const readMemoryAddress = (search: Unknown): MemoryAddress =>
  defined({
    tab: oneOf(search.tab, ["entries", "shares", "transfers"]),
    name: textOf(search.name),
    shares: oneOf(search.shares, shareStates),
    transfers: oneOf(search.transfers, transferStates),
    type: oneOf(search.type, entryTypes),
    tag: textOf(search.tag, TAG_CHARACTERS),
    signed: oneOf(search.signed, ["yes", "no"]),
    flagged: oneOf(search.flagged, ["yes", "no"]),
    author: fingerprintOf(search.author),
    written: oneOf(search.written, Object.keys(writtenSpans) as WrittenSpan[]),
  });

/** The address of a diary's page. */
export const readDiaryAddress = (search: Unknown): DiaryAddress =>
  defined({
    tab: oneOf(search.tab, ["timeline", "shares", "settings"]),
    shares: oneOf(search.shares, shareStates),
    type: oneOf(search.type, entryTypes),
    tag: textOf(search.tag, TAG_CHARACTERS),
    session: textOf(search.session),
    signed: oneOf(search.signed, ["yes", "no"]),
    flagged: oneOf(search.flagged, ["yes", "no"]),
    from: dayOf(search.from),
    to: dayOf(search.to),
    order: oneOf(search.order, ["oldest"]),
  });

/** The address of a search. */
export const readSearchAddress = (search: Unknown): SearchAddress =>
  defined({
    q: textOf(search.q, QUERY_CHARACTERS),
    diary: diaryOf(search.diary),
    type: oneOf(search.type, entryTypes),
    tag: textOf(search.tag, TAG_CHARACTERS),
    session: textOf(search.session),
    from: dayOf(search.from),
    to: dayOf(search.to),
    latest: oneOf(search.latest, ["yes"]),
    prefer: oneOf(search.prefer, ["new", "important"]),
  });

/** How many filters narrow a list; its order is none. */
export const countFilters = ({ type, tag, session, signed, flagged, from, to }: EntryFilter): number =>
  [type, tag, session, signed, flagged, from, to].filter((value) => value !== undefined).length;

/** How many filters narrow the list of all entries. */
export const countAllEntriesFilters = ({ type, tag, signed, flagged, author, written }: AllEntriesFilter): number =>
  [type, tag, signed, flagged, author, written].filter((value) => value !== undefined).length;

/** How many filters narrow a search; what it prefers narrows nothing. */
export const countSearchFilters = ({ diary, type, tag, session, from, to, latest }: SearchAddress): number =>
  [diary, type, tag, session, from, to, latest].filter((value) => value !== undefined).length;

/** The filter as the reef's list takes it. */
export const listedBy = ({ type, tag, session, signed, flagged, from, to, order }: EntryFilter) => ({
  ...(type && { type }),
  ...(tag && { tags: [tag] }),
  ...(session && { session }),
  ...(signed && { signed: signed === "yes" }),
  ...(flagged && { injectionRisk: flagged === "yes" }),
  ...spanOf({ from, to }),
  ...(order && { order }),
});

/** The filter as the reef's list of all entries takes it. */
export const allListedBy = ({ type, tag, signed, flagged, author, written }: AllEntriesFilter) => ({
  ...listedBy({ type, tag, signed, flagged }),
  ...(author && { author }),
  ...(written && { writtenAfter: beginningOfSpan(written) }),
});

/** When a span of days that ends today began, as an instant; in the time zone of the browser. */
export const beginningOfSpan = (span: WrittenSpan): string => beginningOf(daysAgo(writtenSpans[span] - 1), 0);

/** From the beginning of the one day to the end of the other, as instants; in the time zone of the browser. */
export const spanOf = ({ from, to }: Pick<EntryFilter, "from" | "to">): { after?: string; before?: string } => ({
  ...(from && { after: beginningOf(from, 0) }),
  ...(to && { before: beginningOf(to, 1) }),
});

function beginningOf(day: string, daysLater: number): string {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + daysLater);
  return date.toISOString();
}

/** The router reads `?tag=2026` as a number; here it is the text that was written. */
function textOf(value: unknown, most: number = NAME_CHARACTERS): string | undefined {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof text !== "string") return undefined;
  return text.trim().slice(0, most).trim() || undefined;
}

const oneOf = <Value extends string>(value: unknown, known: readonly Value[]): Value | undefined =>
  known.find((each) => each === value);

/** Any year of four digits, which every `Date` and the reef can hold. */
const dayOf = (value: unknown): string | undefined =>
  typeof value === "string" && /^[1-9]\d{3}-\d\d-\d\d$/.test(value) && isRealDay(value) ? value : undefined;

/** The 30th of February would be read as a day of March. */
function isRealDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

const fingerprintOf = (value: unknown): string | undefined =>
  typeof value === "string" && /^[0-9A-F]{4}(-[0-9A-F]{4}){3}$/i.test(value) ? value.toUpperCase() : undefined;

const diaryOf = (value: unknown): `dia_${string}` | undefined =>
  typeof value === "string" && /^dia_[0-9a-z]{26}$/.test(value) ? (value as `dia_${string}`) : undefined;

function defined<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
