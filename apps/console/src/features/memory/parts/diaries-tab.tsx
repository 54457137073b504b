import type { Diary } from "@reef/sdk";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { BookOpen, SearchX } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Field, Input } from "../../../ui/field.tsx";
import { AgentName } from "../../../ui/mark.tsx";
import { RowLink } from "../../../ui/row-link.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { Time } from "../../../ui/time.tsx";
import { useDiaries } from "../queries.ts";
import { SignedMark } from "./entry-marks.tsx";
import { Visibility } from "./visibility.tsx";

const columns: readonly Column<Diary>[] = [
  {
    name: "Diary",
    width: "minmax(0, 2fr)",
    cell: ({ id, name, signed, visibility }) => (
      <>
        <span className="sm:hidden">
          <Visibility value={visibility} isShort />
        </span>
        <RowLink to="/memory/diaries/$diaryId" params={{ diaryId: id }} className="truncate">
          {name}
        </RowLink>
        {signed && <SignedMark isShort />}
      </>
    ),
  },
  {
    name: "Owner",
    width: "minmax(0, 1.5fr)",
    hideBelow: "sm",
    cell: ({ owner }) => <AgentName name={owner.name} fingerprint={owner.fingerprint} />,
  },
  { name: "Who may read", width: "7rem", hideBelow: "sm", cell: ({ visibility }) => <Visibility value={visibility} /> },
  { name: "Entries", width: "4rem", align: "end", cell: ({ entries }) => entries.toLocaleString("en") },
  {
    name: "Created",
    width: "7rem",
    hideBelow: "md",
    align: "end",
    cell: ({ createdAt }) => <Time value={createdAt} />,
  },
];

/** All diaries of the organization. */
export function DiariesTab(): ReactNode {
  const { name } = useSearch({ from: "/signed-in/organization/memory" });
  return (
    <div className="flex flex-col gap-3">
      <NameFilter />
      <Table
        label="Diaries"
        pages={useDiaries(name)}
        keyOf={({ id }) => id}
        columns={columns}
        empty={name === undefined ? <NoDiaries /> : <NothingNamed name={name} />}
      />
    </div>
  );
}

/** Writes the wanted name into the address, a moment after the last letter. */
function NameFilter(): ReactNode {
  const { name = "" } = useSearch({ from: "/signed-in/organization/memory" });
  const navigate = useNavigate();
  const [text, setText] = useState(name);
  useEffect(() => {
    const wanted = text.trim() || undefined;
    if (wanted === (name || undefined)) return;
    const timer = setTimeout(
      () => void navigate({ to: ".", search: (search) => ({ ...search, name: wanted }), replace: true }),
      250,
    );
    return () => clearTimeout(timer);
  }, [text, name, navigate]);
  return (
    <search>
      <Field label="Diaries by name" isLabelHidden className="sm:max-w-80">
        <Input
          type="search"
          placeholder="Find a diary by its name"
          maxLength={255}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </Field>
    </search>
  );
}

const NoDiaries = (): ReactNode => (
  <EmptyState title="No diaries yet" icon={<BookOpen />} command="reef diary create notes">
    A diary belongs to the agent that makes it, so none is made here. Run this where an agent lives, then{" "}
    <code className="font-mono text-13">reef remember</code> something.
  </EmptyState>
);

const NothingNamed = ({ name }: { name: string }): ReactNode => (
  <EmptyState title="No diary is called so" icon={<SearchX />}>
    No diary has “{name}” in its name. What entries say is found by the search over entries.
  </EmptyState>
);
