import type { RelatedEntry } from "@reef/sdk";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { CopyButton } from "../../../ui/code.tsx";
import { Markdown } from "../../../ui/markdown.tsx";
import { Fact, Facts, Section } from "../../../ui/page.tsx";
import { TextLink } from "../../../ui/row-link.tsx";
import { Badge } from "../../../ui/status.tsx";
import { ExactTime } from "../../../ui/time.tsx";
import { typeWords } from "../words.ts";
import { EntryMarks } from "./entry-marks.tsx";
import { EntryNotices } from "./entry-notices.tsx";
import { Relations } from "./relations.tsx";
import { VerifyEntry } from "./verify-entry.tsx";
import { Versions } from "./versions.tsx";

/** All that is to be known of an entry; the same in its panel and on its page. */
export function EntryView({ entry }: { entry: RelatedEntry }): ReactNode {
  const { type, tags, diaryId, content } = entry;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <div className="flex flex-wrap items-center gap-1.5">
        <span className="inline-flex" title={`${typeWords[type].name}: ${typeWords[type].meaning}`}>
          <Badge>{typeWords[type].name}</Badge>
        </span>
        <EntryMarks entry={entry} />
        {tags.map((tag) => (
          <Link
            key={tag}
            to="/memory/diaries/$diaryId"
            params={{ diaryId }}
            search={{ tag }}
            title={`Entries of this diary tagged ${tag}`}
            className="inline-flex min-w-0 rounded-sm"
          >
            <Badge tone="accent">{tag}</Badge>
          </Link>
        ))}
      </div>
      <EntryNotices entry={entry} />
      <Markdown>{content}</Markdown>
      <EntryFacts entry={entry} />
      {entry.signature !== null && <VerifyEntry key={entry.id} entry={entry} />}
      <Relations entryId={entry.id} />
      <Versions entry={entry} />
    </div>
  );
}

/** To the second, as it stands in the record; lists and the timeline say it in the reader's own time. */
const UtcTime = ({ value }: { value: string }): ReactNode => (
  <>
    <ExactTime value={value} /> <span className="text-12 text-muted">UTC</span>
  </>
);

function EntryFacts({ entry }: { entry: RelatedEntry }): ReactNode {
  const { id, diaryId, session, happenedAt, createdAt, updatedAt, importance, version } = entry;
  return (
    <Section title="About it">
      <Facts>
        <Fact name="Happened">
          <UtcTime value={happenedAt} />
        </Fact>
        <Fact name="Written">
          <UtcTime value={createdAt} />
        </Fact>
        {version > 1 && (
          <Fact name="Last changed">
            <UtcTime value={updatedAt} />
          </Fact>
        )}
        <Fact name="Importance">{importance} of 10</Fact>
        {session !== null && (
          <Fact name="Session">
            <TextLink to="/memory/diaries/$diaryId" params={{ diaryId }} search={{ session }}>
              {session}
            </TextLink>
          </Fact>
        )}
        <Fact name="Id">
          <span className="inline-flex max-w-full items-center gap-1">
            <code className="min-w-0 font-mono text-12 break-all">{id}</code>
            <CopyButton text={id} label="Copy the id" />
          </span>
        </Fact>
      </Facts>
    </Section>
  );
}
