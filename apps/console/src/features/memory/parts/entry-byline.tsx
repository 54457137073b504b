import type { Entry } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { Fingerprint } from "../../../ui/mark.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { Time } from "../../../ui/time.tsx";
import { diaryQuery } from "../queries.ts";

/** Who wrote an entry, where and when. */
export function EntryByline({ entry: { author, importedBy, diaryId, createdAt } }: { entry: Entry }): ReactNode {
  const { data: diary } = useQuery(diaryQuery(diaryId));
  return (
    <span className="flex flex-wrap items-center gap-x-1.5">
      <span className="inline-flex min-w-0 items-center gap-1.5">
        {/* An author who came along from another reef need not be an agent of this one. */}
        {importedBy === null ? (
          <PanelLink kind="agent" id={author.fingerprint} className="truncate">
            {author.name}
          </PanelLink>
        ) : (
          <span className="truncate">{author.name}</span>
        )}
        <Fingerprint value={author.fingerprint} />
      </span>
      <span>
        wrote in{" "}
        <TextLink to="/memory/diaries/$diaryId" params={{ diaryId }}>
          {diary?.name ?? "its diary"}
        </TextLink>
      </span>
      <Time value={createdAt} />
    </span>
  );
}
