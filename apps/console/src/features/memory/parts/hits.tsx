import { type ReactNode, useRef } from "react";
import { Button } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { useRowKeys } from "../../../ui/use-row-keys.ts";
import type { FoundPages } from "../queries.ts";
import { HitRow } from "./hit-row.tsx";

interface HitsProps {
  found: FoundPages;
  question: string;
  /** They answer the question before; the new ones are on their way. */
  isOld: boolean;
}

/** What a search found, best first; `j k o` move among the hits. */
export function Hits({ found, question, isOld }: HitsProps): ReactNode {
  const { items, hasMore, isLoadingMore, loadMore } = found;
  const body = useRef<HTMLOListElement>(null);
  useRowKeys({ body, count: items.length, scrollTo: undefined, toggle: undefined });
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="sr-only">
        {hasMore ? `The first ${items.length} hits` : items.length === 1 ? "1 hit" : `${items.length} hits`}
      </p>
      <ol
        ref={body}
        aria-label="Hits"
        aria-busy={isOld || undefined}
        className={classes("flex flex-col divide-y transition-opacity", isOld && "opacity-60")}
      >
        {items.map((hit, index) => (
          <HitRow key={hit.id} hit={hit} index={index} question={question} />
        ))}
      </ol>
      {hasMore && (
        <Button className="self-center" isBusy={isLoadingMore} onClick={loadMore}>
          Show more
        </Button>
      )}
    </div>
  );
}
