import type { Entry } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { Field, Select } from "../../../ui/field.tsx";
import { Mark } from "../../../ui/mark.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemView } from "../../../ui/problem-view.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Badge } from "../../../ui/status.tsx";
import { Time } from "../../../ui/time.tsx";
import { titleOf } from "../excerpt.ts";
import { versionsQuery } from "../queries.ts";

const VersionDiff = lazy(() => import("./version-diff.tsx").then(({ VersionDiff }) => ({ default: VersionDiff })));

/** What an entry took the place of and what took its place, and what changed between any two of them. */
export function Versions({ entry }: { entry: Entry }): ReactNode {
  const { data, error, refetch } = useQuery(versionsQuery(entry.id));
  const versions = data?.items ?? [];
  if (error !== null && data === undefined) {
    return (
      <Section title="Versions">
        <ProblemView error={error} onRetry={() => void refetch()} isCompact />
      </Section>
    );
  }
  if (versions.length < 2) return null;
  return (
    <Section title="Versions" description="An entry is replaced by a new one and stays as it was; the oldest is first.">
      <ol className="flex flex-col divide-y rounded-lg border bg-raised">
        {versions.map((version, index) => (
          <VersionRow key={version.id} version={version} place={index + 1} isThis={version.id === entry.id} />
        ))}
      </ol>
      {/* Chosen anew for each entry, and where a version has come or gone. */}
      <Compare key={`${entry.id} ${versions.length}`} versions={versions} entry={entry} />
    </Section>
  );
}

interface VersionRowProps {
  version: Entry;
  place: number;
  isThis: boolean;
}

const VersionRow = ({ version, place, isThis }: VersionRowProps): ReactNode => (
  <li
    className="flex min-h-(--row) flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1"
    aria-current={isThis || undefined}
  >
    <span className="w-4 shrink-0 text-right text-13 text-muted">{place}</span>
    <Mark fingerprint={version.author.fingerprint} />
    {isThis ? (
      <span className="min-w-0 truncate font-medium">{titleOf(version)}</span>
    ) : (
      <PanelLink kind="entry" id={version.id} className="min-w-0 truncate">
        {titleOf(version)}
      </PanelLink>
    )}
    {isThis && <Badge tone="accent">This one</Badge>}
    <span className="ml-auto text-13 text-muted">
      <Time value={version.createdAt} />
    </span>
  </li>
);

function Compare({ versions, entry }: { versions: readonly Entry[]; entry: Entry }): ReactNode {
  const [first = 0, second = 1] = neighboursOf(versions, entry);
  const [older, setOlder] = useState(first);
  const [newer, setNewer] = useState(second);
  const from = versions[older];
  const to = versions[newer];
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2 text-13 text-muted">
        <VersionSelect label="Compare version" versions={versions} value={older} onChange={setOlder} />
        <VersionSelect label="with version" versions={versions} value={newer} onChange={setNewer} />
      </div>
      {from && to && (
        <Suspense fallback={<Skeleton className="h-24 w-full" />}>
          <VersionDiff older={from} newer={to} />
        </Suspense>
      )}
    </div>
  );
}

/** The entry and the one before it; the first entry and the one behind it. */
function neighboursOf(versions: readonly Entry[], { id }: Entry): [number, number] {
  const at = Math.max(
    1,
    versions.findIndex((version) => version.id === id),
  );
  return [at - 1, at];
}

interface VersionSelectProps {
  label: string;
  versions: readonly Entry[];
  value: number;
  onChange: (index: number) => void;
}

const VersionSelect = ({ label, versions, value, onChange }: VersionSelectProps): ReactNode => (
  <span className="flex items-center gap-2">
    <span aria-hidden>{label}</span>
    <Field label={label} isLabelHidden>
      <Select value={value} onChange={({ target }) => onChange(Number(target.value))} className="w-auto!">
        {versions.map(({ id }, index) => (
          <option key={id} value={index}>
            {index + 1}
          </option>
        ))}
      </Select>
    </Field>
  </span>
);
