import { diffLines, diffWordsWithSpace } from "diff";

/** A piece of two texts: in both, in the newer one alone, or in the older one alone. */
export interface Change {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Texts that have nothing in common take the square of their length; then lines have to do. */
const LONGEST_MS = 300;

/** What changed from one text to another, word by word; line by line where that would take too long. */
export function diffTexts(older: string, newer: string): Change[] {
  const changes =
    diffWordsWithSpace(older, newer, { timeout: LONGEST_MS }) ?? diffLines(older, newer, { timeout: LONGEST_MS });
  if (changes === undefined) {
    return [
      { kind: "removed", text: older },
      { kind: "added", text: newer },
    ];
  }
  return joinNeighbours(changes.map(({ added, removed, value }) => ({ kind: kindOf(added, removed), text: value })));
}

const kindOf = (added: boolean, removed: boolean): Change["kind"] => (added ? "added" : removed ? "removed" : "same");

/** Words that changed one after another are read as one change: "two gangs" by "three crews", not word for word. */
function joinNeighbours(changes: readonly Change[]): Change[] {
  const joined: Change[] = [];
  let removed = "";
  let added = "";
  const flush = () => {
    if (removed !== "") joined.push({ kind: "removed", text: removed });
    if (added !== "") joined.push({ kind: "added", text: added });
    removed = "";
    added = "";
  };
  changes.forEach(({ kind, text }, index) => {
    const isGap = kind === "same" && /^[^\S\n]+$/.test(text) && removed !== "" && added !== "";
    if (kind === "removed") removed += text;
    else if (kind === "added") added += text;
    else if (isGap && changes[index + 1] !== undefined) {
      removed += text;
      added += text;
    } else {
      flush();
      joined.push({ kind, text });
    }
  });
  flush();
  return joined;
}
