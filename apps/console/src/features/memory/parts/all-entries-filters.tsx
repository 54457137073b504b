import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Field, Select } from "../../../ui/field.tsx";
import { type AllEntriesFilter, countAllEntriesFilters, type WrittenSpan, writtenSpans } from "../address.ts";
import { authorChoicesQuery } from "../queries.ts";
import { MarkSelects, TypeSelect } from "./entry-filters.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { TagFilter } from "./tag-filter.tsx";

interface AllEntriesFiltersProps {
  filter: AllEntriesFilter;
  onChange: (changes: AllEntriesFilter) => void;
}

const spanNames: Readonly<Record<WrittenSpan, string>> = {
  today: "Written today",
  "3-days": "Last 3 days",
  "7-days": "Last 7 days",
  "30-days": "Last 30 days",
};

/** Narrows the list of all entries. */
export const AllEntriesFilters = ({ filter, onChange }: AllEntriesFiltersProps): ReactNode => (
  <search>
    <FilterBar count={countAllEntriesFilters(filter)}>
      <AuthorSelect value={filter.author} onChange={(author) => onChange({ author })} />
      <TypeSelect value={filter.type} onChange={(type) => onChange({ type })} />
      <TagFilter value={filter.tag} onChange={(tag) => onChange({ tag })} />
      <MarkSelects signed={filter.signed} flagged={filter.flagged} onChange={onChange} />
      <Field label="When it was written" isLabelHidden className="max-sm:w-full">
        <Select
          value={filter.written ?? ""}
          onChange={({ target }) => onChange({ written: spans.find((span) => span === target.value) })}
          className="sm:w-auto!"
        >
          <option value="">Written at any time</option>
          {spans.map((span) => (
            <option key={span} value={span}>
              {spanNames[span]}
            </option>
          ))}
        </Select>
      </Field>
    </FilterBar>
  </search>
);

const spans = Object.keys(writtenSpans) as WrittenSpan[];

interface AuthorSelectProps {
  /** A fingerprint. */
  value: string | undefined;
  onChange: (author: string | undefined) => void;
}

/** One agent that wrote, or any. */
function AuthorSelect({ value, onChange }: AuthorSelectProps): ReactNode {
  const { data } = useQuery(authorChoicesQuery);
  const agents = data?.items ?? [];
  const isOther = value !== undefined && !agents.some(({ fingerprint }) => fingerprint === value);
  return (
    <Field label="Author" isLabelHidden className="max-sm:w-full">
      <Select value={value ?? ""} onChange={({ target }) => onChange(target.value || undefined)} className="sm:w-44!">
        <option value="">Any author</option>
        {/* A link may name an agent that is not among the newest, or a key that was replaced. */}
        {isOther && <option value={value}>{value}</option>}
        {agents.map(({ fingerprint, name }) => (
          <option key={fingerprint} value={fingerprint}>
            {name} {fingerprint.split("-")[0]}
          </option>
        ))}
      </Select>
    </Field>
  );
}
