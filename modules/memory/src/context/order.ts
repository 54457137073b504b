import type { Id } from "@reef/crypto";
import type { RelationKind } from "../contract/relations.ts";
import type { VectorTrust } from "./diversity.ts";

/** How much of an entry is shown: all of it, the sentences that bear on the task, or hardly more than what it is about. */
export type Level = "full" | "excerpt" | "outline";

/** An entry that search found for the task. */
export interface Candidate {
  id: Id<"ent">;
  author: { name: string; fingerprint: string };
  /** The agent that brought it from another reef, and answers for its author and day. */
  importedBy: string | null;
  /** Another agent than its author that changed what it says. */
  editedBy: string | null;
  /** When what it tells happened: `2026-11-18`. */
  day: string;
  title: string | null;
  content: string;
  /** Relevance to the task, 0 to 1. */
  score: number;
  isSuspicious: boolean;
  /** The meaning as JSON of a unit vector's numbers, which only the thread reads; null where there is none. */
  vector: string | null;
}

/** A relation between two candidates, by their positions. */
export interface ContextTie {
  kind: RelationKind;
  from: number;
  to: number;
}

/** What the thread composes. */
export interface ContextOrder {
  task: string;
  budgetTokens: number;
  /** By relevance, the best first. */
  candidates: readonly Candidate[];
  ties: readonly ContextTie[];
  /** How far the vectors can be trusted. */
  trust: VectorTrust;
  /** What to say where there are no candidates. */
  whenEmpty: "noEntries" | "noneBears" | "noneTrusted";
}

/** An entry of the block. */
export interface ShownEntry {
  id: Id<"ent">;
  title: string | null;
  level: Level;
  /** Of its part of the block. */
  tokens: number;
  score: number;
}
