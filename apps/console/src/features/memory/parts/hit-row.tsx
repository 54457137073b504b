import type { Hit } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { AgentName } from "../../../ui/mark.tsx";
import { Badge } from "../../../ui/status.tsx";
import { Time } from "../../../ui/time.tsx";
import { summarize, windowOf } from "../excerpt.ts";
import { diaryChoicesQuery } from "../queries.ts";
import { createWordFinder, cutAtWords, type FoundWord } from "../terms.ts";
import { EntryMarks } from "./entry-marks.tsx";

interface HitRowProps {
  hit: Hit;
  index: number;
  question: string;
}

/** Of a long entry so much is looked at for the piece that is shown. */
const LOOKED_AT = 20_000;

/** One hit: what it says where the words are, and why it was found. */
export function HitRow({ hit, index, question }: HitRowProps): ReactNode {
  const { data: diaries } = useQuery(diaryChoicesQuery);
  const diary = diaries?.items.find(({ id }) => id === hit.diaryId);
  const { title, excerpt, words } = useMemo(() => readHit(hit, question), [hit, question]);
  return (
    <li
      data-row={index}
      className="relative flex flex-col gap-1.5 px-2 py-3.5 transition-colors hover:bg-hover has-[[data-row-link]:focus-visible]:bg-hover"
    >
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <PanelLink as="row" kind="entry" id={hit.id} className="wrap-anywhere">
          <Pieces {...title} />
        </PanelLink>
        <EntryMarks entry={hit} />
      </span>
      {excerpt.text !== "" && (
        <p className="wrap-anywhere text-muted">
          {excerpt.isCutBefore && "… "}
          <Pieces {...excerpt} />
          {excerpt.isCutBehind && " …"}
        </p>
      )}
      <Why hit={hit} words={words} />
      <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 text-13 text-muted">
        <AgentName name={hit.author.name} fingerprint={hit.author.fingerprint} />
        {diary !== undefined && <span className="truncate">{diary.name}</span>}
        <Time value={hit.happenedAt} />
      </span>
    </li>
  );
}

/** Why an entry was found: its words, what stands around it, its meaning. */
function Why({ hit: { score, why }, words }: { hit: Hit; words: readonly string[] }): ReactNode {
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-12 text-muted">
      <span title="How well it answers, all in all">relevance {percent(score)}</span>
      {words.length > 0 && (
        <span className="flex flex-wrap items-center gap-1">
          <span className="sr-only">Found by the words </span>
          {words.map((word) => (
            <Badge key={word} tone="accent">
              {word}
            </Badge>
          ))}
        </span>
      )}
      {why.context && (
        <span className="inline-flex" title="Entries around it, or of its session, are about the same">
          <Badge>neighbours helped</Badge>
        </span>
      )}
      {why.vector !== null && (
        <span className="inline-flex" title="How alike the meanings of question and entry are; words count apart">
          <Badge>likeness of meaning {percent(why.vector)}</Badge>
        </span>
      )}
      {words.length === 0 && !why.context && why.vector === null && <Badge>by its date</Badge>}
    </span>
  );
}

interface Marked {
  text: string;
  found: readonly FoundWord[];
}

const Pieces = ({ text, found }: Marked): ReactNode =>
  cutAtWords(text, found).map(({ text: piece, isFound }, index) =>
    isFound ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places.
      <mark key={index} className="rounded-sm bg-accent-soft text-ink">
        {piece}
      </mark>
    ) : (
      piece
    ),
  );

/** The piece of the entry that is shown, with the places of the words, and these words as the entry has them. */
function readHit(hit: Hit, question: string) {
  const find = createWordFinder(question, hit.why.terms);
  const { head, rest } = summarize(hit, LOOKED_AT);
  const title: Marked = { text: head, found: find(head) };
  const inRest = find(rest);
  const { start, end } = windowOf(rest, inRest);
  const excerpt = rest.slice(start, end);
  return {
    title,
    excerpt: {
      text: excerpt,
      found: find(excerpt),
      isCutBefore: start > 0,
      isCutBehind: end < rest.length || hit.content.length > LOOKED_AT,
    },
    words: [...new Set([...title.found, ...inRest, ...find(hit.tags.join(" "))].map(({ word }) => word))].slice(0, 8),
  };
}

/** From 0 to 1, as a whole number of a hundred. */
const percent = (share: number): string => `${Math.round(Math.max(0, Math.min(1, share)) * 100)} %`;
