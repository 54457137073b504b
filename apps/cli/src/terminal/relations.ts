import type { Relation, ShownRelation } from "@reef/sdk";
import { cut, oneLine } from "./text.ts";

const ACTIVE: Readonly<Record<Relation["kind"], string>> = {
  supersedes: "supersedes",
  elaborates: "elaborates",
  contradicts: "contradicts",
  supports: "supports",
  caused_by: "is caused by",
  references: "references",
};

const PASSIVE: Readonly<Record<Relation["kind"], string>> = {
  supersedes: "is superseded by",
  elaborates: "is elaborated by",
  contradicts: "is contradicted by",
  supports: "is supported by",
  caused_by: "is the cause of",
  references: "is referenced by",
};

const TITLE_COLUMNS = 40;

/** What an entry is to the other one, as words. */
export const relationWords = ({ kind, direction }: Pick<Relation, "kind" | "direction">): string =>
  direction === "out" ? ACTIVE[kind] : PASSIVE[kind];

/** An entry's relations, each in a few words: `contradicts “The port is 80”`. */
export const relationFacts = (relations: readonly ShownRelation[]): string[] =>
  relations.map((relation) => `${relationWords(relation)} “${cut(oneLine(relation.title), TITLE_COLUMNS)}”`);
