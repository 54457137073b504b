import type { Entry, Relation } from "@reef/sdk";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { Button } from "../../../ui/button.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Time } from "../../../ui/time.tsx";
import { useRelations } from "../queries.ts";
import { relationWords } from "../words.ts";
import { FlaggedMark } from "./entry-marks.tsx";

/** What an entry is to others, and others to it. Nothing is shown where there is no relation. */
export function Relations({ entryId }: { entryId: Entry["id"] }): ReactNode {
  const { items, error, refetch, hasMore, isLoadingMore, loadMore } = useRelations(entryId);
  if (items.length === 0 && error === null) return null;
  return (
    <Section title="Related entries">
      {error !== null && <ProblemView error={error} onRetry={refetch} isCompact />}
      {items.length > 0 && (
        <ul className="flex flex-col divide-y rounded-lg border bg-raised">
          {items.map((relation) => (
            <Row key={`${relation.kind} ${relation.direction} ${relation.entryId}`} relation={relation} />
          ))}
        </ul>
      )}
      {hasMore && (
        <Button size="small" kind="quiet" className="self-start" isBusy={isLoadingMore} onClick={loadMore}>
          Show more
        </Button>
      )}
    </Section>
  );
}

function Row({ relation }: { relation: Relation }): ReactNode {
  const { kind, direction, entryId, title, injectionRisk, note, author, createdAt } = relation;
  return (
    <li className="flex flex-col gap-0.5 px-3 py-2">
      <span className="flex min-w-0 flex-wrap items-center gap-x-2">
        <span className="shrink-0 text-13 text-muted">{relationWords[kind][direction]}</span>
        <PanelLink kind="entry" id={entryId} className="min-w-0 truncate">
          {title}
        </PanelLink>
        {injectionRisk && <FlaggedMark />}
      </span>
      {note !== null && <span className="text-13 wrap-anywhere">{note}</span>}
      <span className="text-12 text-muted">
        says {author.name} <Time value={createdAt} />
      </span>
    </li>
  );
}
