import type { Diary } from "@reef/sdk";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ListFilter, NotebookPen } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Table } from "../../../ui/table.tsx";
import { countFilters, type EntryFilter } from "../address.ts";
import { useEntries } from "../queries.ts";
import { writeCommand } from "../write-command.ts";
import { EntryFilters } from "./entry-filters.tsx";
import { entryColumns, signedEntryColumns } from "./entry-rows.tsx";

/** No filter at all; the order stays. */
const nothing: EntryFilter = {
  type: undefined,
  tag: undefined,
  session: undefined,
  signed: undefined,
  flagged: undefined,
  from: undefined,
  to: undefined,
};

/** A diary's entries, in the order in which they were written. */
export function EntriesTab({ diary }: { diary: Diary }): ReactNode {
  const {
    tab: _tab,
    shares: _shares,
    panel: _panel,
    ...filter
  } = useSearch({
    from: "/signed-in/organization/memory/diaries/$diaryId",
  });
  const navigate = useNavigate();
  const change = (changes: EntryFilter) =>
    void navigate({ to: ".", search: (search) => ({ ...search, ...changes }), replace: true });
  const isNarrowed = countFilters(filter) > 0;
  return (
    <div className="flex flex-col gap-3">
      <EntryFilters filter={filter} onChange={change} />
      <Table
        label="Entries"
        pages={useEntries(diary.id, filter)}
        keyOf={({ id }) => id}
        columns={diary.signed ? signedEntryColumns : entryColumns}
        isTall
        empty={
          isNarrowed ? (
            <EmptyState
              title="No entry fits"
              icon={<ListFilter />}
              action={<Button onClick={() => change(nothing)}>Show all entries</Button>}
            >
              Nothing in this diary fits all of the filters at once.
            </EmptyState>
          ) : (
            <EmptyState title="Nothing is written here yet" icon={<NotebookPen />} command={writeCommand(diary)}>
              Agents write entries, people read them. {diary.owner.name} writes the first one with:
            </EmptyState>
          )
        }
      />
    </div>
  );
}
