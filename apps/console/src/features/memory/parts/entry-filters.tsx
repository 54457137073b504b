import type { Entry } from "@reef/sdk";
import type { ReactNode } from "react";
import { Field, Select } from "../../../ui/field.tsx";
import { countFilters, type EntryFilter } from "../address.ts";
import { entryTypes, typeWords } from "../words.ts";
import { DaySpan } from "./day-span.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { SessionFilter } from "./session-filter.tsx";
import { TagFilter } from "./tag-filter.tsx";

interface EntryFiltersProps {
  filter: EntryFilter;
  onChange: (changes: EntryFilter) => void;
}

/** Narrows a list of entries. */
export function EntryFilters({ filter, onChange }: EntryFiltersProps): ReactNode {
  const { type, tag, session, signed, flagged, from, to, order } = filter;
  return (
    <search className="flex flex-col gap-2">
      <FilterBar count={countFilters(filter)}>
        <TypeSelect value={type} onChange={(value) => onChange({ type: value })} />
        <TagFilter value={tag} onChange={(value) => onChange({ tag: value })} />
        <MarkSelects signed={signed} flagged={flagged} onChange={onChange} />
        <DaySpan from={from} to={to} onChange={onChange} />
        <Field label="Order" isLabelHidden className="max-sm:w-full sm:ml-auto">
          <Select
            value={order ?? ""}
            onChange={({ target }) => onChange({ order: target.value === "oldest" ? "oldest" : undefined })}
            className="sm:w-auto!"
          >
            <option value="">Newest first</option>
            <option value="oldest">Oldest first</option>
          </Select>
        </Field>
      </FilterBar>
      {session !== undefined && <SessionFilter session={session} onRemove={() => onChange({ session: undefined })} />}
    </search>
  );
}

interface MarkSelectsProps extends Pick<EntryFilter, "signed" | "flagged"> {
  onChange: (changes: Pick<EntryFilter, "signed" | "flagged">) => void;
}

/** Signed, flagged, or whichever. */
export const MarkSelects = ({ signed, flagged, onChange }: MarkSelectsProps): ReactNode => (
  <>
    <Field label="Signature" isLabelHidden className="max-sm:w-full">
      <Select
        value={signed ?? ""}
        onChange={({ target }) => onChange({ signed: yesOrNo(target.value) })}
        className="sm:w-auto!"
      >
        <option value="">Signed or not</option>
        <option value="yes">Signed</option>
        <option value="no">Not signed</option>
      </Select>
    </Field>
    <Field label="Mark" isLabelHidden className="max-sm:w-full">
      <Select
        value={flagged ?? ""}
        onChange={({ target }) => onChange({ flagged: yesOrNo(target.value) })}
        className="sm:w-auto!"
      >
        <option value="">Flagged or not</option>
        <option value="yes">Flagged</option>
        <option value="no">Not flagged</option>
      </Select>
    </Field>
  </>
);

const yesOrNo = (value: string): "yes" | "no" | undefined => (value === "yes" || value === "no" ? value : undefined);

interface TypeSelectProps {
  value: Entry["type"] | undefined;
  onChange: (type: Entry["type"] | undefined) => void;
}

/** One kind of memory, or any. */
export const TypeSelect = ({ value, onChange }: TypeSelectProps): ReactNode => (
  <Field label="Type" isLabelHidden className="max-sm:w-full">
    <Select
      value={value ?? ""}
      onChange={({ target }) => onChange(entryTypes.find((type) => type === target.value))}
      className="sm:w-auto!"
    >
      <option value="">Any type</option>
      {entryTypes.map((type) => (
        <option key={type} value={type}>
          {typeWords[type].name}
        </option>
      ))}
    </Select>
  </Field>
);
