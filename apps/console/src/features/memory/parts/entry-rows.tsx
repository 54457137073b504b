import type { Entry } from "@reef/sdk";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { AgentName } from "../../../ui/mark.tsx";
import type { Column } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { summarize } from "../excerpt.ts";
import { typeWords } from "../words.ts";
import { EntryMarks } from "./entry-marks.tsx";

interface EntryLineProps {
  entry: Entry;
  /** All entries around it are signed, so that it need not be said of each. */
  isAllSigned: boolean;
}

/** An entry in a line of a list: its title and its marks, and under it how it begins. Opens its panel. */
export function EntryLine({ entry, isAllSigned }: EntryLineProps): ReactNode {
  const { head, rest } = summarize(entry, 600);
  return (
    <span className="flex min-w-0 grow flex-col">
      <span className="flex min-w-0 items-center gap-2">
        <PanelLink as="row" kind="entry" id={entry.id} className="truncate">
          {head}
        </PanelLink>
        <EntryMarks isShort entry={isAllSigned ? { ...entry, signature: null } : entry} />
      </span>
      {/* The no-break space keeps the line where there is nothing more to say. */}
      <span className="truncate text-13 text-muted">{rest || "\u00a0"}</span>
    </span>
  );
}

const columnsOf = (isAllSigned: boolean): readonly Column<Entry>[] => [
  { name: "Entry", width: "minmax(0, 4fr)", cell: (entry) => <EntryLine entry={entry} isAllSigned={isAllSigned} /> },
  {
    name: "Author",
    width: "minmax(0, 1.3fr)",
    hideBelow: "sm",
    cell: ({ author }) => <AgentName name={author.name} fingerprint={author.fingerprint} />,
  },
  {
    name: "Type",
    width: "6rem",
    hideBelow: "lg",
    cell: ({ type }) => <span className="text-muted">{typeWords[type].name}</span>,
  },
  {
    name: "Happened",
    width: "6.5rem",
    hideBelow: "sm",
    align: "end",
    cell: ({ happenedAt }) => <Time value={happenedAt} />,
  },
];

/** The columns of a list of entries, and of one in a signed diary. */
export const entryColumns = columnsOf(false);
export const signedEntryColumns = columnsOf(true);
