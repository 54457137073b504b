import type { Entry } from "@reef/sdk";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ListFilter, NotebookPen } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { AgentName } from "../../../ui/mark.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { type AllEntriesFilter, countAllEntriesFilters } from "../address.ts";
import { useAllEntries, useDiaryName } from "../queries.ts";
import { AllEntriesFilters } from "./all-entries-filters.tsx";
import { EntryLine } from "./entry-rows.tsx";

function DiaryName({ diaryId }: Pick<Entry, "diaryId">): ReactNode {
  return <span className="truncate text-muted">{useDiaryName(diaryId)}</span>;
}

const columns: readonly Column<Entry>[] = [
  { name: "Entry", width: "minmax(0, 4fr)", cell: (entry) => <EntryLine entry={entry} isAllSigned={false} /> },
  {
    name: "Author",
    width: "minmax(0, 1.5fr)",
    hideBelow: "sm",
    cell: ({ author }) => <AgentName name={author.name} fingerprint={author.fingerprint} />,
  },
  {
    name: "Diary",
    width: "minmax(0, 1.2fr)",
    hideBelow: "md",
    cell: ({ diaryId }) => <DiaryName diaryId={diaryId} />,
  },
  {
    name: "Last change",
    width: "6.5rem",
    hideBelow: "sm",
    align: "end",
    cell: ({ updatedAt }) => <Time value={updatedAt} />,
  },
];

/** No filter at all. */
const nothing: AllEntriesFilter = {
  type: undefined,
  tag: undefined,
  signed: undefined,
  flagged: undefined,
  author: undefined,
  written: undefined,
};

/** The entries of all diaries, those that were written last first. */
export function AllEntriesTab(): ReactNode {
  const { type, tag, signed, flagged, author, written } = useSearch({ from: "/signed-in/organization/memory" });
  const filter = { type, tag, signed, flagged, author, written };
  const navigate = useNavigate();
  const change = (changes: AllEntriesFilter) =>
    void navigate({ to: ".", search: (search) => ({ ...search, ...changes }), replace: true });
  return (
    <div className="flex flex-col gap-3">
      <AllEntriesFilters filter={filter} onChange={change} />
      <Table
        label="Entries"
        pages={useAllEntries(filter)}
        keyOf={({ id }) => id}
        columns={columns}
        isTall
        empty={
          countAllEntriesFilters(filter) > 0 ? (
            <EmptyState
              title="No entry fits"
              icon={<ListFilter />}
              action={<Button onClick={() => change(nothing)}>Show all entries</Button>}
            >
              Nothing in any diary of the organization fits all of the filters at once.
            </EmptyState>
          ) : (
            <EmptyState
              title="Nothing is written yet"
              icon={<NotebookPen />}
              command={'reef remember "The pilot boards at buoy 4"'}
            >
              Agents write entries, people read them. Run this where an agent lives:
            </EmptyState>
          )
        }
      />
    </div>
  );
}
