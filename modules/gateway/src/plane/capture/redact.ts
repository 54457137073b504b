import { isIPv6 } from "node:net";
import type { RedactionKind } from "../../contract/captures.ts";

/** Counts by kind what was taken out. */
export type Redactions = Map<string, number>;

/** Takes out of a text what must not be kept, and leaves a mark such as `[email]` in its place. */
export type Redact = (text: string, redactions: Redactions) => string;

/**
 * One rule: what may be meant, and which spans of that are (all of it, unless `find` says otherwise). No pattern has a repetition
 * within another one that could match the same text in two ways, so the time is that of the text's length.
 */
interface Rule {
  kind: RedactionKind;
  pattern: RegExp;
  find?(candidate: string): { start: number; end: number } | undefined;
}

const rules: readonly Rule[] = [
  // What is long and holds others comes first. A private key that is cut off counts up to the end of the text.
  {
    kind: "secret",
    pattern:
      /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  },
  { kind: "secret", pattern: /(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g },
  {
    kind: "secret",
    pattern:
      /(?<![A-Za-z0-9])(?:rk_|sk-|sk_|pk_live_|rk_live_|gsk_|xai-|hf_|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|npm_|whsec_|shpat_|dop_v1_|SG\.|lin_api_)[\w.-]{16,}/g,
  },
  { kind: "secret", pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{16}(?![A-Z0-9])/g },
  { kind: "secret", pattern: /(?<![\w-])AIza[\w-]{30,}/g },
  { kind: "secret", pattern: /(?<=\bbearer\s{1,4})[\w.~+/-]{16,}=*/gi },
  // The password of an address with one, as of a database.
  { kind: "secret", pattern: /(?<=:\/\/[^\s/:@"']{0,100}:)[^\s/@"']{1,200}(?=@)/g },
  {
    kind: "email",
    pattern:
      /[\p{L}\p{N}._%+'-]{1,64}(?:@|＠|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,7}\.\p{L}[\p{L}\p{N}-]{1,62}/giu,
  },
  { kind: "iban", pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,40}/gi, find: findIban },
  { kind: "card", pattern: /(?<!\d)\d(?:[ \u00a0.–-]?\d){12,30}(?!\d)/g, find: findCard },
  {
    kind: "ip",
    pattern: /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4})?(?![\w:]|\.\d)/gi,
    find: (candidate) => (candidate.length > 2 && isIPv6(candidate) ? { start: 0, end: candidate.length } : undefined),
  },
  { kind: "ip", pattern: /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\w|\.\d)/g },
  // With the country's number; as North America writes it; with the zero that stands before an area's number elsewhere.
  { kind: "phone", pattern: /(?<![\w+])(?:\+|00)[1-9](?:[\s\u00a0()./-]{0,3}\d){6,14}(?!\d)/g },
  {
    kind: "phone",
    pattern: /(?<![\w.-])(?:1[\s.-])?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?![\w-])/g,
  },
  { kind: "phone", pattern: /(?<![\w.,:-])\(?0\d(?:[\s\u00a0/().-]{0,2}\d){7,10}(?!\w)/g },
];

/** A `Redact` of these kinds and of an organization's own words, however these are capitalized. */
export function createRedact(kinds: readonly RedactionKind[], words: readonly string[]): Redact {
  const chosen = rules.filter(({ kind }) => kinds.includes(kind));
  const own = wordPattern(words);
  return (text, redactions) => {
    const count = (kind: string): string => {
      redactions.set(kind, (redactions.get(kind) ?? 0) + 1);
      return `[${kind}]`;
    };
    let left = own === undefined ? text : text.replace(own, () => count("word"));
    for (const { kind, pattern, find } of chosen) {
      left = left.replace(pattern, (candidate) => {
        if (find === undefined) return count(kind);
        let done = "";
        let rest = candidate;
        for (let found = find(rest); found !== undefined; found = find(rest)) {
          done += rest.slice(0, found.start) + count(kind);
          rest = rest.slice(found.end);
        }
        return done + rest;
      });
    }
    return left;
  };
}

/** Longer ones first, so that a word does not leave the rest of a phrase that begins with it. */
function wordPattern(words: readonly string[]): RegExp | undefined {
  if (words.length === 0) return undefined;
  const literal = words
    .toSorted((one, other) => other.length - one.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp(literal.join("|"), "giu");
}

const SEPARATORS = /[ \u00a0.–-]/;
const [SHORTEST_CARD, LONGEST_CARD] = [13, 19];

/** The first run of whole groups of digits that is a payment card's number. */
function findCard(candidate: string): { start: number; end: number } | undefined {
  const isEdge = (index: number) => index <= 0 || index >= candidate.length || SEPARATORS.test(candidate[index] ?? "");
  for (let start = 0; start < candidate.length; start += 1) {
    if (SEPARATORS.test(candidate[start] ?? "") || !isEdge(start - 1)) continue;
    let digits = "";
    for (let end = start + 1; end <= candidate.length; end += 1) {
      const character = candidate[end - 1] ?? "";
      if (SEPARATORS.test(character)) continue;
      digits += character;
      if (digits.length > LONGEST_CARD) break;
      if (digits.length >= SHORTEST_CARD && isEdge(end) && isLuhn(digits)) return { start, end };
    }
  }
  return undefined;
}

/** ISO/IEC 7812-1, annex B. No card's number begins with 0 or is made of one digit alone. */
function isLuhn(digits: string): boolean {
  if (digits.startsWith("0") || new Set(digits).size === 1) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const [SHORTEST_IBAN, LONGEST_IBAN] = [15, 34];

/** The first IBAN, from the beginning of a group of characters on: words may follow it, and look like a part of it. */
function findIban(candidate: string): { start: number; end: number } | undefined {
  for (const { index: start } of candidate.matchAll(/(?<![A-Z0-9])[A-Z]{2}\d{2}/gi)) {
    const end = endOfIban(candidate, start);
    if (end !== undefined) return { start, end };
  }
  return undefined;
}

function endOfIban(candidate: string, start: number): number | undefined {
  const ends: number[] = [];
  let letters = "";
  for (let index = start; index < candidate.length && letters.length < LONGEST_IBAN; index += 1) {
    const character = candidate[index] ?? "";
    if (/[ \u00a0-]/.test(character)) continue;
    letters += character.toUpperCase();
    if (letters.length >= SHORTEST_IBAN) ends[letters.length] = index + 1;
  }
  for (let length = letters.length; length >= SHORTEST_IBAN; length -= 1) {
    if (isIban(letters.slice(0, length))) return ends[length];
  }
  return undefined;
}

/** ISO 13616: the beginning goes to the end, letters count from 10, and the rest by 97 is 1. */
function isIban(letters: string): boolean {
  let rest = 0;
  for (const character of letters.slice(4) + letters.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
