import type { Entry } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Mark } from "../../../ui/mark.tsx";
import { Page } from "../../../ui/page.tsx";
import { PageSkeleton } from "../../../ui/skeleton.tsx";
import { titleOf } from "../excerpt.ts";
import { EntryByline } from "../parts/entry-byline.tsx";
import { EntryView } from "../parts/entry-view.tsx";
import { MissingOrProblem } from "../parts/missing.tsx";
import { entryQuery } from "../queries.ts";

/** One entry, by itself. */
export function EntryPage(): ReactNode {
  const { entryId } = useParams({ from: "/signed-in/organization/memory/entries/$entryId" });
  const { data: entry, error, refetch } = useQuery(entryQuery(entryId as Entry["id"]));
  if (entry === undefined) {
    if (error === null) return <PageSkeleton />;
    return (
      <Page title="Entry">
        <MissingOrProblem error={error} what="entry" onRetry={() => void refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title={titleOf(entry)}
      mark={<Mark fingerprint={entry.author.fingerprint} size="normal" className="mt-0.5 sm:mt-1" />}
      description={<EntryByline entry={entry} />}
      width="reading"
    >
      <EntryView entry={entry} />
    </Page>
  );
}
