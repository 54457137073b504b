import type { Entry } from "@reef/sdk";
import type { ReactNode } from "react";
import { PanelLink } from "../../../panel/panel-link.tsx";
import { AgentName } from "../../../ui/mark.tsx";
import type { Column } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { plainTextOf, titleOf } from "../excerpt.ts";
import { typeWords } from "../words.ts";
import { EntryMarks } from "./entry-marks.tsx";

/** An entry in a line of a list: its title and its marks, and under it how it begins. Opens its panel. */
export function EntryLine({ entry }: { entry: Entry }): ReactNode {
  const text = plainTextOf(entry.content, 600);
  return (
    <span className="flex min-w-0 grow flex-col">
      <span className="flex min-w-0 items-center gap-2">
        <PanelLink as="row" kind="entry" id={entry.id} className="truncate">
          {titleOf(entry)}
        </PanelLink>
        <EntryMarks entry={entry} />
      </span>
      <span className="truncate text-13 text-muted">
        {/* Without a title the first line is how it begins already; what follows is told instead. */}
        {entry.title === null ? textBehindTitle(text, titleOf(entry)) : text}
      </span>
    </span>
  );
}

/** What comes behind the words that stand for a title. */
function textBehindTitle(text: string, title: string): string {
  const shown = title.endsWith(" …") ? title.slice(0, -2) : title;
  return text.slice(shown.length).trim() || "\u00a0";
}

/** The columns of a list of entries. */
export const entryColumns: readonly Column<Entry>[] = [
  { name: "Entry", width: "minmax(0, 4fr)", cell: (entry) => <EntryLine entry={entry} /> },
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
