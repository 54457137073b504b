import type { Diary } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, TextSearch } from "lucide-react";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { Button } from "../../../ui/button.tsx";
import { Mark } from "../../../ui/mark.tsx";
import { Page } from "../../../ui/page.tsx";
import { PageSkeleton } from "../../../ui/skeleton.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import type { DiaryTab } from "../address.ts";
import { EntriesTab } from "../parts/entries-tab.tsx";
import { SignedMark } from "../parts/entry-marks.tsx";
import { HowToWrite } from "../parts/how-to-write.tsx";
import { MissingOrProblem } from "../parts/missing.tsx";
import { SettingsTab } from "../parts/settings-tab.tsx";
import { SharesTab } from "../parts/shares-tab.tsx";
import { TimelineTab } from "../parts/timeline-tab.tsx";
import { Visibility } from "../parts/visibility.tsx";
import { diaryQuery } from "../queries.ts";

/** One diary: what is in it, when it happened, who reads it, and how it is kept. */
export function DiaryPage(): ReactNode {
  const { diaryId } = useParams({ from: "/signed-in/organization/memory/diaries/$diaryId" });
  const { data: diary, error, refetch } = useQuery(diaryQuery(diaryId as Diary["id"]));
  if (diary !== undefined) return <Loaded diary={diary} isGone={error !== null} />;
  if (error === null) return <PageSkeleton />;
  return (
    <Page title="Diary">
      <MissingOrProblem error={error} what="diary" onRetry={() => void refetch()} />
    </Page>
  );
}

function Loaded({ diary, isGone }: { diary: Diary; isGone: boolean }): ReactNode {
  const { tab = "entries" } = useSearch({ from: "/signed-in/organization/memory/diaries/$diaryId" });
  const navigate = useNavigate();
  // To admins and owners of the organization the reef says "owner", of its own diaries.
  const mayManage = diary.role === "owner";
  const isOffered = tab === "entries" || tab === "timeline" || mayManage;
  const choose = (chosen: DiaryTab) =>
    void navigate({ to: ".", search: (search) => ({ ...search, tab: chosen === "entries" ? undefined : chosen }) });
  return (
    <Page
      title={diary.name}
      mark={<Mark fingerprint={diary.owner.fingerprint} size="normal" className="mt-0.5 sm:mt-1" />}
      description={<Summary diary={diary} />}
      actions={
        <>
          <HowToWrite diary={diary} />
          <Button asChild>
            <Link to="/memory/search" search={{ diary: diary.id }}>
              <TextSearch aria-hidden />
              Search this diary
            </Link>
          </Button>
        </>
      }
    >
      {isGone && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-13 text-warn">
          The diary could not be read again: it was deleted meanwhile, or the reef did not answer. What you see is old.
        </p>
      )}
      <Tabs<DiaryTab>
        label="Parts of the diary"
        value={isOffered ? tab : "entries"}
        onChange={choose}
        tabs={[
          { value: "entries", label: "Entries", count: diary.entries, content: <EntriesTab diary={diary} /> },
          { value: "timeline", label: "Timeline", content: <TimelineTab diary={diary} /> },
          ...(mayManage
            ? ([
                { value: "shares", label: "Shares", content: <SharesTab diary={diary} /> },
                { value: "settings", label: "Settings", content: <SettingsTab diary={diary} /> },
              ] as const)
            : []),
        ]}
      />
    </Page>
  );
}

const Summary = ({ diary: { owner, visibility, signed } }: { diary: Diary }): ReactNode => (
  <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
    <Link to="/memory" className="inline-flex items-center gap-1 rounded-sm hover:text-ink">
      <ArrowLeft aria-hidden className="size-4" />
      Memory
    </Link>
    <span>
      kept by{" "}
      <PanelLink kind="agent" id={owner.fingerprint}>
        {owner.name}
      </PanelLink>
    </span>
    <Visibility value={visibility} />
    {signed && <SignedMark />}
  </div>
);
