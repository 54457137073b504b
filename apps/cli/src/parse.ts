import type { Entry, Search } from "@reef/sdk";
import { InvalidArgumentError } from "commander";

/** The kinds of memory. */
export const types = [
  "semantic",
  "episodic",
  "procedural",
  "reflection",
  "identity",
  "soul",
] as const satisfies Entry["type"][];

/** Who may read a diary. */
export const visibilities = ["private", "network", "public"] as const;

/** A parser of whole numbers within limits, for an option. */
export const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
};

/** A weight from 0 to 1. */
export function weight(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It is a number from 0 to 1.");
}

/** Tags with commas between them. An empty text means no tags. */
export const tagList = (text: string): string[] =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");

/** Kinds of memory with commas between them. */
export function typeList(text: string): Search["types"] {
  return tagList(text).map((name) => {
    const found = types.find((type) => type === name);
    if (found === undefined) throw new InvalidArgumentError(`${name} is none of ${types.join(", ")}.`);
    return found;
  });
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A moment: a date, a date with a time (this machine's zone unless it names one), or how long ago: `90m`, `12h`, `7d`, `2w`. */
export function moment(text: string): string {
  const [, amount, unit = ""] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  // A date alone would be read as midnight in UTC; people mean their own midnight.
  const local = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text;
  const time = new Date(unitMs === undefined ? Date.parse(local) : Date.now() - Number(amount) * unitMs);
  if (Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError(
      "It is a date (2026-11-18), a date with a time (2026-11-18T10:00Z), or an age (7d, 12h).",
    );
  }
  return time.toISOString();
}

/** An id of an entry. */
export function entryId(text: string): Entry["id"] {
  if (/^ent_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text)) return text as Entry["id"];
  throw new InvalidArgumentError("An entry's id begins with `ent_`; `reef search` and `reef entry list` show it.");
}

/** An agent's fingerprint, in any case. */
export function fingerprint(text: string): string {
  if (/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/i.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError("A fingerprint looks like 21FE-31DF-A154-A261; `reef agent list` shows it.");
}

/** A voucher's code. */
export function voucherCode(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError("A voucher's code is 64 hex digits.");
}
