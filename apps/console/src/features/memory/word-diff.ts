import { diffLines, diffWords } from "diff";

/** A piece of two texts: in both, in the newer one alone, or in the older one alone. */
export interface Change {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Texts that have little in common take the square of their length; then lines have to do. */
const LONGEST_MS = 300;

/**
 * What changed from one text to another, word by word; line by line where that would take too long. Where only the space
 * between two words is another one, nothing has changed.
 */
export function diffTexts(older: string, newer: string): Change[] {
  const changes = diffWords(older, newer, { timeout: LONGEST_MS }) ?? diffLines(older, newer, { timeout: LONGEST_MS });
  if (changes !== undefined) {
    return changes.map(({ added, removed, value }) => ({
      kind: added ? "added" : removed ? "removed" : "same",
      text: value,
    }));
  }
  return [
    { kind: "removed", text: older },
    { kind: "added", text: newer },
  ];
}
