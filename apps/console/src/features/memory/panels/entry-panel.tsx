import type { Entry } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Maximize2 } from "lucide-react";
import type { ReactNode } from "react";
import type { PanelProps } from "../../../app/feature.ts";
import { PanelFrame } from "../../../panel/panel-frame.tsx";
import { Button } from "../../../ui/button.tsx";
import { Mark } from "../../../ui/mark.tsx";
import { RowsSkeleton } from "../../../ui/skeleton.tsx";
import { titleOf } from "../excerpt.ts";
import { EntryByline } from "../parts/entry-byline.tsx";
import { EntryView } from "../parts/entry-view.tsx";
import { MissingOrProblem } from "../parts/missing.tsx";
import { entryQuery } from "../queries.ts";

/** One entry, at the side. */
export function EntryPanel({ id }: PanelProps): ReactNode {
  const { data: entry, error, refetch } = useQuery(entryQuery(id as Entry["id"]));
  if (entry === undefined) {
    return (
      <PanelFrame title="Entry">
        {error === null ? (
          <RowsSkeleton rows={5} />
        ) : (
          <MissingOrProblem error={error} what="entry" onRetry={() => void refetch()} isCompact />
        )}
      </PanelFrame>
    );
  }
  return (
    <PanelFrame
      title={titleOf(entry)}
      mark={<Mark fingerprint={entry.author.fingerprint} size="normal" />}
      description={<EntryByline entry={entry} />}
      actions={
        <Button asChild kind="quiet" size="small" className="w-7 px-0! touch:w-11">
          <Link
            to="/memory/entries/$entryId"
            params={{ entryId: entry.id }}
            aria-label="Open as a page"
            title="Open as a page"
          >
            <Maximize2 aria-hidden />
          </Link>
        </Button>
      }
    >
      <EntryView entry={entry} />
    </PanelFrame>
  );
}
