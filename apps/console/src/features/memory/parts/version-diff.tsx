import type { Entry } from "@reef/sdk";
import { type ReactNode, useMemo } from "react";
import { type Change, diffTexts } from "../word-diff.ts";
import { typeWords } from "../words.ts";

/** Of what stayed the same this much is shown at either side of a change. */
const CONTEXT_CHARACTERS = 160;

/** What changed between two versions: title, text, tags, type and importance. */
export function VersionDiff({ older, newer }: { older: Entry; newer: Entry }): ReactNode {
  const parts = useMemo(
    () =>
      [
        { name: "Title", changes: diffTexts(older.title ?? "", newer.title ?? "") },
        { name: "Text", changes: diffTexts(older.content, newer.content) },
        { name: "Tags", changes: diffTexts(older.tags.join(", "), newer.tags.join(", ")) },
        { name: "Type", changes: diffTexts(typeWords[older.type].name, typeWords[newer.type].name) },
        { name: "Importance", changes: diffTexts(String(older.importance), String(newer.importance)) },
      ].filter(({ changes }) => changes.some(({ kind }) => kind !== "same")),
    [older, newer],
  );
  if (parts.length === 0) return <p className="text-13 text-muted">The two say the same.</p>;
  return (
    <dl className="flex flex-col gap-3 rounded-lg border bg-raised p-3" aria-label="What changed">
      {parts.map(({ name, changes }) => (
        <div key={name} className="flex flex-col gap-1">
          <dt className="text-12 text-muted">{name}</dt>
          <dd className="measure wrap-anywhere whitespace-pre-wrap">
            {changes.map((change, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one comparison never change places.
              <Piece key={index} change={change} isFirst={index === 0} isLast={index === changes.length - 1} />
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface PieceProps {
  change: Change;
  isFirst: boolean;
  isLast: boolean;
}

function Piece({ change: { kind, text }, isFirst, isLast }: PieceProps): ReactNode {
  if (kind === "added") {
    return (
      <ins className="rounded-sm bg-good-soft text-good underline decoration-1 underline-offset-2">
        <span className="sr-only">added: </span>
        {text}
      </ins>
    );
  }
  if (kind === "removed") {
    return (
      <del className="rounded-sm bg-bad-soft text-bad line-through">
        <span className="sr-only">removed: </span>
        {text}
      </del>
    );
  }
  const head = isFirst ? 0 : CONTEXT_CHARACTERS;
  const tail = isLast ? 0 : CONTEXT_CHARACTERS;
  if (text.length <= head + tail + CONTEXT_CHARACTERS) return text;
  return (
    <>
      {text.slice(0, head)}
      <span className="text-faint"> … </span>
      {tail > 0 && text.slice(-tail)}
    </>
  );
}
